import type { NdArray } from '../core/ndarray.ts';
import { floatsFor, floatsOf } from './floats.ts';
import { eachLine } from './lines.ts';

/**
 * Softmax along `axis`, or its logarithm: `exp(x - max) / sum(exp(x - max))`, or `x - max - log(sum(exp(x - max)))`.
 * Sums are doubles.
 */
export function softmax(x: NdArray, y: NdArray, axis: number, log: boolean): void {
  if (x.size === 0) return;
  const from = floatsOf(x);
  const to = floatsFor(y);
  const n = x.shape[axis]!;
  const s = from.steps[axis]!;
  const t = to.steps[axis]!;
  const { data } = from;
  const out = to.data;
  const terms = new Float64Array(n);
  eachLine(x.shape, axis, [from, to], (at) => {
    const p = at[0]!;
    const q = at[1]!;
    let max = -Infinity;
    for (let i = 0; i < n; i++) max = Math.max(max, data[p + i * s]!);
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const d = data[p + i * s]! - max;
      const e = Math.exp(d);
      terms[i] = log ? d : e;
      sum += e;
    }
    if (log) {
      const logSum = Math.log(sum);
      for (let i = 0; i < n; i++) out[q + i * t] = terms[i]! - logSum;
    } else {
      for (let i = 0; i < n; i++) out[q + i * t] = terms[i]! / sum;
    }
  });
  to.store();
}

/**
 * Gradient from the output: `y * (gy - sum(gy * y))`; of the logarithm, `gy - exp(y) * sum(gy)`.
 */
export function softmaxGrad(y: NdArray, gy: NdArray, gx: NdArray, axis: number, log: boolean): void {
  if (y.size === 0) return;
  const fy = floatsOf(y);
  const fgy = floatsOf(gy);
  const to = floatsFor(gx);
  const n = y.shape[axis]!;
  const sy = fy.steps[axis]!;
  const sg = fgy.steps[axis]!;
  const st = to.steps[axis]!;
  eachLine(y.shape, axis, [fy, fgy, to], (at) => {
    const p = at[0]!;
    const g = at[1]!;
    const q = at[2]!;
    let sum = 0;
    for (let i = 0; i < n; i++)
      sum += log ? fgy.data[g + i * sg]! : fgy.data[g + i * sg]! * fy.data[p + i * sy]!;
    for (let i = 0; i < n; i++) {
      const yi = fy.data[p + i * sy]!;
      const gi = fgy.data[g + i * sg]!;
      to.data[q + i * st] = log ? gi - Math.exp(yi) * sum : yi * (gi - sum);
    }
  });
  to.store();
}

/** The greatest element of each line along `axis`, and `log(sum(exp(x - max)))`. */
export function softmaxStatistics(x: NdArray, max: NdArray, logSum: NdArray, axis: number): void {
  const from = floatsOf(x);
  const top = floatsFor(max);
  const rest = floatsFor(logSum);
  const n = x.shape[axis]!;
  const s = from.steps[axis]!;
  const { data } = from;
  eachLine(
    x.shape,
    axis,
    [from],
    (at) => {
      const p = at[0]!;
      let most = -Infinity;
      for (let i = 0; i < n; i++) most = Math.max(most, data[p + i * s]!);
      let sum = 0;
      for (let i = 0; i < n; i++) sum += Math.exp(data[p + i * s]! - most);
      top.data[at[1]!] = most;
      rest.data[at[2]!] = Math.log(sum);
    },
    [top, rest],
  );
  top.store();
  rest.store();
}
