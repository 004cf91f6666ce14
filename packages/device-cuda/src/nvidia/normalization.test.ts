import { type DType, float16, float32, float64, js } from '@chainer/xp/internal';
import { describe, expect, it } from 'vitest';
import { normalizationTests } from '../../../xp/src/testing/kernels/normalization.testing.ts';
import {
  byPrecision,
  generator,
  type LayoutName,
  Sides,
} from '../../../xp/src/testing/kernels/sides.testing.ts';
import { deviceWith, sample } from './library.testing.ts';

const device = deviceWith('cudnn');

describe.skipIf(device === null)('batch normalization by cuDNN', () => {
  const subject = device!;
  const sides = new Sides({ device: device ?? js, ...sample });
  if (device !== null) normalizationTests(sides);

  /** Channels of more elements than a block's registers hold, on both devices; how many kernels of ours ran. */
  async function check(shape: number[], axes: number[], d: DType, of: DType, layout: LayoutName = 'dense') {
    const { pair, outputs, both, difference } = sides;
    const kept = axes.map((a) => shape[a]!);
    const random = generator(shape[0]!);
    const value = () => random() - 0.5;
    const [x, gy] = [pair(d, shape, value, layout), pair(d, shape, value, layout)];
    const [gamma, beta] = [pair(of, kept, () => random() + 0.5), pair(of, kept, value)];
    const [y, gx] = [outputs(d, shape, layout), outputs(d, shape, layout)];
    const kepts = ['mean', 'variance', 'invStd', 'ggamma', 'gbeta'].map(
      (name) => [name, outputs(of, kept)] as const,
    );
    const [mean, variance, invStd, ggamma, gbeta] = kepts.map(([, p]) => p) as [
      typeof x,
      typeof x,
      typeof x,
      typeof x,
      typeof x,
    ];
    const before = subject.launches;
    both(({ kernels }, k) => {
      const statistics = [mean[k], variance[k], invStd[k]] as const;
      kernels.batchNormalization(x[k], gamma[k], beta[k], y[k], ...statistics, axes, 1e-4);
      kernels.batchNormalizationGrad(
        x[k],
        gamma[k],
        mean[k],
        invStd[k],
        gy[k],
        gx[k],
        ggamma[k],
        gbeta[k],
        axes,
      );
    });
    const launched = subject.launches - before;
    const m = x[0].size / kept.reduce((p, e) => p * e, 1);
    for (const [name, p] of [['y', y], ['gx', gx], ...kepts] as const) {
      const sum = name === 'ggamma' || name === 'gbeta' ? Math.sqrt(m) : 1;
      const tolerance = byPrecision(p[0].dtype, 3e-2, 1e-5, 1e-11) * sum;
      expect(await difference(p, 100, tolerance), `${name} of ${d.name}[${shape}]`).toBeNull();
    }
    return launched;
  }

  it('over images, and over each element of lists', async () => {
    // The kernel of ours makes variances of what cuDNN leaves.
    expect(await check([3, 2, 40, 40], [1], float32, float32)).toBe(1);
    expect(await check([4200, 3], [1], float32, float32)).toBe(1);
    expect(await check([4200, 2, 3], [1, 2], float64, float64)).toBe(1);
    expect(await check([3, 2, 40, 40], [1], float16, float32)).toBe(1);
  });

  it('copies what cuDNN does not see as it lies', async () => {
    expect(await check([3, 2, 40, 40], [1], float32, float32, 'transposed')).toBeGreaterThan(1);
    expect(await check([4200, 3], [1], float16, float16)).toBeGreaterThan(1);
    expect(await check([4100, 2, 3], [2], float32, float32)).toBe(1);
  });

  it('leaves an eps below the least one to the kernel of the device', () => {
    const [x, gamma] = [
      sides.pair(float32, [4200, 2], (i) => i % 5)[1],
      sides.pair(float32, [2], () => 1)[1],
    ];
    const [y, s] = [sides.outputs(float32, [4200, 2])[1], () => sides.outputs(float32, [2])[1]];
    const before = subject.launches;
    subject.kernels.batchNormalization(x, gamma, gamma, y, s(), s(), s(), [1], -1e-3);
    expect(subject.launches - before).toBeGreaterThan(1);
  });
});
