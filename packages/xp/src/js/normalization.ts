import { collapse, sizeOf } from '../core/layout.ts';
import type { NdArray } from '../core/ndarray.ts';
import { walk } from './elementwise.ts';
import { type Floats, floatsFor, floatsOf } from './floats.ts';

/** Calls `body` for every row of one channel: its length, and each operand's first position and step. */
type Rows = (
  at: readonly number[],
  body: (n: number, p: readonly number[], s: readonly number[]) => void,
) => void;

/**
 * Calls `channel` once for every position of the kept axes, with the first positions of `whole` (arrays of x's shape) and
 * then of `kept` (arrays of the kept axes' shape), and a way to go through its elements in `whole`.
 */
function eachChannel(
  shape: readonly number[],
  axes: readonly number[],
  whole: readonly Floats[],
  kept: readonly Floats[],
  channel: (at: readonly number[], rows: Rows) => void,
): void {
  const others = shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const pick = (list: readonly number[], which: readonly number[]) => which.map((i) => list[i]!);
  const outer = pick(shape, axes);
  if (sizeOf(outer) === 0) return;
  const inner = collapse(
    pick(shape, others),
    whole.map((x) => pick(x.steps, others)),
  );
  const rows: Rows = (at, body) => {
    if (!inner.shape.includes(0)) walk(inner, at.slice(0, whole.length), body);
  };
  const steps = [...whole.map((x) => pick(x.steps, axes)), ...kept.map((x) => x.steps)];
  const loops = collapse(outer, steps);
  walk(
    loops,
    [...whole, ...kept].map((x) => x.offset),
    (n, p, s) => {
      const at = p.slice();
      for (let i = 0; i < n; i++) {
        channel(at, rows);
        for (let k = 0; k < at.length; k++) at[k] = at[k]! + s[k]!;
      }
    },
  );
}

/** Elements of one channel. */
function channelSize(shape: readonly number[], axes: readonly number[]): number {
  let n = 1;
  shape.forEach((d, i) => {
    if (!axes.includes(i)) n *= d;
  });
  return n;
}

/**
 * Batch normalization: `y = gamma (x - mean) / sqrt(var + eps) + beta` with statistics over all axes except `axes`, whose
 * extents are the shape of gamma, beta, mean, variance (biased) and invStd. Sums are doubles.
 */
export function batchNormalization(
  x: NdArray,
  gamma: NdArray,
  beta: NdArray,
  y: NdArray,
  mean: NdArray,
  variance: NdArray,
  invStd: NdArray,
  axes: readonly number[],
  eps: number,
): void {
  const fx = floatsOf(x);
  const fgamma = floatsOf(gamma);
  const fbeta = floatsOf(beta);
  const fy = floatsFor(y);
  const fmean = floatsFor(mean);
  const fvariance = floatsFor(variance);
  const finvStd = floatsFor(invStd);
  const m = channelSize(x.shape, axes);
  eachChannel(x.shape, axes, [fx, fy], [fgamma, fbeta, fmean, fvariance, finvStd], (at, rows) => {
    let sum = 0;
    rows(at, (n, p, s) => {
      sum += sumOf(fx, n, p[0]!, s[0]!);
    });
    const mu = sum / m;
    let squares = 0;
    rows(at, (n, p, s) => {
      squares += squaresOf(fx, n, p[0]!, s[0]!, mu);
    });
    const inv = 1 / Math.sqrt(squares / m + eps);
    const scale = fgamma.data[at[2]!]! * inv;
    const shift = fbeta.data[at[3]!]!;
    rows(at, (n, p, s) => {
      transform(fx, fy, n, p, s, mu, scale, shift);
    });
    fmean.data[at[4]!] = mu;
    fvariance.data[at[5]!] = squares / m;
    finvStd.data[at[6]!] = inv;
  });
  for (const out of [fy, fmean, fvariance, finvStd]) out.store();
}

/** The same with given statistics. */
export function fixedBatchNormalization(
  x: NdArray,
  gamma: NdArray,
  beta: NdArray,
  mean: NdArray,
  variance: NdArray,
  y: NdArray,
  axes: readonly number[],
  eps: number,
): void {
  const fx = floatsOf(x);
  const fy = floatsFor(y);
  const statistics = [gamma, beta, mean, variance].map(floatsOf);
  eachChannel(x.shape, axes, [fx, fy], statistics, (at, rows) => {
    const [g, b, mu, v] = statistics.map(({ data }, k) => data[at[2 + k]!]!) as [
      number,
      number,
      number,
      number,
    ];
    const scale = g / Math.sqrt(v + eps);
    rows(at, (n, p, s) => {
      transform(fx, fy, n, p, s, mu, scale, b);
    });
  });
  fy.store();
}

/** `y = (x - mu) scale + shift` along a row. */
function transform(
  x: Floats,
  y: Floats,
  n: number,
  p: readonly number[],
  s: readonly number[],
  mu: number,
  scale: number,
  shift: number,
): void {
  let a = p[0]!;
  let b = p[1]!;
  for (let i = 0; i < n; i++) {
    y.data[b] = (x.data[a]! - mu) * scale + shift;
    a += s[0]!;
    b += s[1]!;
  }
}

function sumOf({ data }: Floats, n: number, p: number, s: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += data[p + i * s]!;
  return sum;
}

function squaresOf({ data }: Floats, n: number, p: number, s: number, mu: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const d = data[p + i * s]! - mu;
    sum += d * d;
  }
  return sum;
}

/**
 * Its gradients. With `xhat = (x - mean) invStd`: `gbeta = sum(gy)`, `ggamma = sum(gy xhat)`,
 * `gx = gamma invStd (gy - (gbeta + xhat ggamma) / m)`.
 */
export function batchNormalizationGrad(
  x: NdArray,
  gamma: NdArray,
  mean: NdArray,
  invStd: NdArray,
  gy: NdArray,
  gx: NdArray,
  ggamma: NdArray,
  gbeta: NdArray,
  axes: readonly number[],
): void {
  const fx = floatsOf(x);
  const fgy = floatsOf(gy);
  const fgamma = floatsOf(gamma);
  const fmean = floatsOf(mean);
  const finvStd = floatsOf(invStd);
  const fgx = floatsFor(gx);
  const fggamma = floatsFor(ggamma);
  const fgbeta = floatsFor(gbeta);
  const m = channelSize(x.shape, axes);
  const kept = [fgamma, fmean, finvStd, fggamma, fgbeta];
  eachChannel(x.shape, axes, [fx, fgy, fgx], kept, (at, rows) => {
    const mu = fmean.data[at[4]!]!;
    const inv = finvStd.data[at[5]!]!;
    let sum = 0;
    let dot = 0;
    rows(at, (n, p, s) => {
      sum += sumOf(fgy, n, p[1]!, s[1]!);
      dot += dotOf(fx, fgy, n, p, s, mu);
    });
    dot *= inv;
    const scale = fgamma.data[at[3]!]! * inv;
    rows(at, (n, p, s) => {
      let a = p[0]!;
      let b = p[1]!;
      let c = p[2]!;
      for (let i = 0; i < n; i++) {
        const xhat = (fx.data[a]! - mu) * inv;
        fgx.data[c] = scale * (fgy.data[b]! - (sum + xhat * dot) / m);
        a += s[0]!;
        b += s[1]!;
        c += s[2]!;
      }
    });
    fggamma.data[at[6]!] = dot;
    fgbeta.data[at[7]!] = sum;
  });
  for (const out of [fgx, fggamma, fgbeta]) out.store();
}

function dotOf(
  x: Floats,
  gy: Floats,
  n: number,
  p: readonly number[],
  s: readonly number[],
  mu: number,
): number {
  let sum = 0;
  let a = p[0]!;
  let b = p[1]!;
  for (let i = 0; i < n; i++) {
    sum += (x.data[a]! - mu) * gy.data[b]!;
    a += s[0]!;
    b += s[1]!;
  }
  return sum;
}
