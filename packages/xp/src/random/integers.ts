import { checkOptions } from '../core/check-options.ts';
import { type DType, type DTypeLike, dtype, int32, isBig, uint32, uint64 } from '../core/dtype.ts';
import { sizeOf } from '../core/layout.ts';
import { emptyOn, type NdArray } from '../core/ndarray.ts';
import { DTypeError, ValueError } from '../errors.ts';
import { Kernel } from '../kernel/kernel.ts';
import { launch } from '../kernel/launch.ts';
import { apply, type Expr, input, select } from '../scalar/expr.ts';
import { type DrawOptions, drawDevice, drawKeys, drawShape, fillFrom } from './draw.ts';
import { type Stream, WordReader } from './stream.ts';

/** Options of `randint`. */
export interface RandintOptions extends Omit<DrawOptions, 'dtype'> {
  /** One above the largest integer; where left out, `low` is that and the smallest is 0. */
  readonly high?: number | bigint | null;
  /** Integer type (or bool) of the result; int32 where left out. */
  readonly dtype?: DTypeLike | null;
}

/** Options of `integers`. */
export interface IntegersOptions extends RandintOptions {
  /** Whether `high` itself may come. */
  readonly endpoint?: boolean;
}

/**
 * Integers in [low, high), `r = high - low` of them.
 *
 * Up to r = 2³² each is `low + floor(w r / 2⁶⁴)` of a 64-bit word w: probabilities differ from 1/r by less than 2⁻⁶⁴, which no
 * test could tell (where r is a power of two not at all, and one 32-bit word does). Above, words are drawn again while they
 * are too large, on the host.
 */
export function integers(
  stream: Stream,
  low: number | bigint,
  options: IntegersOptions,
  who: string,
): NdArray {
  if (who === 'integers') checkOptions(who, options, [...drawKeys, 'high', 'endpoint']);
  else checkOptions(who, options as RandintOptions, [...drawKeys, 'high']);
  const d = dtype(options.dtype ?? int32);
  if (!'biu'.includes(d.kind))
    throw new DTypeError(`[${who}] dtype must be an integer type or bool, got ${d.name}`);
  const { high = null, endpoint = false } = options;
  const first = high === null ? 0n : bound(low, 'low', who);
  const end = bound(high ?? low, high === null ? 'low' : 'high', who) + (endpoint ? 1n : 0n);
  if (end <= first)
    throw new ValueError(
      `[${who}] low must be below high, got low=${first}, high=${end - (endpoint ? 1n : 0n)}`,
    );
  const [least, most] = limits(d);
  if (first < least || end - 1n > most) {
    throw new ValueError(
      `[${who}] [${first}, ${end}) does not fit ${d.name} (${least} to ${most}); choose a wider type, as in {dtype: 'int64'}`,
    );
  }
  const shape = drawShape(options.size, [], who);
  const device = drawDevice(options as DrawOptions, []);
  const range = end - first;
  if (range > 1n << 32n) {
    const reader = new WordReader(stream);
    const values = new BigInt64Array(sizeOf(shape)).map(() => first + reader.belowBig(range));
    const result = emptyOn(device, shape, d);
    if (values.length > 0) device.write(result, d === uint64 ? new BigUint64Array(values.buffer) : values);
    return result;
  }
  const words = () => fillFrom(stream, 'bits', emptyOn(device, shape, uint32));
  const powerOfTwo = (range & (range - 1n)) === 0n;
  const kernel = powerOfTwo ? kernels.bits : kernels.range;
  const operands = powerOfTwo ? [words(), 33 - range.toString(2).length] : [words(), words(), Number(range)];
  if (!isBig(d)) {
    operands.push(Number(BigInt.asUintN(32, first)));
    return launch(kernel.shifted.program(operands, [d]), operands, null, who)[0] as NdArray;
  }
  const offsets = launch(kernel.plain.program(operands, [uint32]), operands, null, who)[0] as NdArray;
  const start = emptyOn(device, [], d);
  device.write(start, d === uint64 ? BigUint64Array.of(first) : BigInt64Array.of(first));
  return launch(add.program([offsets, start], [d]), [offsets, start], null, who)[0] as NdArray;
}

function bound(x: number | bigint, name: string, who: string): bigint {
  if (typeof x === 'bigint') return x;
  if (typeof x !== 'number' || !Number.isSafeInteger(x)) {
    throw new ValueError(`[${who}] ${name} must be an integer (a bigint above 2 ** 53), got ${String(x)}`);
  }
  return BigInt(x);
}

function limits(d: DType): [bigint, bigint] {
  if (d.kind === 'b') return [0n, 1n];
  const bits = BigInt(d.itemsize * 8);
  return d.kind === 'u' ? [0n, (1n << bits) - 1n] : [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n];
}

/** Upper word of the product of two words, by halves. */
function mulHigh(x: Expr, y: Expr): Expr {
  const upper = (v: Expr) => apply('rightShift', v, 16);
  const lower = (v: Expr) => apply('bitAnd', v, 0xffff);
  const middle = upper(x)
    .mul(lower(y))
    .add(upper(lower(x).mul(lower(y))));
  const middle2 = lower(x).mul(upper(y)).add(lower(middle));
  return upper(x).mul(upper(y)).add(upper(middle)).add(upper(middle2));
}

/** floor((high 2³² + low) r / 2⁶⁴) in 32-bit words. */
function scaled(high: Expr, low: Expr, r: Expr): Expr {
  const below = high.mul(r);
  const sum = below.add(mulHigh(low, r));
  return mulHigh(high, r).add(select(sum.lt(below), 1, 0));
}

/** The top bits of a word: `word >> by`, where a shift by 32 leaves nothing. */
const topBits = () => apply('rightShift', input(0), input(1));
const anyOf = () => scaled(input(0), input(1), input(2));

/** `shifted` adds the low end modulo 2³²: the cast to a signed or narrower type then wraps to the right integer. */
const kernels = {
  bits: {
    plain: /*#__PURE__*/ new Kernel('randint', () => [topBits()]),
    shifted: /*#__PURE__*/ new Kernel('randint', () => [topBits().add(input(2))]),
  },
  range: {
    plain: /*#__PURE__*/ new Kernel('randint', () => [anyOf()]),
    shifted: /*#__PURE__*/ new Kernel('randint', () => [anyOf().add(input(3))]),
  },
};

const add = /*#__PURE__*/ new Kernel('randint', () => [input(0).add(input(1))]);
