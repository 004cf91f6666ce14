import { type DType, float16, float32, float64, js } from '@chainer/xp/internal';
import { describe, expect, it } from 'vitest';
import {
  cpu,
  difference,
  generator,
  type LayoutName,
  outputs,
  type Pair,
  pair,
  values,
} from './both.testing.ts';

const cases: readonly (readonly [readonly number[], readonly number[]])[] = [
  [[20, 5], [1]],
  [[100, 130], [1]],
  [[3, 4, 5, 6], [1]],
  [[4, 2, 33, 40], [1]],
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

function check(d: DType, layout: LayoutName, offset: number): void {
  for (const [shape, axes] of cases) {
    const kept = axes.map((a) => shape[a]!);
    const random = generator(shape[0]!);
    const value = () => random() - 0.5;
    const x = pair(d, shape, () => value() + offset, layout);
    const gy = pair(d, shape, value, layout);
    const gamma = pair(d, kept, () => random() + 0.5);
    const beta = pair(d, kept, value);
    const [y, gx] = [outputs(d, shape, layout), outputs(d, shape, layout)];
    const fixed = outputs(d, shape, layout);
    const [mean, variance, invStd, ggamma, gbeta] = [0, 1, 2, 3, 4].map(() => outputs(d, kept)) as [
      ReturnType<typeof outputs>,
      ReturnType<typeof outputs>,
      ReturnType<typeof outputs>,
      ReturnType<typeof outputs>,
      ReturnType<typeof outputs>,
    ];
    [js, cpu].forEach((device, k) => {
      device.kernels.batchNormalization(
        x[k]!,
        gamma[k]!,
        beta[k]!,
        y[k]!,
        mean[k]!,
        variance[k]!,
        invStd[k]!,
        axes,
        1e-4,
      );
      device.kernels.fixedBatchNormalization(
        x[k]!,
        gamma[k]!,
        beta[k]!,
        mean[k]!,
        variance[k]!,
        fixed[k]!,
        axes,
        1e-4,
      );
    });
    [js, cpu].forEach((device, k) => {
      device.kernels.batchNormalizationGrad(
        x[k]!,
        gamma[k]!,
        mean[k]!,
        invStd[k]!,
        gy[k]!,
        gx[k]!,
        ggamma[k]!,
        gbeta[k]!,
        axes,
      );
    });
    const tolerance = (d === float64 ? 1e-12 : d === float32 ? 2e-5 : 3e-2) * (1 + offset);
    for (const [name, result] of Object.entries({ y, fixed, mean, variance, invStd, gx, ggamma, gbeta })) {
      expect(difference(result, 100, tolerance), `${name}, ${d.name}[${shape}] kept ${axes}`).toBeNull();
    }
  }
}

describe('batch normalization and its gradients agree with js', () => {
  it('float32', () => check(float32, 'dense', 0));
  it('float32, transposed', () => check(float32, 'transposed', 0));
  it('float32 far from zero', () => check(float32, 'dense', 10));
  it('float64', () => check(float64, 'dense', 0));
  it('float16', () => check(float16, 'reversed', 0));

  it('an infinite number makes the variance NaN, also where channels are not neighbours', () => {
    for (const shape of [
      [4, 3],
      [2, 3, 5],
    ]) {
      const x = pair(float32, shape, (i) => (i === 1 ? -Infinity : i));
      const [gamma, beta] = [pair(float32, [3], () => 1), pair(float32, [3], () => 0)];
      const y = outputs(float32, shape);
      const [mean, variance, invStd] = [0, 1, 2].map(() => outputs(float32, [3])) as [Pair, Pair, Pair];
      [js, cpu].forEach((device, k) => {
        device.kernels.batchNormalization(
          x[k]!,
          gamma[k]!,
          beta[k]!,
          y[k]!,
          mean[k]!,
          variance[k]!,
          invStd[k]!,
          [1],
          1e-4,
        );
      });
      expect(values(variance[0]).filter(Number.isNaN)).toHaveLength(1);
      for (const result of [mean, variance, invStd]) expect(difference(result)).toBeNull();
    }
  });
});
