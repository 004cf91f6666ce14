import { describe, expect, it } from 'vitest';
import { bfloat16, type DType, float16, float32, float64, uint32 } from '../core/dtype.ts';
import { fromBfloat16, fromFloat16 } from '../core/half.ts';
import { emptyOn } from '../core/ndarray.ts';
import { js } from './device.ts';
import { philox, random, type Words } from './random.ts';

const hex = (words: Words) => words.map((w) => w.toString(16).padStart(8, '0')).join(' ');

function draw(
  kind: 'bits' | 'uniform' | 'normal',
  n: number,
  dtype: DType,
  offset = 0,
  key0 = 1,
  key1 = 2,
): number[] {
  const out = emptyOn(js, [n], dtype);
  random(kind, out, { key0, key1, offset });
  return Array.from(js.readSync(out) as Float64Array);
}

describe('philox', () => {
  it('gives the published known answers of Random123 (philox4x32, 10 rounds)', () => {
    expect(hex(philox(0, 0, 0))).toBe('6627e8d5 e169c58d bc57ac4c 9b00dbd8');
    const f = 0xffffffff;
    expect(hex(philox(f, f, f, f, f, f))).toBe('408f276d 41c83b0e a20bc7c6 6d5451fd');
    expect(hex(philox(0xa4093822, 0x299f31d0, 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344))).toBe(
      'd16cfe09 94fdcceb 5001e420 24126ea1',
    );
  });
});

describe('random', () => {
  it('gives element i word i%4 of block offset + floor(i/4)', () => {
    const words = [...philox(1, 2, 7), ...philox(1, 2, 8)];
    expect(draw('bits', 7, uint32, 7)).toEqual(words.slice(0, 7));
  });

  it('counts blocks beyond 32 bits in the second counter word', () => {
    expect(draw('bits', 8, uint32, 2 ** 32 - 1)).toEqual([
      ...philox(1, 2, 0xffffffff),
      ...philox(1, 2, 0, 1),
    ]);
  });

  it('makes float32 uniforms of the upper 24 bits', () => {
    const [a, b] = philox(1, 2, 0);
    expect(draw('uniform', 2, float32)).toEqual([(a >>> 8) / 2 ** 24, (b >>> 8) / 2 ** 24]);
  });

  it('makes float64 uniforms of 53 bits of two words', () => {
    const [a, b, c, d] = philox(1, 2, 5);
    const exact = (hi: number, lo: number) => Number((BigInt(hi >>> 5) << 26n) | BigInt(lo >>> 6)) / 2 ** 53;
    const [e, f] = philox(1, 2, 6);
    expect(draw('uniform', 3, float64, 5)).toEqual([exact(a, b), exact(c, d), exact(e, f)]);
  });

  it('never rounds a half uniform up to 1', () => {
    // Among 2^14 float16 draws about four lie above 1 - 2^-12, and of bfloat16 draws one in 2^9.
    const f16 = draw('uniform', 1 << 14, float16).map(fromFloat16);
    const b16 = draw('uniform', 1 << 14, bfloat16).map(fromBfloat16);
    expect(Math.max(...f16)).toBe(1 - 2 ** -11);
    expect(Math.max(...b16)).toBe(1 - 2 ** -8);
    expect(Math.min(...f16)).toBeGreaterThanOrEqual(0);
  });

  it('makes pairs of normals by Box-Muller', () => {
    const [a, b] = philox(1, 2, 0);
    const radius = Math.sqrt(-2 * Math.log(1 - (a >>> 8) / 2 ** 24));
    const angle = 2 * Math.PI * ((b >>> 8) / 2 ** 24);
    const [x, y] = draw('normal', 3, float32) as [number, number];
    expect(x).toBeCloseTo(radius * Math.cos(angle), 6);
    expect(y).toBeCloseTo(radius * Math.sin(angle), 6);
    expect(x * x + y * y).toBeCloseTo(radius * radius, 5);
  });

  it.each([float32, float64])('has the moments of its distribution (%s)', (dtype) => {
    const n = 40_000;
    const moments = (x: number[]) => {
      const mean = x.reduce((s, v) => s + v, 0) / n;
      return [mean, x.reduce((s, v) => s + (v - mean) ** 2, 0) / n] as const;
    };
    // Five standard errors each.
    const [um, uv] = moments(draw('uniform', n, dtype));
    expect(Math.abs(um - 0.5)).toBeLessThan(0.0073);
    expect(Math.abs(uv - 1 / 12)).toBeLessThan(0.0019);
    const normal = draw('normal', n, dtype);
    const [nm, nv] = moments(normal);
    expect(Math.abs(nm)).toBeLessThan(0.025);
    expect(Math.abs(nv - 1)).toBeLessThan(0.036);
    const pairs = normal.reduce((s, v, i) => (i % 2 ? s : s + v * (normal[i + 1] as number)), 0) / (n / 2);
    expect(Math.abs(pairs)).toBeLessThan(0.036);
  });
});
