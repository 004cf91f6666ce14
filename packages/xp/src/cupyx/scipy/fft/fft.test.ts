import { expect, test } from 'vitest';
import { array, cupyx, type NdArray, random } from '../../../index.ts';

const { fft } = cupyx.scipy;

/** The transforms' sums as their definitions have them. */
const definitions = {
  cos: [
    (x: number[], k: number, n: number, N: number) =>
      (x[n] as number) * Math.cos((Math.PI * k * n) / (N - 1)) * (n === 0 || n === N - 1 ? 1 : 2),
    (x: number[], k: number, n: number, N: number) =>
      2 * (x[n] as number) * Math.cos((Math.PI * k * (2 * n + 1)) / (2 * N)),
    (x: number[], k: number, n: number, N: number) =>
      (n === 0 ? 1 : 2) * (x[n] as number) * Math.cos((Math.PI * (2 * k + 1) * n) / (2 * N)),
    (x: number[], k: number, n: number, N: number) =>
      2 * (x[n] as number) * Math.cos((Math.PI * (2 * k + 1) * (2 * n + 1)) / (4 * N)),
  ],
  sin: [
    (x: number[], k: number, n: number, N: number) =>
      2 * (x[n] as number) * Math.sin((Math.PI * (k + 1) * (n + 1)) / (N + 1)),
    (x: number[], k: number, n: number, N: number) =>
      2 * (x[n] as number) * Math.sin((Math.PI * (k + 1) * (2 * n + 1)) / (2 * N)),
    (x: number[], k: number, n: number, N: number) =>
      (n === N - 1 ? 1 : 2) * (x[n] as number) * Math.sin((Math.PI * (2 * k + 1) * (n + 1)) / (2 * N)),
    (x: number[], k: number, n: number, N: number) =>
      2 * (x[n] as number) * Math.sin((Math.PI * (2 * k + 1) * (2 * n + 1)) / (4 * N)),
  ],
} as const;

const numbers = (x: NdArray): number[] => Array.from(x.dataSync(), Number);
const near = (a: readonly number[], b: readonly number[]) => {
  expect(a.length).toBe(b.length);
  for (const [k, v] of b.entries()) expect(a[k]).toBeCloseTo(v, 11);
};

test.each([1, 2, 3, 4] as const)(
  'type %i is its sum, its inverse undoes it, orthogonal ones keep lengths',
  (type) => {
    const x = [0.5, -2, 3, 1.25, 4];
    const a = array(x, { dtype: 'float64' });
    for (const kind of ['cos', 'sin'] as const) {
      const [forward, inverse] = kind === 'cos' ? [fft.dct, fft.idct] : [fft.dst, fft.idst];
      const sum = definitions[kind][type - 1]!;
      const expected = x.map((_, k) => x.reduce((s, __, n) => s + sum(x, k, n, x.length), 0));
      near(numbers(forward(a, { type })), expected);
      for (const norm of ['backward', 'ortho', 'forward'] as const) {
        near(numbers(inverse(forward(a, { type, norm }), { type, norm })), x);
      }
      const y = numbers(forward(a, { type, norm: 'ortho' }));
      near([y.reduce((s, v) => s + v * v, 0)], [x.reduce((s, v) => s + v * v, 0)]);
    }
  },
);

test('axes, lengths, dtypes, complex numbers', () => {
  random.seed(3);
  const x = random.rand(2, 3, 4).astype('float64');
  near(numbers(fft.idctn(fft.dctn(x, { axes: [0, 2] }), { axes: [0, 2] })), numbers(x));
  near(numbers(fft.dct(x, { axis: 1, n: 2 })), numbers(fft.dct(x.at(':', ':2'), { axis: 1 })));
  expect(fft.dst(x.astype('float32'), { n: 7 }).shape).toEqual([2, 3, 7]);
  expect(fft.dst(x.astype('float32')).dtype.name).toBe('float32');
  expect(fft.dct(array([1, 2], { dtype: 'int32' })).dtype.name).toBe('float64');
  const z = x.at(0).astype('complex128').mul(2);
  near(numbers(fft.dct(z).real.copy()), numbers(fft.dct(x.at(0).mul(2))));
  near(
    numbers(fft.ihfftn(fft.hfftn(fft.ihfft2(x.at(0)), { s: [3, 4] }), {}).real.copy()),
    numbers(fft.ihfft2(x.at(0)).real.copy()),
  );
});

test('mistakes and lengths', () => {
  const x = array([1, 2, 3]);
  expect(() => fft.dct(x, { type: 5 as 1 })).toThrow('[dct] type must be 1, 2, 3 or 4, got 5');
  expect(() => fft.dct(x, { type: 1, n: 1 })).toThrow(
    '[dct] the transform needs at least 2 data points, got n = 1',
  );
  expect(() => fft.dctn(x, { s: [2, 2], axes: [0] })).toThrow('[dctn] s has 2 lengths for 1 axes');
  expect([fft.nextFastLen(13), fft.nextFastLen(7, { real: true }), fft.nextFastLen(1021)]).toEqual([
    14, 8, 1024,
  ]);
});
