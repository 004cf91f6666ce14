import type { NdArray } from '../core/ndarray.ts';
import { mayOverlap } from '../kernel/launch.ts';

/**
 * Whether the memory bounds of two arrays overlap: false means that they share nothing.
 *
 * @example
 * import { mayShareMemory, zeros } from '@chainer/xp';
 * const x = zeros([4]);
 * mayShareMemory(x, x.reshape([2, 2])); // true
 */
export function mayShareMemory(a: NdArray, b: NdArray): boolean {
  return mayOverlap(a, b);
}

/**
 * Whether two arrays have a byte in common, exactly.
 *
 * @example
 * import { s, sharesMemory, zeros } from '@chainer/xp';
 * const x = zeros([4]);
 * sharesMemory(x.at(s(0, null, 2)), x.at(s(1, null, 2))); // false
 */
export function sharesMemory(a: NdArray, b: NdArray): boolean {
  if (!mayOverlap(a, b)) return false;
  // A common byte is a solution of: byte of a's element i + p = byte of b's element j + q, with p and q inside the elements.
  const terms: Term[] = [];
  let target = b.offset * b.dtype.itemsize - a.offset * a.dtype.itemsize;
  const add = (step: number, extent: number) => {
    if (extent <= 1 || step === 0) return;
    if (step > 0) terms.push({ step, most: extent - 1 });
    else {
      terms.push({ step: -step, most: extent - 1 });
      target -= step * (extent - 1);
    }
  };
  a.shape.forEach((n, k) => {
    add((a.steps[k] as number) * a.dtype.itemsize, n);
  });
  b.shape.forEach((n, k) => {
    add(-(b.steps[k] as number) * b.dtype.itemsize, n);
  });
  add(1, a.dtype.itemsize);
  add(-1, b.dtype.itemsize);
  return solvable(merged(terms), target);
}

interface Term {
  readonly step: number;
  readonly most: number;
}

/** Terms of equal steps as one, greatest steps first. */
function merged(terms: readonly Term[]): Term[] {
  const by = new Map<number, number>();
  for (const { step, most } of terms) by.set(step, (by.get(step) ?? 0) + most);
  return [...by].map(([step, most]) => ({ step, most })).sort((p, q) => q.step - p.step);
}

/** Whether `Σ stepₖ tₖ = target` has integers `0 <= tₖ <= mostₖ`: depth first, within what the remaining terms can reach. */
function solvable(terms: readonly Term[], target: number): boolean {
  const reach = new Array<number>(terms.length + 1).fill(0);
  const divisor = new Array<number>(terms.length + 1).fill(0);
  for (let k = terms.length - 1; k >= 0; k--) {
    const { step, most } = terms[k] as Term;
    reach[k] = (reach[k + 1] as number) + step * most;
    divisor[k] = gcd(step, divisor[k + 1] as number);
  }
  const visit = (k: number, rest: number): boolean => {
    if (rest < 0 || rest > (reach[k] as number)) return false;
    if (k === terms.length) return rest === 0;
    if (rest % (divisor[k] as number) !== 0) return false;
    const { step, most } = terms[k] as Term;
    const high = Math.min(most, Math.floor(rest / step));
    const low = Math.max(0, Math.ceil((rest - (reach[k + 1] as number)) / step));
    for (let t = high; t >= low; t--) if (visit(k + 1, rest - t * step)) return true;
    return false;
  };
  return visit(0, target);
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
