import type { DType, Scalar } from '@chainer/xp/internal';
import { DTypeError, isBig, scalarAs } from '@chainer/xp/internal';

/**
 * How values are held: floating ones as f32, integers as i32, uint32 as u32, booleans as 0 or 1 in i32. In memory every element
 * takes a word of its own, whatever its dtype, so that any thread may write any element; the half types stand there as
 * float32 numbers that were rounded. Values of 64 bits occur only inside programs, as what a result's type follows from, and
 * are computed in 32.
 */
export type Class = 'f32' | 'i32' | 'u32';

/** The class of a dtype. @throws {DTypeError} for complex numbers. */
export function classOf(d: DType): Class {
  if (d.kind === 'c')
    throw new DTypeError(
      `[webgpu] there is no ${d.name} on webgpu; keep real and imaginary parts apart, or compute on 'js' or 'cpu'`,
    );
  if (d.kind === 'f') return 'f32';
  return d.name === 'uint32' || d.name === 'uint64' ? 'u32' : 'i32';
}

/** A value read from a word. */
export function fromWord(c: Class, word: string): string {
  return c === 'u32' ? word : `bitcast<${c}>(${word})`;
}

/** A value as a word. */
export function toWord(c: Class, value: string): string {
  return c === 'u32' ? value : `bitcast<u32>(${value})`;
}

/** A value as it is stored in a dtype: rounded, for the half types. */
export function stored(d: DType, value: string): string {
  if (d.name === 'float16') return `x_float16(${value})`;
  if (d.name === 'bfloat16') return `x_bfloat16(${value})`;
  return value;
}

/** Wraps an i32 or u32 to a narrower integer type. */
export function wrap(d: DType, x: string): string {
  switch (d.name) {
    case 'bool':
      return `select(0i, 1i, (${x}) != 0i)`;
    case 'int8':
      return `(((${x}) << 24u) >> 24u)`;
    case 'int16':
      return `(((${x}) << 16u) >> 16u)`;
    case 'uint8':
      return `((${x}) & 255i)`;
    case 'uint16':
      return `((${x}) & 65535i)`;
    default:
      return x;
  }
}

/** A value of one dtype as one of another. */
export function cast(from: DType, to: DType, x: string): string {
  const a = classOf(from);
  const b = classOf(to);
  if (to.kind === 'b')
    return from.kind === 'b'
      ? x
      : `select(1i, 0i, ${x} == ${a === 'f32' ? '0f' : a === 'u32' ? '0u' : '0i'})`;
  if (b === 'f32') return a === 'f32' ? x : `f32(${x})`;
  if (b === 'u32') return a === 'f32' ? `x_touint(${x})` : a === 'u32' ? x : `bitcast<u32>(${x})`;
  const value = a === 'f32' ? `x_toint(${x})` : a === 'u32' ? `bitcast<i32>(${x})` : x;
  const fits = from.kind === 'b' || from === to || (from.kind === 'u' && from.itemsize < to.itemsize);
  return fits ? value : wrap(to, value);
}

/** A number as a literal of a class. */
export function literal(c: Class, x: number): string {
  if (c === 'u32') return `${x >>> 0}u`;
  if (c === 'i32') return x === -(2 ** 31) ? '(-2147483647i - 1i)' : `${x < 0 ? `(${x}i)` : `${x}i`}`;
  const f = Math.fround(x);
  if (Number.isNaN(f)) return 'x_nan()';
  if (!Number.isFinite(f)) return f > 0 ? 'x_inf()' : '(-x_inf())';
  if (Object.is(f, -0)) return 'bitcast<f32>(0x80000000u)';
  return f < 0 ? `(${f}f)` : `${f}f`;
}

/** A scalar as the number that a value of that dtype is held as. */
export function numberOf(v: Scalar, d: DType): number {
  const held = scalarAs(v, d);
  if (typeof held !== 'bigint') return held as number;
  // Reduced to 32 bits as far as it fits, at the ends where not: infinity's stand-ins stay extreme.
  if (!isBig(d)) return Number(held);
  const [low, high] = d.kind === 'i' ? [-(2n ** 31n), 2n ** 31n - 1n] : [0n, 2n ** 32n - 1n];
  return Number(held < low ? low : held > high ? high : held);
}
