import { type DType, float16, float32 } from '@chainer/xp/internal';
import { expect, it } from 'vitest';
import {
  both,
  describeWebGpu,
  difference,
  generator,
  type LayoutName,
  outputs,
  pair,
} from './both.testing.ts';

const cases: readonly (readonly [readonly number[], readonly number[]])[] = [
  [[20, 5], [1]],
  [[100, 130], [1]],
  [[3, 4, 5, 6], [1]],
  [
    [6, 3, 4],
    [1, 2],
  ],
  [
    [6, 3, 4],
    [0, 2],
  ],
  [[30, 4], [0]],
];

async function check(d: DType, layout: LayoutName, offset: number): Promise<void> {
  for (const [shape, axes] of cases) {
    const kept = axes.map((a) => shape[a]!);
    const random = generator(shape[0]!);
    const value = () => random() - 0.5;
    const x = pair(d, shape, () => value() + offset, layout);
    const gy = pair(d, shape, value, layout);
    const gamma = pair(d, kept, () => random() + 0.5);
    const beta = pair(d, kept, value);
    const results = {
      y: outputs(d, shape, layout),
      fixed: outputs(d, shape, layout),
      gx: outputs(d, shape, layout),
      mean: outputs(d, kept),
      variance: outputs(d, kept),
      invStd: outputs(d, kept),
      ggamma: outputs(d, kept),
      gbeta: outputs(d, kept),
    };
    both((device, k) => {
      const r = Object.fromEntries(Object.entries(results).map(([name, p]) => [name, p[k]])) as Record<
        keyof typeof results,
        (typeof x)[0]
      >;
      device.kernels.batchNormalization(
        x[k],
        gamma[k],
        beta[k],
        r.y,
        r.mean,
        r.variance,
        r.invStd,
        axes,
        1e-4,
      );
      device.kernels.fixedBatchNormalization(
        x[k],
        gamma[k],
        beta[k],
        r.mean,
        r.variance,
        r.fixed,
        axes,
        1e-4,
      );
      device.kernels.batchNormalizationGrad(
        x[k],
        gamma[k],
        r.mean,
        r.invStd,
        gy[k],
        r.gx,
        r.ggamma,
        r.gbeta,
        axes,
      );
    });
    const tolerance = (d === float32 ? 3e-5 : 3e-2) * (1 + offset);
    for (const [name, result] of Object.entries(results))
      expect(
        await difference(result, 100, tolerance),
        `${name}, ${d.name}[${shape}] kept ${axes}`,
      ).toBeNull();
  }
}

describeWebGpu('batch normalization and its gradients agree with js', () => {
  it('float32', () => check(float32, 'dense', 0));
  it('float32, transposed', () => check(float32, 'transposed', 0));
  it('float32 far from zero', () => check(float32, 'dense', 10));
  it('float16', () => check(float16, 'reversed', 0));
});
