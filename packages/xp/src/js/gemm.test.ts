import { afterEach, describe, expect, it } from 'vitest';
import { integers } from './arrays.testing.ts';
import { gemm } from './gemm.ts';
import { plainUnit, setTileUnit, tileUnit, wasmUnit } from './wasm/tile-unit.ts';

function naive(
  m: number,
  n: number,
  k: number,
  a: readonly number[],
  b: readonly number[],
  c: readonly number[],
): number[] {
  return Array.from({ length: m * n }, (_, at) => {
    const i = Math.floor(at / n);
    const j = at % n;
    let sum = c[at] as number;
    for (let l = 0; l < k; l++) sum += (a[i * k + l] as number) * (b[l * n + j] as number);
    return sum;
  });
}

afterEach(() => setTileUnit(null));

describe.each([
  ['WebAssembly', wasmUnit],
  ['JavaScript', plainUnit],
] as const)('gemm in %s', (_, unit) => {
  const made = unit();
  const sizes = [1, 2, 3, 4, 5, 7, 8].flatMap((m) =>
    [1, 2, 3, 5].flatMap((n) => [0, 1, 2, 9].map((k) => [m, n, k] as const)),
  );
  it.each([
    ...sizes,
    [6, 131, 10],
    [4, 130, 9],
    [9, 65, 8],
    [21, 22, 23],
    [7, 131, 5],
    [5, 257, 4],
    [2, 300, 4],
    [67, 523, 41],
    [67, 29, 2061],
  ] as const)('%i x %i over %i', (m, n, k) => {
    setTileUnit(made);
    const a = integers([m, k]);
    const b = integers([k, n], 5, 13, 6);
    const c = integers([m, n], 3, 7, 3);
    const zero = c.map(() => 0);
    const A = { data: Float64Array.from(a), offset: 0, row: k, col: 1 };
    const B = { data: Float32Array.from(b), offset: 0, row: n, col: 1 };
    // Room behind the result, which must stay as it is.
    const out = Float64Array.from([...c, ...Array.from({ length: 4 * n }, () => 99)]);
    const C = { data: out, offset: 0, row: n, col: 1 };
    gemm(m, n, k, A, B, C, true);
    expect([...out.subarray(0, m * n)]).toEqual(naive(m, n, k, a, b, c));
    gemm(m, n, k, A, B, C);
    expect([...out.subarray(0, m * n)]).toEqual(naive(m, n, k, a, b, zero));
    // The same operands transposed in memory, one of them backwards.
    const turnedA = new Float64Array(m * k);
    const turnedB = new Float64Array(n * k);
    for (let i = 0; i < m; i++) for (let l = 0; l < k; l++) turnedA[l * m + i] = a[i * k + l] as number;
    for (let j = 0; j < n; j++)
      for (let l = 0; l < k; l++) turnedB[n * k - 1 - (j * k + l)] = b[l * n + j] as number;
    const At = { data: turnedA, offset: 0, row: 1, col: m };
    const Bt = { data: turnedB, offset: n * k - 1, row: -1, col: -k };
    gemm(m, n, k, At, Bt, C);
    expect([...out.subarray(0, m * n)]).toEqual(naive(m, n, k, a, b, zero));
    expect(out.subarray(m * n).every((v) => v === 99)).toBe(true);
  });

  it.each([
    ['packed', 7, 33, 32],
    ['direct', 5, 3, 2],
  ] as const)('lets no NaN leak into rows and columns that do not have it (%s)', (_, m, n, k) => {
    setTileUnit(made);
    const a = new Float64Array(m * k).fill(1);
    const b = new Float64Array(k * n).fill(1);
    a[m * k - 1] = Number.NaN; // last row
    b[2] = Number.NaN; // third column
    const out = new Float64Array((m + 1) * n);
    gemm(
      m,
      n,
      k,
      { data: a, offset: 0, row: k, col: 1 },
      { data: b, offset: 0, row: n, col: 1 },
      { data: out, offset: 0, row: n, col: 1 },
    );
    const want = Array.from({ length: m * n }, (_, at) =>
      at >= (m - 1) * n || at % n === 2 ? Number.NaN : k,
    );
    expect([...out.subarray(0, m * n)]).toEqual(want);
    expect(out.subarray(m * n).every((v) => v === 0)).toBe(true);
  });
});

describe('the unit that multiplies tiles', () => {
  it('is WebAssembly here, and gives the same bits as JavaScript', () => {
    expect(tileUnit().native).toBe(true);
    const [m, n, k] = [70, 37, 300];
    const random = (size: number, seed: number) => {
      let state = seed;
      return Float32Array.from({ length: size }, () => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return state / 2 ** 31 - 1;
      });
    };
    const a = { data: random(m * k, 1), offset: 0, row: k, col: 1 };
    const b = { data: random(k * n, 2), offset: 0, row: 1, col: k };
    const results = [wasmUnit(), plainUnit()].map((unit) => {
      setTileUnit(unit);
      const c = new Float64Array(m * n);
      gemm(m, n, k, a, b, { data: c, offset: 0, row: n, col: 1 });
      return c;
    });
    expect(results[0]).toEqual(results[1]);
    expect(new Set(results[0]).size).toBeGreaterThan(1000);
  });

  it.each<[string, object | undefined]>([
    ['is missing', undefined],
    ['has no SIMD', { validate: (): boolean => false }],
    [
      'is forbidden by a content security policy',
      {
        validate: (): boolean => true,
        Memory: class {},
        Module: class {
          constructor() {
            throw new Error('Refused to compile or instantiate WebAssembly module');
          }
        },
      },
    ],
  ])('is JavaScript where WebAssembly %s', (_, api) => {
    const before = Object.getOwnPropertyDescriptor(globalThis, 'WebAssembly')!;
    Object.defineProperty(globalThis, 'WebAssembly', { value: api, configurable: true, writable: true });
    try {
      expect(wasmUnit()).toBe(null);
      setTileUnit(null);
      expect(tileUnit().native).toBe(false);
    } finally {
      Object.defineProperty(globalThis, 'WebAssembly', before);
    }
  });
});

describe('sums', () => {
  it.each([1000, 5000])('of %i products are doubles, rounded once where the result is float32', (k) => {
    // 1e8 + (k - 1): in single precision every 1 would be lost.
    const row = Float32Array.from({ length: k }, (_, l) => (l === 0 ? 1e8 : 1));
    const a = { data: row, offset: 0, row: 0, col: 1 };
    const b = { data: new Float32Array(k).fill(1), offset: 0, row: 1, col: 0 };
    for (const m of [1, 8]) {
      const c = new Float32Array(m * 4);
      gemm(m, 4, k, a, b, { data: c, offset: 0, row: 4, col: 1 });
      expect([...c]).toEqual(Array.from(c, () => Math.fround(1e8 + k - 1)));
    }
  });
});
