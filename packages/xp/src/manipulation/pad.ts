import { checkOptions } from '../core/check-options.ts';
import { emptyOn, NdArray } from '../core/ndarray.ts';
import type { Scalar } from '../core/promotion.ts';
import { sliced } from '../core/views.ts';
import { linspace } from '../creation/linspace.ts';
import { ValueError } from '../errors.ts';
import { assign } from '../indexing/setwhere.ts';
import { Kernel } from '../kernel/kernel.ts';
import { launchFresh } from '../kernel/launch.ts';
import { max, min } from '../reduction/max.ts';
import { mean } from '../reduction/mean.ts';
import { median } from '../reduction/median.ts';
import { apply, input } from '../scalar/expr.ts';
import { broadcastView } from './broadcast.ts';
import { flip } from './flip.ts';
import { extend, extendOdd, sources } from './padedges.ts';
import { type Pair, type PerEnd, pairsOf } from './padwidth.ts';

/** How the elements around an array are found. */
export type PadMode =
  | 'constant'
  | 'edge'
  | 'linear_ramp'
  | 'maximum'
  | 'mean'
  | 'median'
  | 'minimum'
  | 'reflect'
  | 'symmetric'
  | 'wrap'
  | 'empty'
  | ((vector: NdArray, padWidth: Pair<number>, axis: number, options: PadOptions) => void);

/** Options of `pad`. */
export interface PadOptions {
  readonly mode?: PadMode;
  /** `constant`: the values; 0 unless given. */
  readonly constantValues?: PerEnd<Scalar>;
  /** `linear_ramp`: the values at the far ends; 0 unless given. */
  readonly endValues?: PerEnd<Scalar>;
  /** `maximum`, `mean`, `median`, `minimum`: how many elements from the edge count; all unless given. */
  readonly statLength?: PerEnd<number> | null;
  /** `reflect`, `symmetric`: mirrored (`even`), or turned about the edge (`odd`). */
  readonly reflectType?: 'even' | 'odd';
}

/** Works on one axis: fills what lies before and after the elements that are there. */
type Filler = (before: NdArray, after: NdArray, inside: NdArray, axis: number) => void;

/** An array with room around, the elements copied in, and one axis after another filled. Corners belong to the later axis. */
function padAround(x: NdArray, widths: readonly Pair<number>[], fill: Filler | null): NdArray {
  const out = emptyOn(
    x.device,
    x.shape.map((d, i) => before(widths, i) + d + after(widths, i)),
    x.dtype,
  );
  const core = widths.reduce((view, [b], i) => sliced(view, i, b, x.shape[i] as number), out);
  if (x.size > 0) x.device.kernels.copy(x, core);
  if (fill === null) return out;
  for (let axis = 0; axis < x.ndim; axis++) {
    let roi = out;
    for (let i = axis + 1; i < x.ndim; i++) roi = sliced(roi, i, before(widths, i), x.shape[i] as number);
    const [b, a] = widths[axis] as Pair<number>;
    const n = x.shape[axis] as number;
    fill(sliced(roi, axis, 0, b), sliced(roi, axis, b + n, a), sliced(roi, axis, b, n), axis);
  }
  return out;
}

const before = (widths: readonly Pair<number>[], i: number) => (widths[i] as Pair<number>)[0];
const after = (widths: readonly Pair<number>[], i: number) => (widths[i] as Pair<number>)[1];

function setTo(view: NdArray, value: Scalar | NdArray): void {
  if (view.size === 0) return;
  if (value instanceof NdArray) assign(view, broadcastView(value, view.shape, 'pad'));
  else view.device.kernels.fill(view, value);
}

function constant(values: readonly Pair<Scalar>[]): Filler {
  return (left, right, _, axis) => {
    const [l, r] = values[axis] as Pair<Scalar>;
    setTo(left, l);
    setTo(right, r);
  };
}

/** From the far value up to, and without, the element at the edge. */
function ramp(values: readonly Pair<Scalar>[]): Filler {
  const side = (view: NdArray, edge: NdArray, far: Scalar, axis: number) => {
    if (view.size === 0) return;
    const flat = new NdArray(
      edge.storage,
      edge.dtype,
      without(edge.shape, axis),
      without(edge.steps, axis),
      edge.offset,
    );
    setTo(
      view,
      linspace(far, flat, { num: view.shape[axis] as number, endpoint: false, dtype: view.dtype, axis }),
    );
  };
  return (left, right, inside, axis) => {
    const [l, r] = values[axis] as Pair<Scalar>;
    const n = inside.shape[axis] as number;
    side(left, sliced(inside, axis, 0, 1), l, axis);
    side(flip(right, axis), sliced(inside, axis, n - 1, 1), r, axis);
  };
}

function without(list: readonly number[], axis: number): number[] {
  return list.filter((_, i) => i !== axis);
}

const statistics = { maximum: max, mean, median, minimum: min };
const rint = /*#__PURE__*/ new Kernel('pad', [apply('rint', input(0))]);

function statistic(mode: keyof typeof statistics, lengths: readonly Pair<number>[] | null): Filler {
  const of = (chunk: NdArray, axis: number) => {
    const value = statistics[mode](chunk, { axis, keepdims: true });
    const whole = chunk.dtype.kind === 'i' || chunk.dtype.kind === 'u';
    return whole && value.dtype.kind === 'f' ? launchFresh(rint.program([value]), [value], 'pad') : value;
  };
  return (left, right, inside, axis) => {
    const n = inside.shape[axis] as number;
    const [l, r] = (lengths?.[axis] ?? [n, n]).map((k) => Math.min(k, n)) as [number, number];
    if ((l === 0 || r === 0) && (mode === 'maximum' || mode === 'minimum')) {
      throw new ValueError(`[pad] statLength of 0 yields no value for mode '${mode}'`);
    }
    if (left.size > 0) setTo(left, of(sliced(inside, axis, 0, l), axis));
    if (right.size > 0) setTo(right, of(sliced(inside, axis, n - r, r), axis));
  };
}

const optionOf: Record<string, readonly (keyof PadOptions)[]> = {
  constant: ['constantValues'],
  linear_ramp: ['endValues'],
  maximum: ['statLength'],
  mean: ['statLength'],
  median: ['statLength'],
  minimum: ['statLength'],
  reflect: ['reflectType'],
  symmetric: ['reflectType'],
  edge: [],
  wrap: [],
  empty: [],
};

function check(x: NdArray, widths: readonly Pair<number>[], options: PadOptions, mode: string): void {
  const allowed = optionOf[mode];
  if (!allowed)
    throw new ValueError(
      `[pad] unknown mode '${mode}'; expected one of ${Object.keys(optionOf).join(', ')}, or a function`,
    );
  for (const key of Object.keys(options) as (keyof PadOptions)[]) {
    if (key !== 'mode' && options[key] !== undefined && !allowed.includes(key)) {
      throw new ValueError(`[pad] option ${key} has no meaning for mode '${mode}'`);
    }
  }
  if (mode === 'constant' || mode === 'empty') return;
  widths.forEach(([b, a], axis) => {
    if (x.shape[axis] === 0 && b + a > 0)
      throw new ValueError(`[pad] axis ${axis} is empty and cannot be extended by mode '${mode}'`);
  });
}

/**
 * An array with elements added around it.
 *
 * @param padWidth places before and after: for every axis (`2`, `[1, 2]`), or for each (`[[1, 2], [0, 0]]`).
 * @param options `mode` and what belongs to it; a function is called for every vector along every axis, and fills its ends in place.
 * @throws {ValueError} for widths that do not fit, an unknown mode, or an option of another mode.
 * @example
 * import { array, pad } from '@chainer/xp';
 * pad(array([1, 2, 3]), 1).toArraySync(); // [0, 1, 2, 3, 0]
 * pad(array([1, 2, 3]), [2, 0], { mode: 'reflect' }).toArraySync(); // [3, 2, 1, 2, 3]
 */
export function pad(x: NdArray, padWidth: PerEnd<number> | NdArray, options: PadOptions = {}): NdArray {
  checkOptions('pad', options, ['mode', 'constantValues', 'endValues', 'statLength', 'reflectType']);
  const widths = pairsOf<number>(padWidth, x.ndim, 'padWidth');
  for (const [b, a] of widths) {
    if (!Number.isInteger(b) || !Number.isInteger(a) || b < 0 || a < 0)
      throw new ValueError(`[pad] widths are integers from 0 on, got ${b} and ${a}`);
  }
  const { mode = 'constant' } = options;
  if (typeof mode === 'function') return padByFunction(x, widths, mode, options);
  check(x, widths, options, mode);
  switch (mode) {
    case 'empty':
      return padAround(x, widths, null);
    case 'constant':
      return padAround(
        x,
        widths,
        constant(pairsOf<Scalar>(options.constantValues ?? 0, x.ndim, 'constantValues')),
      );
    case 'linear_ramp':
      return padAround(x, widths, ramp(pairsOf<Scalar>(options.endValues ?? 0, x.ndim, 'endValues')));
    case 'maximum':
    case 'mean':
    case 'median':
    case 'minimum': {
      const lengths = options.statLength ?? null;
      return padAround(
        x,
        widths,
        statistic(mode, lengths === null ? null : pairsOf<number>(lengths, x.ndim, 'statLength')),
      );
    }
    default:
      return padByRepeating(x, widths, mode, options.reflectType ?? 'even');
  }
}

function padByRepeating(
  x: NdArray,
  widths: readonly Pair<number>[],
  mode: keyof typeof sources,
  reflectType: string,
): NdArray {
  let y = x;
  widths.forEach(([b, a], axis) => {
    if (b + a === 0) return;
    const turn = reflectType === 'odd' && (mode === 'reflect' || mode === 'symmetric');
    y = turn ? extendOdd(y, axis, b, a, mode) : extend(y, axis, b, a, sources[mode]);
  });
  return y === x ? padAround(x, widths, null) : y;
}

function padByFunction(
  x: NdArray,
  widths: readonly Pair<number>[],
  fill: Exclude<PadMode, string>,
  options: PadOptions,
): NdArray {
  const out = padAround(x, widths, constant(pairsOf<Scalar>(0, x.ndim, 'padWidth')));
  for (let axis = 0; axis < x.ndim; axis++) {
    const lanes = without(out.shape, axis);
    const steps = without(out.steps, axis);
    const visit = (depth: number, offset: number): void => {
      if (depth === lanes.length) {
        fill(
          new NdArray(
            out.storage,
            out.dtype,
            [out.shape[axis] as number],
            [out.steps[axis] as number],
            offset,
          ),
          widths[axis] as Pair<number>,
          axis,
          options,
        );
        return;
      }
      for (let i = 0; i < (lanes[depth] as number); i++)
        visit(depth + 1, offset + i * (steps[depth] as number));
    };
    visit(0, out.offset);
  }
  return out;
}
