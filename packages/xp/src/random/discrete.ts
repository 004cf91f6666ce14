import { checkOptions } from '../core/check-options.ts';
import type { Device } from '../core/device.ts';
import { type DType, type DTypeLike, dtype, float32, int32 } from '../core/dtype.ts';
import { emptyOn, NdArray } from '../core/ndarray.ts';
import { flatScalars } from '../core/read.ts';
import { DTypeError, ValueError } from '../errors.ts';
import { Kernel } from '../kernel/kernel.ts';
import { launch } from '../kernel/launch.ts';
import { ReductionKernel } from '../kernel/reduction-kernel.ts';
import { input } from '../scalar/expr.ts';
import {
  type DrawOptions,
  drawDevice,
  drawKeys,
  drawShape,
  fillFrom,
  type Parameter,
  requireParameter,
} from './draw.ts';
import type { Stream } from './stream.ts';

/** Options of distributions of counts. */
export interface CountOptions extends Omit<DrawOptions, 'dtype'> {
  /** Type of the result; int32 where left out. */
  readonly dtype?: DTypeLike | null;
}

/** The dtype of a result; the options are checked as well. */
function countDtype(options: CountOptions, who: string): DType {
  checkOptions(who, options, drawKeys);
  const d = dtype(options.dtype ?? int32);
  if (d.kind === 'c' || d.kind === 'b')
    throw new DTypeError(`[${who}] dtype must hold counts, got ${d.name}`);
  return d;
}

const isProbability = (p: number) => p >= 0 && p <= 1;

/** Uniforms that are drawn at once, at most. */
const batch = 1 << 20;

/** Trials that succeed: `u < p`. */
const successes = /*#__PURE__*/ new ReductionKernel('binomial', 2, {
  map: (u, p) => u.lt(p),
  reduce: (x, y) => x.add(y),
  identity: 0,
  accumulator: int32,
});

/** The same where each element has its own number of trials; everything is float32. */
const successesOf = /*#__PURE__*/ new ReductionKernel('binomial', 4, {
  map: (u, p, trial, n) => u.lt(p).and(trial.lt(n)),
  reduce: (x, y) => x.add(y),
  identity: 0,
  accumulator: int32,
});

/** Draws every trial: exact for every n, with work that grows with it. */
export function binomial(stream: Stream, n: Parameter, p: Parameter, options: CountOptions): NdArray {
  const who = 'binomial';
  requireParameter(n, 'n', 'a non-negative integer', (v) => Number.isInteger(v) && v >= 0, who);
  requireParameter(p, 'p', 'in [0, 1]', isProbability, who);
  const d = countDtype(options, who);
  const shape = drawShape(options.size, [n, p], who);
  const device = drawDevice(options as DrawOptions, [n, p]);
  const trials = typeof n === 'number' ? n : largest(n, who);
  const limit = n instanceof NdArray ? asFloat32(n) : null;
  const result = emptyOn(device, shape, d);
  if (result.size === 0) return result;
  device.kernels.fill(result, 0);
  const each = Math.max(1, Math.floor(batch / result.size));
  for (let start = 0; start < trials; start += each) {
    const many = Math.min(each, trials - start);
    const u = fillFrom(stream, 'uniform', emptyOn(device, [many, ...shape], float32));
    const won =
      limit === null
        ? successes.call([u, p], { axis: 0 })
        : successesOf.call([u, p, numbers(device, start, many, shape.length), limit], { axis: 0 });
    launch(total.program([result, won], [d]), [result, won], [result], who);
  }
  return result;
}

const total = /*#__PURE__*/ new Kernel('binomial', [input(0).add(input(1))]);

/** start, start + 1, … along a first axis before `ndim` others. */
function numbers(device: Device, start: number, many: number, ndim: number): NdArray {
  const x = emptyOn(device, [many, ...new Array<number>(ndim).fill(1)], float32);
  device.write(
    x,
    Float32Array.from({ length: many }, (_, k) => start + k),
  );
  return x;
}

function asFloat32(x: NdArray): NdArray {
  const y = emptyOn(x.device, x.shape, float32);
  if (x.size > 0) x.device.kernels.copy(x, y);
  return y;
}

function largest(n: NdArray, who: string): number {
  if (n.dtype.kind !== 'i' && n.dtype.kind !== 'u') {
    throw new DTypeError(`[${who}] n must be an integer array, got ${n.dtype.name}`);
  }
  let most = 0;
  for (const v of flatScalars(n)) {
    if (Number(v) < 0 || Number(v) > 2 ** 24)
      throw new ValueError(`[${who}] n must be in 0 … 2 ** 24, got ${String(v)}`);
    most = Math.max(most, Number(v));
  }
  return most;
}

/** Trials until the first success: `ceil(log(1 - u) / log(1 - p))`, at least 1. */
const waiting = /*#__PURE__*/ new Kernel('geometric', [
  input(0).neg().log1p().div(input(1).neg().log1p()).ceil().max(1),
]);

export function geometric(stream: Stream, p: Parameter, options: CountOptions): NdArray {
  const who = 'geometric';
  requireParameter(p, 'p', 'in (0, 1]', (v) => v > 0 && v <= 1, who);
  const d = countDtype(options, who);
  const u = emptyOn(drawDevice(options as DrawOptions, [p]), drawShape(options.size, [p], who), float32);
  fillFrom(stream, 'uniform', u);
  return launch(waiting.program([u, p], [d]), [u, p], null, who)[0] as NdArray;
}
