import * as xp from '@chainer/xp';
import { devices, type NdArray } from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import '../../core/install.ts';
import { grad } from '../../core/backward.ts';
import { usingConfig } from '../../core/config.ts';
import { Variable } from '../../core/variable.ts';
import { relu } from '../../functions/activation/relu.ts';
import { concat } from '../../functions/array/concat.ts';
import { convolution2d } from '../../functions/connection/convolution2d.ts';
import { add } from '../../functions/math/add.ts';
import { square } from '../../functions/math/square.ts';
import { sum } from '../../functions/math/sum.ts';
import { BatchNormalization } from './batch-normalization.ts';

const wave = (k: number, ...shape: number[]) => {
  const n = shape.reduce((a, d) => a * d, 1);
  return xp
    .array(
      Array.from({ length: n }, (_, i) => Math.sin((k + 1.3) * i + k)),
      { device: 'js', dtype: 'float32' },
    )
    .reshape(shape);
};

/** A residual block and its concatenation with what it came from: loss, all gradients, and those of the gradient's square. */
function results(device: string, train: boolean): NdArray[] {
  return usingConfig('train', train, () => {
    const on = (x: NdArray) => new Variable(x.to(device));
    const x = on(wave(0, 2, 3, 6, 5));
    const [W, V, U] = [wave(1, 16, 3, 3, 3), wave(2, 16, 16, 3, 3), wave(3, 16, 16, 1, 1)].map(on) as [
      Variable,
      Variable,
      Variable,
    ];
    const norms = [0, 1, 2].map(() => new BatchNormalization(16).toDevice(device));
    const [a, b, c] = norms as [BatchNormalization, BatchNormalization, BatchNormalization];
    const h = relu(a.forward(convolution2d(x, W, null, { pad: 1 })));
    const left = b.forward(convolution2d(h, V, null, { pad: 1 }));
    const right = c.forward(convolution2d(h, U, null));
    const z = concat([relu(add(left, right)), h, relu(add(h, left))]);
    const loss = sum(square(z));
    const [gx] = grad([loss], [x], { enableDoubleBackprop: true }) as [Variable];
    add(loss, sum(square(gx))).backward();
    const parameters = norms.flatMap((n) => [n.gamma, n.beta] as Variable[]);
    const gradients = [x, W, V, U, ...parameters].map((p) => p.grad as NdArray);
    const running = norms.flatMap((n) => [n.avgMean, n.avgVar] as NdArray[]);
    return [loss.array, gx.array, left.array, z.array, ...gradients, ...running];
  });
}

describe('batch normalization between convolutions, ReLU and sums', () => {
  const others = devices().filter((d) => d.name !== 'js' && d.synchronous);
  it.skipIf(others.length === 0)('has the same gradients of gradients on every device', () => {
    for (const train of [true, false]) {
      const expected = results('js', train);
      for (const { name } of others) {
        for (const [i, x] of results(name, train).entries()) {
          const wanted = (expected[i] as NdArray).toArraySync() as never;
          const [a, b] = [xp.array(wanted), xp.array(x.toArraySync() as never)];
          const scale = Number(xp.abs(a).max().itemSync());
          const off = Number(xp.abs(a.sub(b)).max().itemSync());
          expect(off / Math.max(scale, 1e-6), `${name}, train ${train}, result ${i}`).toBeLessThan(2e-4);
        }
      }
    }
  });
});
