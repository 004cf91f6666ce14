import * as xp from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import { Variable } from '../../core/install.ts';
import { checkBackward, checkDoubleBackward } from '../../gradient-check/index.ts';
import { assertAllclose } from '../../testing/assert-allclose.ts';
import * as F from './index.ts';

// Values from tables and from SciPy, to 15 digits.
const values: [string, (x: Variable) => Variable, [number, number][]][] = [
  [
    'erf',
    F.erf,
    [
      [-1, -0.842700792949715],
      [0, 0],
      [0.5, 0.520499877813047],
      [3, 0.999977909503001],
    ],
  ],
  [
    'erfc',
    F.erfc,
    [
      [-1, 1.84270079294971],
      [0.5, 0.479500122186953],
      [3, 2.20904969985854e-5],
      [10, 2.08848758376254e-45],
    ],
  ],
  [
    'erfcx',
    F.erfcx,
    [
      [-1, 5.00898008076228],
      [0, 1],
      [1, 0.427583576155807],
      [10, 0.0561409927438226],
      [100, 0.00564161378298943],
    ],
  ],
  [
    'erfinv',
    F.erfinv,
    [
      [0, 0],
      [1e-10, 8.86226925452758e-11],
      [0.5, 0.47693627620447],
      [-0.9, -1.16308715367667],
      [0.999999, 3.4589107372795],
    ],
  ],
  [
    'erfcinv',
    F.erfcinv,
    [
      [0.5, 0.47693627620447],
      [1, 0],
      [1.5, -0.47693627620447],
      [1e-10, 4.57282496738941],
    ],
  ],
  [
    'ndtr',
    F.ndtr,
    [
      [0, 0.5],
      [1, 0.841344746068543],
      [-8, 6.22096057427178e-16],
    ],
  ],
  [
    'ndtri',
    F.ndtri,
    [
      [0.5, 0],
      [0.975, 1.95996398454005],
      [1e-10, -6.36134090240406],
    ],
  ],
  [
    'logNdtr',
    F.logNdtr,
    [
      [0, -Math.LN2],
      [-10, -53.2312851505124],
      [5, -2.86651612989e-7],
      [-40, -804.608442001654],
    ],
  ],
  [
    'lgamma',
    F.lgamma,
    [
      [0.5, 0.5723649429247],
      [1, 0],
      [5, 3.17805383034795],
      [-0.5, 1.26551212348465],
      [100, 359.134205369575],
    ],
  ],
  [
    'digamma',
    F.digamma,
    [
      [1, -0.577215664901533],
      [0.5, -1.96351002602142],
      [10, 2.25175258906672],
      [-0.5, 0.0364899739785765],
    ],
  ],
];

describe.each(values)('%s', (_, f, pairs) => {
  it('agrees with tables in float64', () => {
    const x = xp.array(
      pairs.map((p) => p[0]),
      { dtype: 'float64' },
    );
    assertAllclose(
      f(new Variable(x)),
      pairs.map((p) => p[1]),
      { atol: 2e-14, rtol: 2e-11 },
    );
  });

  it('agrees with tables in float32', () => {
    const x = xp.array(
      pairs.map((p) => p[0]),
      { dtype: 'float32' },
    );
    const y = f(new Variable(x));
    expect(y.dtype.name).toBe('float32');
    const near = pairs.map(([at, value]) =>
      at === 0.999999 || (Math.abs(value) < 1e-30 && value !== 0) ? null : value,
    );
    near.forEach((value, i) => {
      if (value !== null) assertAllclose(y.array.at(i), value, { atol: 2e-6, rtol: 5e-5 });
    });
  });
});

const ranges: [string, (x: Variable) => Variable, number[]][] = [
  ['erf', F.erf, [-1.5, -0.3, 0.4, 1.2]],
  ['erfc', F.erfc, [-1.5, -0.3, 0.4, 1.2]],
  ['erfcx', F.erfcx, [-1, 0.2, 3, 7]],
  ['erfinv', F.erfinv, [-0.7, -0.2, 0.3, 0.8]],
  ['erfcinv', F.erfcinv, [0.3, 0.8, 1.3, 1.7]],
  ['ndtr', F.ndtr, [-2, -0.5, 0.3, 1.5]],
  ['ndtri', F.ndtri, [0.1, 0.4, 0.7, 0.9]],
  ['logNdtr', F.logNdtr, [-7, -2, 0.3, 2]],
  ['lgamma', F.lgamma, [0.7, 1.5, 3.2, -1.3]],
  ['digamma', F.digamma, [0.7, 1.5, 3.2, -1.3]],
  ['polygamma', (x) => F.polygamma(xp.array([0, 1, 2, 3], { dtype: 'int32' }), x), [0.7, 1.5, 3.2, 2.1]],
  ['zeta', (x) => F.zeta(xp.array([1.5, 2, 3, 4.5], { dtype: 'float64' }), x), [0.7, 1.5, 3.2, 2.1]],
];

it.each(ranges)('%s has the gradients of differences', (_, f, at) => {
  const x = xp.array(at, { dtype: 'float64' });
  const ones = xp.ones([4], { dtype: 'float64' });
  checkBackward(f, [x], [ones], { eps: 1e-4, atol: 1e-6, rtol: 1e-5 });
  checkDoubleBackward(f, [x], [ones], [ones], { eps: 1e-4, atol: 1e-6, rtol: 1e-5 });
});

it('polygamma and zeta agree with tables', () => {
  const x = new Variable(xp.array([1, 1, 1, 2.5], { dtype: 'float64' }));
  const n = xp.array([0, 1, 2, 4], { dtype: 'int32' });
  assertAllclose(
    F.polygamma(n, x),
    [-0.577215664901533, 1.64493406684823, -2.40411380631919, -0.313755999506731],
    { rtol: 1e-11 },
  );
  const q = xp.array([1, 1, 0.5, 3], { dtype: 'float64' });
  const s = xp.array([2, 4, 2, 1.5], { dtype: 'float64' });
  assertAllclose(
    F.zeta(s, new Variable(q)),
    [1.64493406684823, 1.08232323371114, 4.93480220054468, 1.25882195809221],
    { rtol: 1e-11 },
  );
});

it('ends of the domains are infinite', () => {
  const at = (values: number[]) => new Variable(xp.array(values, { dtype: 'float64' }));
  expect(F.erfinv(at([-1, 1])).array.toArraySync()).toEqual([-Infinity, Infinity]);
  expect(F.erfcinv(at([0, 2])).array.toArraySync()).toEqual([Infinity, -Infinity]);
  expect(F.ndtri(at([0, 1])).array.toArraySync()).toEqual([-Infinity, Infinity]);
  expect(F.lgamma(at([0, -1])).array.toArraySync()).toEqual([Infinity, Infinity]);
});
