import { checkOptions } from '../core/check-options.ts';
import { defaultDtype } from '../core/config.ts';
import type { Device, RandomKind } from '../core/device.ts';
import { resolveDevice } from '../core/devices.ts';
import { type DType, type DTypeLike, dtype, float32, float64, isHalf } from '../core/dtype.ts';
import { broadcastTwo, sameShape, shapeText } from '../core/layout.ts';
import { emptyOn, NdArray } from '../core/ndarray.ts';
import { activeRecording } from '../core/recording.ts';
import { DTypeError, ValueError } from '../errors.ts';
import { randomOn } from '../js/families.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { launch } from '../kernel/launch.ts';
import type { Stream } from './stream.ts';

/** A shape, or the number of elements of one axis. */
export type Size = number | readonly number[];

/** A parameter of a distribution: one number, or an array that broadcasts to the result. */
export type Parameter = number | NdArray;

/** Options that every function which draws an array takes. */
export interface DrawOptions {
  /** Shape of the result; where left out, that of the parameters (no axes for numbers). */
  readonly size?: Size | null;
  /** Floating type of the result; the default float where left out. */
  readonly dtype?: DTypeLike | null;
  /** Where the result lives; the parameters' device or the default one where left out. */
  readonly device?: Device | string | null;
}

/** Their names. */
export const drawKeys = ['size', 'dtype', 'device'] as const;

/** Options of `rand` and `randn`, after the extents. */
export type RandOptions = Omit<DrawOptions, 'size'>;

/** Extents, and options last. */
export type RandArguments = readonly number[] | readonly [...number[], RandOptions];

/** The arguments of `rand` and `randn` as options. */
export function extents(args: RandArguments, who: string): DrawOptions {
  const last = args.at(-1);
  const options = typeof last === 'object' ? last : {};
  checkOptions(who, options, ['dtype', 'device']);
  return { ...options, size: (typeof last === 'object' ? args.slice(0, -1) : args) as number[] };
}

/** A size as a shape. @throws {ValueError} for anything but non-negative integers. */
export function shapeOf(size: Size, who: string): readonly number[] {
  const shape = typeof size === 'number' ? [size] : size;
  for (const n of shape) {
    if (!Number.isInteger(n) || n < 0) {
      throw new ValueError(`[${who}] size must hold non-negative integers, got ${shapeText(shape)}`);
    }
  }
  return shape;
}

/** Blocks of the stream that filling takes. */
function blocksFor(kind: RandomKind, d: DType, size: number): number {
  return Math.ceil(size / (kind !== 'bits' && d === float64 ? 2 : 4));
}

/** Fills a contiguous array from the stream; returns it. */
export function fillFrom(stream: Stream, kind: RandomKind, x: NdArray): NdArray {
  if (x.size === 0) return x;
  const fill = () => randomOn(x.device).random(kind, x, stream.take(blocksFor(kind, x.dtype, x.size)));
  const recording = activeRecording();
  if (recording === null) fill();
  else recording.run(fill);
  return x;
}

/** The shape of a result: `size`, to which all parameters broadcast, or theirs. */
export function drawShape(
  size: Size | null | undefined,
  parameters: readonly Parameter[],
  who: string,
): readonly number[] {
  let shape: readonly number[] = [];
  for (const p of parameters) if (p instanceof NdArray) shape = broadcastTwo(shape, p.shape, who);
  if (size === null || size === undefined) return shape;
  const wanted = shapeOf(size, who);
  if (!sameShape(broadcastTwo(wanted, shape, who), wanted)) {
    throw new ValueError(
      `[${who}] parameters of shape ${shapeText(shape)} do not broadcast to size ${shapeText(wanted)}`,
    );
  }
  return wanted;
}

/** The device of a result. */
export function drawDevice(options: DrawOptions, parameters: readonly Parameter[]): Device {
  if (options.device) return resolveDevice(options.device);
  return parameters.find((p) => p instanceof NdArray)?.device ?? resolveDevice(null);
}

/** The floating dtype of a result. */
export function floatDtype(options: DrawOptions, who: string): DType {
  const d = options.dtype ? dtype(options.dtype) : defaultDtype();
  if (d.kind !== 'f') throw new DTypeError(`[${who}] dtype must be floating, got ${d.name}`);
  return d;
}

/** Standard numbers as they come from the stream. */
export function drawStandard(
  stream: Stream,
  kind: 'uniform' | 'normal',
  options: DrawOptions,
  who: string,
): NdArray {
  checkOptions(who, options, drawKeys);
  const d = floatDtype(options, who);
  const shape = drawShape(options.size, [], who);
  return fillFrom(stream, kind, emptyOn(drawDevice(options, []), shape, d));
}

/**
 * Standard numbers, transformed: operand 0 of the kernel is the draw, then come the parameters. Half types are drawn and
 * computed in float32.
 */
export function drawTransformed(
  stream: Stream,
  kind: 'uniform' | 'normal',
  kernel: Kernel,
  parameters: readonly Parameter[],
  options: DrawOptions,
): NdArray {
  const who = kernel.name;
  const d = floatDtype(options, who);
  const shape = drawShape(options.size, parameters, who);
  const drawn = emptyOn(drawDevice(options, parameters), shape, isHalf(d) ? float32 : d);
  fillFrom(stream, kind, drawn);
  const operands = [drawn, ...parameters];
  const inPlace = drawn.dtype === d ? [drawn] : null;
  return launch(kernel.program(operands, [d]), operands, inPlace, who)[0] as NdArray;
}

/** Checks a parameter that is a number; arrays are not read. @throws {ValueError} where the test fails. */
export function requireParameter(
  p: Parameter,
  name: string,
  rule: string,
  holds: (x: number) => boolean,
  who: string,
): void {
  if (typeof p !== 'number' && !(p instanceof NdArray)) {
    throw new ValueError(`[${who}] ${name} must be a number or an array, got ${String(p)}`);
  }
  if (typeof p === 'number' && !holds(p)) throw new ValueError(`[${who}] ${name} must be ${rule}, got ${p}`);
}
