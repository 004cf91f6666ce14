import type { NdArray } from '../core/ndarray.ts';
import { denseFor, denseOf, type FloatArray } from './floats.ts';

/** How a normalization of groups walks through `x` `[N, C, …]`, in C order. */
interface Walk {
  /** Elements of a group, and of a channel of one sample. */
  readonly m: number;
  readonly inner: number;
  /** Calls `body` for every group of every sample: its number, first element and first channel. */
  each(body: (group: number, at: number, channel: number) => void): void;
}

function walkOf({ shape, size }: NdArray, groups: number): Walk {
  const [n, c] = shape as [number, number];
  const m = size / (n * groups);
  return {
    m,
    inner: size / (n * c),
    each(body) {
      if (size > 0) for (let g = 0; g < n * groups; g++) body(g, g * m, (g % groups) * (c / groups));
    },
  };
}

function sumOf(data: FloatArray, at: number, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += data[at + i]!;
  return sum;
}

/** Normalization of groups of channels: `y = gamma (x - mean) / sqrt(var + eps) + beta`. Sums are doubles. */
export function groupNormalization(
  x: NdArray,
  gamma: NdArray,
  beta: NdArray,
  y: NdArray,
  mean: NdArray,
  invStd: NdArray,
  eps: number,
): void {
  const [from, scale, shift] = [denseOf(x), denseOf(gamma), denseOf(beta)];
  const [to, means, spreads] = [denseFor(y), denseFor(mean), denseFor(invStd)];
  const { m, inner, each } = walkOf(x, mean.shape[1]!);
  each((group, at, channel) => {
    const mu = sumOf(from, at, m) / m;
    let squares = 0;
    for (let i = 0; i < m; i++) squares += (from[at + i]! - mu) ** 2;
    const inv = 1 / Math.sqrt(squares / m + eps);
    for (let i = 0; i < m; i++) {
      const k = channel + Math.floor(i / inner);
      to.data[to.offset + at + i] = (from[at + i]! - mu) * inv * scale[k]! + shift[k]!;
    }
    means.data[means.offset + group] = mu;
    spreads.data[spreads.offset + group] = inv;
  });
  for (const out of [to, means, spreads]) out.store();
}

/**
 * Its gradients. With `xhat = (x - mean) invStd` and sums over all places of a channel: `gbeta = sum(gy)`, `ggamma = sum(gy xhat)`; with
 * `g = gamma gy` and means over a group: `gx = invStd (g - mean(g) - xhat mean(g xhat))`.
 */
export function groupNormalizationGrad(
  x: NdArray,
  gamma: NdArray,
  mean: NdArray,
  invStd: NdArray,
  gy: NdArray,
  gx: NdArray,
  ggamma: NdArray,
  gbeta: NdArray,
): void {
  const c = gamma.shape[0]!;
  const [from, scale, grads] = [denseOf(x), denseOf(gamma), denseOf(gy)];
  const [means, spreads] = [denseOf(mean), denseOf(invStd)];
  const [to, scales, shifts] = [denseFor(gx), denseFor(ggamma), denseFor(gbeta)];
  const { m, inner, each } = walkOf(x, mean.shape[1]!);
  const [dots, sums] = [new Float64Array(c), new Float64Array(c)];
  each((group, at, channel) => {
    const mu = means[group]!;
    const inv = spreads[group]!;
    let sum = 0;
    let dot = 0;
    for (let i = 0; i < m; i++) {
      const k = channel + Math.floor(i / inner);
      const g = grads[at + i]!;
      const xhat = (from[at + i]! - mu) * inv;
      sums[k] = sums[k]! + g;
      dots[k] = dots[k]! + g * xhat;
      sum += scale[k]! * g;
      dot += scale[k]! * g * xhat;
    }
    for (let i = 0; i < m; i++) {
      const k = channel + Math.floor(i / inner);
      const xhat = (from[at + i]! - mu) * inv;
      to.data[to.offset + at + i] = inv * (scale[k]! * grads[at + i]! - (sum + xhat * dot) / m);
    }
  });
  for (let k = 0; k < c; k++) {
    scales.data[scales.offset + k] = dots[k]!;
    shifts.data[shifts.offset + k] = sums[k]!;
  }
  for (const out of [to, scales, shifts]) out.store();
}
