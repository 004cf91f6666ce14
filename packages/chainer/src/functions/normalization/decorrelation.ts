import * as xp from '@chainer/xp/functions';
import { array, type NdArray, subtract } from '@chainer/xp/functions';
import { invalid } from '../../core/type-check.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { reshape } from '../array/reshape.ts';
import { transpose } from '../array/transpose.ts';
import { add } from '../math/add.ts';
import { div, mul, sub } from '../math/arithmetic.ts';
import { matmul } from '../math/matmul.ts';
import { sqrt } from '../math/sqrt.ts';
import { square } from '../math/square.ts';
import { sum } from '../math/sum.ts';

/** Checks that channels divide into groups. */
export function checkGroups(who: string, x: NdArray, groups: number): void {
  if (x.ndim < 2) invalid(who, `x must have at least 2 axes (N, C), got ${x.ndim}`, { x });
  if ((x.shape[1] as number) % groups !== 0)
    invalid(who, `x has ${x.shape[1]} channels, which do not divide into ${groups} groups`, { x });
}

/** From `[N, C, …]` to `[G, C/G, M]`: the channels of each group, and all their elements. */
export function toGroups(x: VariableLike, groups: number): Variable {
  const channels = x.shape[1] as number;
  const axes = [1, 0, ...x.shape.slice(2).map((_, i) => i + 2)];
  return reshape(transpose(x, { axes }), [groups, channels / groups, -1]);
}

/** Back from groups to the shape of x. */
export function fromGroups(y: VariableLike, shape: readonly number[]): Variable {
  const [n, c, ...rest] = shape as [number, number, ...number[]];
  return transpose(reshape(y, [c, n, ...rest]), { axes: [1, 0, ...rest.map((_, i) => i + 2)] });
}

/** Identity matrix beside an array. */
export function eyeBeside(x: NdArray, size: number, value = 1): NdArray {
  const eye = new Float64Array(size * size);
  for (let i = 0; i < size; i++) eye[i * (size + 1)] = value;
  return array(eye, { shape: [1, size, size], dtype: x.dtype, device: x.device });
}

const mostSteps = 60;

/**
 * `A^(-1/2)` of positive definite matrices `[G, C, C]`, by the coupled Newton–Schulz iteration: products of matrices only, so that it
 * runs everywhere and has gradients of every order.
 *
 * `Y ← Y T`, `Z ← T Z` with `T = (3 I - Z Y) / 2` from `Y = A/‖A‖`, `Z = I`; Z tends to `(A/‖A‖)^(-1/2)`
 */
export function inverseSquareRoot(A: Variable): Variable {
  const size = A.shape[1] as number;
  const norm = sqrt(sum(square(A), { axis: [1, 2], keepdims: true }));
  const eye = eyeBeside(A.array, size);
  let Y = div(A, norm);
  let T = sub(mul(eye, 1.5), mul(Y, 0.5));
  Y = matmul(Y, T);
  let Z = T;
  let before = Number.POSITIVE_INFINITY;
  for (let step = 1; step < mostSteps; step++) {
    const ZY = matmul(Z, Y);
    if (A.array.device.synchronous && step % 2 === 0) {
      const rest = Number(xp.max(xp.square(subtract(ZY.array, eye))).itemSync());
      // Converged, or as near as rounding lets it come.
      if (rest === 0 || (rest < 1e-6 && rest >= before) || rest < 1e-30) break;
      before = rest;
    }
    T = mul(sub(mul(eye, 3), ZY), 0.5);
    Y = matmul(Y, T);
    Z = matmul(T, Z);
  }
  return div(Z, sqrt(norm));
}

/** Covariance `[G, C, C]` of centred groups `[G, C, M]`, with `eps` on the diagonal. */
export function covariance(x: Variable, eps: number): Variable {
  const [, size, count] = x.shape as [number, number, number];
  return add(div(matmul(x, x, { transb: true }), count), eyeBeside(x.array, size, eps));
}
