import { describe, expect, test } from 'vitest';
import { array, cupyx, type NdArray } from '../../../index.ts';
import { values } from './special-values.testing.ts';

const special = cupyx.scipy.special as unknown as Record<
  string,
  (...operands: readonly NdArray[]) => NdArray
>;
function near(actual: readonly number[], expected: readonly number[], tolerance = 1e-10): void {
  const off = expected.map((e, k) => {
    const a = actual[k] as number;
    if (Object.is(a, e) || a === e || (Number.isNaN(a) && Number.isNaN(e))) return 0;
    return Number.isFinite(e) ? Math.abs(a - e) / (Math.abs(e) + 1e-290) : Number.POSITIVE_INFINITY;
  });
  expect(off.filter((d) => !(d <= tolerance)).length, `${actual} is not ${expected}`).toBe(0);
}

const numbers = (x: NdArray): number[] => Array.from(x.dataSync(), Number);

test.each(values)('%s', (name, operands, expected) => {
  const f = special[name] as (...operands: readonly NdArray[]) => NdArray;
  near(numbers(f(...operands.map((x) => array(x, { dtype: 'float64' })))), expected);
  // float32 is computed in float64 and rounded once; what float32 cannot hold is left out.
  const single = operands.map((x) => array(x, { dtype: 'float32' }));
  const result = f(...single);
  expect(result.dtype.name).toBe('float32');
  near(numbers(result), numbers(f(...single.map((x) => x.astype('float64')))).map(Math.fround), 2 ** -23);
});

describe('several results', () => {
  const of = (name: string, ...operands: number[][]) => {
    const f = special[name] as unknown as (...x: readonly NdArray[]) => readonly NdArray[];
    return f(...operands.map((x) => array(x, { dtype: 'float64' }))).map(numbers);
  };

  test('sici', () => {
    const x = [-1, 0, 3.9, 4.1, 100, Infinity];
    const expected = [
      [-0.9460830703672, 0, 1.776501360448, 1.738743626492, 1.562225466889, 1.570796326795],
      [0.337403922901, -Infinity, -0.1234993492078, -0.1561653918281, -0.00514882514261, 0],
    ];
    for (const [k, y] of of('sici', x).entries()) near(y, expected[k] as number[]);
  });

  test('shichi', () => {
    const expected = [
      [-1.057250875376, 0, 9.159990745862, 5.292818448566e19],
      [0.8378669409802, -Infinity, 9.155723600581, 5.292818448566e19],
    ];
    for (const [k, y] of of('shichi', [-1, 0, 3.9, 50]).entries()) near(y, expected[k] as number[]);
  });

  test('ellipj', () => {
    const expected = [
      [0.4742156227118, -0.9906305999378, 0.9129452507256, 0.7615941559558, NaN],
      [0.8804087364265, -0.1365687170139, 0.4080820618179, 0.6480542736639, NaN],
      [0.965678964746, 0.3417395397377, 0.9999999999996, 0.6480542736639, NaN],
      [0.494072893711, -1.707793171073, 20.0, 0.8657694832397, NaN],
    ];
    const found = of('ellipj', [0.5, -3, 20, 1, 1], [0.3, 0.9, 1e-12, 1, 1.5]);
    for (const [k, y] of found.entries()) near(y, expected[k] as number[]);
  });
});

test('complex numbers', () => {
  const z = array([0.5, 2, -3.3, -0.1, 12, -30], { dtype: 'float64' }).view('complex128');
  near(
    numbers(special.loggamma!(z)),
    [
      [-2.222655864053, -0.592536981977],
      [-0.8954529561057, 12.21504525784],
      [-6.821617109424, -87.94816127771],
    ].flat(),
  );
  near(
    numbers(special.digamma!(z)),
    [
      [0.6821866993494, 1.570785371024],
      [3.312980824875, -1.366041232513],
      [3.469718059714, -1.204712822518],
    ].flat(),
  );
  near(
    numbers(special.gamma!(z)),
    [
      [0.08985517670643, -0.06049376029289],
      [0.3834750580869, -0.1405555645476],
      [0.001089809751786, 1.79104807441e-5],
    ].flat(),
  );
  near(
    numbers(special.rgamma!(z)),
    [
      [7.658036931747, 5.155667902994],
      [2.298887279477, 0.8426138612773],
      [917.3435807762, -15.07608508025],
    ].flat(),
  );
  const w = (k: number) => numbers(cupyx.scipy.special.lambertw(z, { k }));
  near(
    w(0),
    [
      [0.7476459546946, 0.6275379916577],
      [0.5468975310847, -1.830787054297],
      [2.502402984894, -0.8594590638556],
    ].flat(),
  );
  near(
    w(-1),
    [
      [-0.4636502824995, -3.244634682761],
      [-0.8546705076005, -7.713333737437],
      [1.623686831447, -6.160387051499],
    ].flat(),
  );
  near(
    w(3),
    [
      [-2.200594890787, 18.48609426622],
      [-1.454585442818, 14.0644039182],
      [0.6937129836663, 16.13144693204],
    ].flat(),
  );
});

test('spherical harmonics', () => {
  const y = special.sphHarmY!(
    array([3, 20, 2]),
    array([-2, 15, 4]),
    array([0.7, 2, 1], { dtype: 'float64' }),
    array([0.3, -1, 1], { dtype: 'float64' }),
  );
  near(
    numbers(y),
    [
      [0.2677394912204, -0.1831704409906],
      [0.1583384570407, 0.1355366743369],
      [0, 0],
    ].flat(),
  );
});

test('parameters at their ends', () => {
  const { betainc, betaln, gammaincinv, gammainccinv, lambertw, logsumexp, softmax, wrightBessel } =
    cupyx.scipy.special;
  const of = (...values: number[]) => array(values, { dtype: 'float64' });
  const inf = Number.POSITIVE_INFINITY;
  expect(numbers(betainc(of(0, 2, inf), of(1, 0, 2), of(0.5, 0.5, 0.5)))).toEqual([NaN, NaN, NaN]);
  expect(numbers(betaln(of(inf, 3, inf, inf), of(3, inf, inf, -1)))).toEqual([-inf, -inf, NaN, inf]);
  expect(numbers(gammaincinv(of(0, 0, 0, inf), of(0, 1, 0.5, 0.5)))).toEqual([0, inf, NaN, NaN]);
  expect(numbers(gammainccinv(of(0, 0, 0), of(0, 1, 0.5)))).toEqual([inf, 0, NaN]);
  expect(numbers(wrightBessel(of(inf, 1, 1), of(1, inf, 1), of(1, 1, inf)))).toEqual([NaN, NaN, inf]);
  const dtypes = (name: 'bool' | 'int8' | 'int16' | 'int32') => {
    const x = array([0, 1], { dtype: name });
    return [logsumexp(x, { b: array([1, 1], { dtype: 'float32' }) }), logsumexp(x)].map((y) => y.dtype.name);
  };
  expect(dtypes('bool')).toEqual(['float32', 'float64']);
  expect(dtypes('int32')).toEqual(['float64', 'float64']);
  const soft = (['int8', 'int16', 'int32'] as const).map(
    (dtype) => softmax(array([0, 1], { dtype })).dtype.name,
  );
  expect(soft).toEqual(['float16', 'float32', 'float64']);
  expect(lambertw(array([1], { dtype: 'complex64' })).dtype.name).toBe('complex128');
});

test('dtypes, options, symbols', () => {
  const { gamma, huber, expit, gammainc, zeta } = cupyx.scipy.special;
  expect(gamma(array([3], { dtype: 'int32' })).dtype.name).toBe('float64');
  expect(expit(array([3], { dtype: 'float16' })).dtype.name).toBe('float64');
  expect(huber(1, array([3], { dtype: 'float16' })).dtype.name).toBe('float32');
  const out = array([0, 0], { dtype: 'float32' });
  expect(gammainc(2, array([0, 1]), { out })).toBe(out);
  near(numbers(out), [0, Math.fround(0.2642411176571)]);
  near(numbers(zeta(array([2], { dtype: 'float64' }))), [Math.PI ** 2 / 6]);
  expect(() => gamma(array([true]).view('complex64' as never))).toThrow();
  expect(() => expit(array([1], { dtype: 'complex64' }))).toThrow('[expit] not supported for complex64');
});
