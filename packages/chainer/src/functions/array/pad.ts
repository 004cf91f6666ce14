import { array, multiply, type NdArray, reshape, Slice, subtract, add as xpAdd } from '@chainer/xp/functions';
import { emptyOn } from '@chainer/xp/internal';
import { checkOptions } from '../../core/check-options.ts';
import { FunctionNode } from '../../core/function-node.ts';
import { expectArray } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike, type VariableNode } from '../../core/variable.ts';
import { add } from '../math/add.ts';
import { mul } from '../math/arithmetic.ts';
import { average } from '../math/average.ts';
import { max, min } from '../math/minmax.ts';
import { broadcastTo } from './broadcast-to.ts';
import { concat } from './concat.ts';
import { getItem, takeAlong } from './get-item.ts';
import { narrow, write, zerosBeside } from './views.ts';

/** One number for all, a pair for every axis, or a pair per axis. */
export type PadWidth = number | readonly number[] | readonly (readonly number[])[];

/** How the places outside are filled. */
export type PadMode =
  | 'constant'
  | 'edge'
  | 'reflect'
  | 'symmetric'
  | 'wrap'
  | 'maximum'
  | 'minimum'
  | 'mean'
  | 'linear_ramp'
  | 'empty';

/** Options of pad. */
export interface PadOptions {
  /** Of mode `constant`. */
  readonly constantValues?: PadWidth;
  /** Of mode `linear_ramp`: the value at the outermost place. */
  readonly endValues?: PadWidth;
}

/** Before and after, for each axis. */
function pairs(value: PadWidth, ndim: number, name: string): [number, number][] {
  const of = (v: number | readonly number[]): [number, number] =>
    typeof v === 'number' ? [v, v] : [v[0] as number, v[v.length - 1] as number];
  const list =
    typeof value === 'number' || typeof value[0] === 'number'
      ? [value as number | readonly number[]]
      : (value as readonly (readonly number[])[]);
  if (list.length !== 1 && list.length !== ndim)
    throw new RangeError(`[pad] ${name} must be given once or for each of ${ndim} axes, got ${list.length}`);
  return Array.from({ length: ndim }, (_, i) =>
    of(list.length === 1 ? (list[0] as number | readonly number[]) : (list[i] as readonly number[])),
  );
}

export class Pad extends FunctionNode {
  readonly label = 'Pad';
  readonly widths: readonly [number, number][];
  readonly values: readonly [number, number][];

  constructor(widths: readonly [number, number][], values: readonly [number, number][]) {
    super();
    this.widths = widths;
    this.values = values;
  }

  forward([x]: readonly [NdArray]): readonly NdArray[] {
    const y = emptyOn(
      x.device,
      x.shape.map(
        (d, i) => d + (this.widths[i] as [number, number])[0] + (this.widths[i] as [number, number])[1],
      ),
      x.dtype,
    );
    // Axis by axis, so that a later axis owns the corners.
    this.widths.forEach(([before, after], i) => {
      const [low, high] = this.values[i] as [number, number];
      fill(narrow(y, i, 0, before), low);
      fill(narrow(y, i, (y.shape[i] as number) - after, after), high);
    });
    write(x, inside(y, this.widths));
    return [y];
  }

  override backward(
    _targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    if (!gy) return [null];
    const { shape } = this.inputs[0] as VariableNode;
    return [
      getItem(
        gy,
        shape.map(
          (d, i) =>
            new Slice(
              (this.widths[i] as [number, number])[0],
              (this.widths[i] as [number, number])[0] + d,
              null,
            ),
        ),
      ),
    ];
  }
}

function fill(x: NdArray, value: number): void {
  if (x.size > 0) x.device.kernels.fill(x, value);
}

function inside(y: NdArray, widths: readonly [number, number][]): NdArray {
  return widths.reduce(
    (view, [before, after], i) => narrow(view, i, before, (view.shape[i] as number) - before - after),
    y,
  );
}

/** Which element stands at a place that may lie outside `0 … n - 1`. */
const places: Readonly<Record<string, (i: number, n: number) => number>> = {
  edge: (i, n) => Math.min(Math.max(i, 0), n - 1),
  wrap: (i, n) => ((i % n) + n) % n,
  reflect: (i, n) => {
    if (n === 1) return 0;
    const k = ((i % (2 * n - 2)) + 2 * n - 2) % (2 * n - 2);
    return k < n ? k : 2 * n - 2 - k;
  },
  symmetric: (i, n) => {
    const k = ((i % (2 * n)) + 2 * n) % (2 * n);
    return k < n ? k : 2 * n - 1 - k;
  },
};

const statistics: Readonly<
  Record<string, (x: VariableLike, options: { axis: number; keepdims: boolean }) => Variable>
> = {
  maximum: max,
  minimum: min,
  mean: average,
};

/** Pads one axis with a value that is computed from the array. */
function withSides(
  x: VariableLike,
  axis: number,
  [before, after]: [number, number],
  side: (count: number, first: boolean) => Variable,
): VariableLike {
  const parts: VariableLike[] = [x];
  if (before > 0) parts.unshift(side(before, true));
  if (after > 0) parts.push(side(after, false));
  return parts.length === 1 ? x : concat(parts, { axis });
}

/** The edge value fading to another towards the outermost place. */
function ramp(x: VariableLike, axis: number, end: number, count: number, first: boolean): Variable {
  const a = asArray(x);
  const shares = Array.from({ length: count }, (_, k) => (first ? k : count - 1 - k) / count);
  const shape = a.shape.map((_, i) => (i === axis ? count : 1));
  const share = reshape(array(shares, { dtype: a.dtype, device: a.device }), shape);
  const at = first ? new Slice(0, 1, null) : new Slice((a.shape[axis] as number) - 1, null, null);
  const edge = getItem(x, [...new Array<Slice>(axis).fill(new Slice(null, null, null)), at]);
  const faded = mul(edge, share);
  if (end === 0) return faded;
  const rest = multiply(xpAdd(subtract(zerosBeside(a, shape), share), 1), end);
  return add(faded, rest);
}

/**
 * Pads an array as NumPy's `pad` does. Gradients are those of the padding itself, in every mode.
 *
 * @param padWidth places before and after: one number, `[before, after]`, or a pair per axis
 * @param mode `constant`, `edge`, `reflect`, `symmetric`, `wrap`, `maximum`, `minimum`, `mean`, `linear_ramp` or `empty` (zeros)
 * @throws {RangeError} for an unknown mode, negative widths, or an empty axis that has nothing to repeat.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.pad(new Variable(xp.array([1, 2])), 1, 'constant').array.toArraySync(); // [0, 1, 2, 0]
 */
export function pad(x: VariableLike, padWidth: PadWidth, mode: PadMode, options: PadOptions = {}): Variable {
  checkOptions('pad', options, ['constantValues', 'endValues']);
  expectArray('pad', 'x', x);
  const ndim = x.shape.length;
  const widths = pairs(padWidth, ndim, 'padWidth');
  if (widths.some(([a, b]) => !(Number.isInteger(a) && a >= 0 && Number.isInteger(b) && b >= 0))) {
    throw new RangeError(`[pad] padWidth must be integers of at least 0, got ${JSON.stringify(padWidth)}`);
  }
  if (mode === 'constant' || mode === 'empty')
    return new Pad(widths, pairs(options.constantValues ?? 0, ndim, 'constantValues')).apply1([x]);
  const place = places[mode];
  const statistic = statistics[mode];
  if (!place && !statistic && mode !== 'linear_ramp') {
    throw new RangeError(
      `[pad] mode '${String(mode)}' is unknown; modes are constant, empty, linear_ramp, ${[...Object.keys(places), ...Object.keys(statistics)].join(', ')}`,
    );
  }
  const ends = pairs(options.endValues ?? 0, ndim, 'endValues');
  let y: VariableLike = x;
  widths.forEach(([before, after], axis) => {
    if (before === 0 && after === 0) return;
    const size = y.shape[axis] as number;
    if (size === 0) throw new RangeError(`[pad] axis ${axis} is empty: mode '${mode}' has nothing to repeat`);
    if (place) {
      const indices = Int32Array.from({ length: before + size + after }, (_, i) => place(i - before, size));
      y = takeAlong(y, axis, array(indices, { device: asArray(x).device }));
    } else if (statistic) {
      const inner = y;
      y = withSides(inner, axis, [before, after], (count) => {
        const s = statistic(inner, { axis, keepdims: true });
        return broadcastTo(
          s,
          s.shape.map((d, i) => (i === axis ? count : d)),
        );
      });
    } else {
      const inner = y;
      const [low, high] = ends[axis] as [number, number];
      y = withSides(inner, axis, [before, after], (count, first) =>
        ramp(inner, axis, first ? low : high, count, first),
      );
    }
  });
  return y === x ? new Pad(widths, widths).apply1([x]) : (y as Variable);
}
