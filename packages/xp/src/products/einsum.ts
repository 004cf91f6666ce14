import { commonDevice } from '../core/arguments.ts';
import { type DTypeLike, dtype } from '../core/dtype.ts';
import { shapeText, sizeOf } from '../core/layout.ts';
import { emptyOn, NdArray } from '../core/ndarray.ts';
import { promote } from '../core/promotion.ts';
import { castTo, permuted, picked, reshaped } from '../core/views.ts';
import type { ArrayLike } from '../creation/array.ts';
import { ValueError } from '../errors.ts';
import { checkOut } from '../kernel/launch.ts';
import { arrayOf } from '../reduction/options.ts';
import { sum } from '../reduction/sum.ts';
import { readSubscripts } from './einsum-subscripts.ts';
import { multiplyMatrices } from './matmul.ts';

/** Options of `einsum`. */
export interface EinsumOptions {
  /** dtype in which to compute, and of the result. */
  readonly dtype?: DTypeLike | null;
  readonly out?: NdArray | null;
  /** NumPy's choice of contraction order; the order here always follows the sizes, so that it changes nothing. */
  readonly optimize?: unknown;
}

/** An array whose axes have labels, no label twice. */
interface Term {
  readonly x: NdArray;
  readonly labels: readonly string[];
}

/**
 * Einstein's summation convention: products of operands, summed over every label that the output does not name.
 *
 * Labels are letters, one for each axis; `...` stands for the axes not named; a label twice in one operand takes its diagonal;
 * without `->` the output names the labels that occur once, in alphabetical order. Axes of extent 1 broadcast. Pairs of operands
 * are contracted through matrix products, the pair with the smallest result first. A result that only reorders axes is a view.
 *
 * @param subscripts like `'ij,jk->ik'`.
 * @throws {ValueError} where subscripts and operands do not fit.
 * @example
 * import { array, einsum } from '@chainer/xp';
 * const a = array([[1, 2], [3, 4]]);
 * einsum('ij,jk->ik', a, a).toArraySync(); // [[7, 10], [15, 22]]
 * einsum('ii', a).itemSync(); // 5
 * einsum('ij->j', a).toArraySync(); // [4, 6]
 */
export function einsum(
  subscripts: string,
  ...operandsAndOptions: readonly (ArrayLike | EinsumOptions)[]
): NdArray {
  const last = operandsAndOptions.at(-1);
  const options = isOptions(last) ? last : {};
  const given = (
    isOptions(last) ? operandsAndOptions.slice(0, -1) : operandsAndOptions
  ) as readonly ArrayLike[];
  const arrays = given.map(arrayOf);
  if (arrays.length === 0) throw new ValueError(`[einsum] no operands were given for '${subscripts}'`);
  commonDevice(arrays, 'einsum');
  const common = options.dtype ? dtype(options.dtype) : arrays.map((x) => x.dtype).reduce(promote);
  const { operands, output } = readSubscripts(
    subscripts,
    arrays.map((x) => x.ndim),
  );
  const sizes = extents(arrays, operands, subscripts);
  let terms = arrays.map((x, i) => prepare(castTo(x, common), operands[i] as readonly string[], sizes));
  while (terms.length > 1) {
    terms = terms.map((t, i) => sumOut(t, needed(terms, i, output)));
    const [i, j] = cheapestPair(terms, output, sizes);
    const rest = terms.filter((_, k) => k !== i && k !== j);
    const wanted = new Set([...output, ...rest.flatMap((t) => t.labels)]);
    terms = [...rest, contractPair(terms[i] as Term, terms[j] as Term, wanted, sizes)];
  }
  const result = arranged(sumOut(terms[0] as Term, new Set(output)), output, sizes);
  if (!options.out) return result;
  checkOut(options.out, result.shape, common, 'einsum');
  if (result.size > 0) result.device.kernels.copy(result, options.out);
  return options.out;
}

function isOptions(x: unknown): x is EinsumOptions {
  return typeof x === 'object' && x !== null && Object.getPrototypeOf(x) === Object.prototype;
}

/** Extent of every label; 1 gives way to any other. */
function extents(
  arrays: readonly NdArray[],
  operands: readonly (readonly string[])[],
  text: string,
): Map<string, number> {
  const sizes = new Map<string, number>();
  operands.forEach((labels, i) => {
    labels.forEach((label, axis) => {
      const d = arrays[i]?.shape[axis] as number;
      const known = sizes.get(label);
      if (known === undefined || known === 1) sizes.set(label, d);
      else if (d !== known && d !== 1) {
        throw new ValueError(
          `[einsum] label '${label}' of '${text}' has extent ${known}, but ${d} on axis ${axis} of operand ${i} (shapes ${arrays.map((x) => shapeText(x.shape)).join(', ')})`,
        );
      }
    });
  });
  return sizes;
}

/** Takes diagonals of repeated labels and drops axes of extent 1 that broadcast. */
function prepare(x: NdArray, labels: readonly string[], sizes: ReadonlyMap<string, number>): Term {
  const steps = new Map<string, number>();
  let term = x;
  const kept = labels.slice();
  for (let axis = labels.length - 1; axis >= 0; axis--) {
    if (x.shape[axis] === 1 && sizes.get(labels[axis] as string) !== 1) {
      term = picked(term, axis, 0);
      kept.splice(axis, 1);
    }
  }
  for (const [axis, l] of kept.entries()) steps.set(l, (steps.get(l) ?? 0) + (term.steps[axis] as number));
  const unique = [...new Set(kept)];
  const shape = unique.map((l) => sizes.get(l) as number);
  return {
    x: new NdArray(
      term.storage,
      term.dtype,
      shape,
      unique.map((l) => steps.get(l) as number),
      term.offset,
    ),
    labels: unique,
  };
}

/** Labels that are still wanted after operand i was used: those of the output and of the other operands. */
function needed(terms: readonly Term[], i: number, output: readonly string[]): Set<string> {
  return new Set([...output, ...terms.flatMap((t, k) => (k === i ? [] : t.labels))]);
}

/** Sums over labels that nobody wants. */
function sumOut(t: Term, wanted: ReadonlySet<string>): Term {
  const axis = t.labels.flatMap((l, i) => (wanted.has(l) ? [] : [i]));
  if (axis.length === 0) return t;
  return { x: sum(t.x, { axis, dtype: t.x.dtype }), labels: t.labels.filter((l) => wanted.has(l)) };
}

/** The pair whose product has the fewest elements. */
function cheapestPair(
  terms: readonly Term[],
  output: readonly string[],
  sizes: ReadonlyMap<string, number>,
): [number, number] {
  if (terms.length === 2) return [0, 1];
  let best: [number, number] = [0, 1];
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < terms.length; i++) {
    for (let j = i + 1; j < terms.length; j++) {
      const others = new Set([...output, ...terms.flatMap((t, k) => (k === i || k === j ? [] : t.labels))]);
      const made = new Set(
        [...(terms[i] as Term).labels, ...(terms[j] as Term).labels].filter((l) => others.has(l)),
      );
      const size = sizeOf([...made].map((l) => sizes.get(l) as number));
      if (size < least) [least, best] = [size, [i, j]];
    }
  }
  return best;
}

/** Product of two terms, summed over labels that both have and nobody wants, as one (stacked) matrix product. */
function contractPair(
  a: Term,
  b: Term,
  wanted: ReadonlySet<string>,
  sizes: ReadonlyMap<string, number>,
): Term {
  const both = a.labels.filter((l) => b.labels.includes(l));
  const batch = both.filter((l) => wanted.has(l));
  const summed = both.filter((l) => !wanted.has(l));
  const left = a.labels.filter((l) => !both.includes(l));
  const right = b.labels.filter((l) => !both.includes(l));
  const sizeFor = (labels: readonly string[]) => sizeOf(labels.map((l) => sizes.get(l) as number));
  const matrix = (t: Term, order: readonly string[], shape: readonly number[]) =>
    reshaped(
      permuted(
        t.x,
        order.map((l) => t.labels.indexOf(l)),
      ),
      shape,
    );
  const [n, m, k, p] = [sizeFor(batch), sizeFor(left), sizeFor(summed), sizeFor(right)] as const;
  const x = matrix(a, [...batch, ...left, ...summed], [n, m, k]);
  const y = matrix(b, [...batch, ...summed, ...right], [n, k, p]);
  const d = x.dtype;
  const z = emptyOn(x.device, [n, m, p], d);
  multiplyMatrices(x, y, z);
  const labels = [...batch, ...left, ...right];
  return {
    x: new NdArray(
      z.storage,
      d,
      labels.map((l) => sizes.get(l) as number),
    ),
    labels,
  };
}

/** Axes in the output's order. */
function arranged(t: Term, output: readonly string[], sizes: ReadonlyMap<string, number>): NdArray {
  const steps = output.map((l) => {
    const axis = t.labels.indexOf(l);
    return axis < 0 ? 0 : (t.x.steps[axis] as number);
  });
  return new NdArray(
    t.x.storage,
    t.x.dtype,
    output.map((l) => sizes.get(l) as number),
    steps,
    t.x.offset,
  );
}
