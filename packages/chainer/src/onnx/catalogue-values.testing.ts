import { array, type NdArray, random } from '@chainer/xp';
import type { Variable } from '../core/variable.ts';

export type Fn = (...xs: Variable[]) => Variable | readonly Variable[];

export const normal = (...shape: number[]): NdArray => random.randn(...shape);
export const positive = (...shape: number[]): NdArray => random.rand(...shape).add(0.1);
export const integers = (list: number[] | number[][]): NdArray => array(list, { dtype: 'int32' });
/** The same numbers whenever they are asked for: a model's weights. */
export const weights = (...shape: number[]): NdArray => {
  const size = shape.reduce((a, d) => a * d, 1);
  return array(
    Float32Array.from({ length: size }, (_, i) => Math.sin(7 * i + 1) / 2),
    { shape },
  );
};
export const variances = (...shape: number[]): NdArray =>
  weights(...shape)
    .abs()
    .add(0.1);
