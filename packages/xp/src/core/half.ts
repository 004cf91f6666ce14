/** Conversion between numbers and the bits of float16 and bfloat16, rounding to nearest even. */

const f32 = /*#__PURE__*/ new Float32Array(1);
const u32 = /*#__PURE__*/ new Uint32Array(f32.buffer);

/** float16 bits of a number. Rounds once, from the double: a detour through float32 could round twice. */
export function toFloat16(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const x = Math.abs(value);
  if (x >= 65520) return sign | 0x7c00;
  if (x < 2 ** -14) return sign | roundEven(x * 2 ** 24);
  f32[0] = x;
  let e = ((u32[0] as number) >>> 23) - 127;
  if (2 ** e > x) e--;
  const m = roundEven((x / 2 ** e) * 1024);
  return sign | ((e + 15) * 1024 + (m - 1024));
}

function roundEven(x: number): number {
  const r = Math.round(x);
  return r - x === 0.5 && r % 2 === 1 ? r - 1 : r;
}

/** Number of float16 bits. */
export function fromFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const e = (bits >> 10) & 0x1f;
  const m = bits & 0x3ff;
  if (e === 0) return sign * m * 2 ** -24;
  if (e === 31) return m ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + m / 1024) * 2 ** (e - 15);
}

/** bfloat16 bits of a number. */
export function toBfloat16(value: number): number {
  f32[0] = value;
  const bits = u32[0] as number;
  if (Number.isNaN(value)) return 0x7fc0;
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

/** Number of bfloat16 bits. */
export function fromBfloat16(bits: number): number {
  u32[0] = bits << 16;
  return f32[0] as number;
}
