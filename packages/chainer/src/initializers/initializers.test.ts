import * as xp from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import { Parameter } from '../core/parameter.ts';
import {
  Constant,
  DownsamplingConvFilter,
  GlorotNormal,
  GlorotUniform,
  generateArray,
  getFans,
  HeNormal,
  HeUniform,
  Identity,
  LeCunNormal,
  LeCunUniform,
  NaN as NaNInitializer,
  Normal,
  One,
  Orthogonal,
  Uniform,
  UpsamplingDeconvFilter,
  Zero,
} from './index.ts';

const rng = () => new xp.random.RandomState(1);

function moments(x: xp.NdArray): { mean: number; std: number; max: number } {
  const values = Array.from(x.astype('float64').dataSync() as Float64Array);
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const std = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length);
  return { mean, std, max: Math.max(...values.map(Math.abs)) };
}

describe('getFans', () => {
  it('counts the kernel on both sides', () => {
    expect(getFans([40, 20, 3, 3])).toEqual([180, 360]);
    expect(getFans([5, 7])).toEqual([7, 5]);
  });

  it('wants two axes', () => {
    expect(() => getFans([5])).toThrow(
      '[getFans] fans are defined for weights of 2 axes or more, [out, in, ...kernel], got shape [5]',
    );
  });
});

// fan_in 180 and fan_out 360; deviations from the papers' formulas.
const shape = [40, 20, 3, 3];
const normals = [
  ['Normal', new Normal({ scale: 0.5, rng: rng() }), 0.5],
  ['LeCunNormal', new LeCunNormal({ scale: 2, rng: rng() }), 2 / Math.sqrt(180)],
  ['GlorotNormal', new GlorotNormal({ rng: rng() }), Math.sqrt(2 / 540)],
  ['HeNormal', new HeNormal({ rng: rng() }), Math.sqrt(2 / 180)],
  ['HeNormal, fan_out', new HeNormal({ fanOption: 'fan_out', rng: rng() }), Math.sqrt(2 / 360)],
] as const;
const uniforms = [
  ['Uniform', new Uniform({ scale: 0.5, rng: rng() }), 0.5],
  ['LeCunUniform', new LeCunUniform({ scale: 2, rng: rng() }), 2 * Math.sqrt(3 / 180)],
  ['GlorotUniform', new GlorotUniform({ rng: rng() }), Math.sqrt(6 / 540)],
  ['HeUniform', new HeUniform({ rng: rng() }), Math.sqrt(6 / 180)],
] as const;

describe.each(normals)('%s', (_, initializer, sigma) => {
  it('draws normal numbers of that deviation', () => {
    const { mean, std } = moments(generateArray(initializer, shape));
    expect(Math.abs(mean)).toBeLessThan(sigma / 15);
    expect(std / sigma).toBeCloseTo(1, 1);
  });
});

describe.each(uniforms)('%s', (_, initializer, bound) => {
  it('draws uniform numbers up to that bound', () => {
    const { mean, std, max } = moments(generateArray(initializer, shape));
    expect(Math.abs(mean)).toBeLessThan(bound / 20);
    expect(std / (bound / Math.sqrt(3))).toBeCloseTo(1, 1);
    expect(max).toBeLessThanOrEqual(bound * (1 + 1e-6));
    expect(max).toBeGreaterThan(bound * 0.98);
  });
});

describe('random initializers', () => {
  it('draw from the default stream, or from their own', () => {
    xp.random.seed(7);
    const a = generateArray(new Normal(), [4]).toArraySync();
    xp.random.seed(7);
    expect(generateArray(new Normal(), [4]).toArraySync()).toEqual(a);
    const own = generateArray(new Normal({ rng: rng() }), [4]).toArraySync();
    expect(generateArray(new Normal({ rng: rng() }), [4]).toArraySync()).toEqual(own);
    expect(own).not.toEqual(a);
  });

  it('fill views in place, and nothing beside them', () => {
    const x = xp.zeros([3, 4]);
    new LeCunNormal({ rng: rng() }).apply(x.T.at(xp.s(0, 2)));
    const values = x.toArraySync() as number[][];
    expect(values.every((row) => row[0] !== 0 && row[1] !== 0 && row[2] === 0 && row[3] === 0)).toBe(true);
  });

  it('fill half precision and arrays without elements', () => {
    const x = generateArray(new HeNormal(), [4, 3], { dtype: 'float16' });
    expect(x.dtype.name).toBe('float16');
    expect(moments(x).std).toBeGreaterThan(0);
    expect(generateArray(new HeNormal(), [0, 3]).shape).toEqual([0, 3]);
  });

  it('say which fan there is', () => {
    const wrong = new HeNormal({ fanOption: 'fan' as 'fan_in' });
    expect(() => wrong.apply(xp.zeros([2, 2]))).toThrow(
      "[HeNormal] fanOption must be 'fan_in' or 'fan_out', got 'fan'",
    );
  });
});

describe('constants', () => {
  it('fill with their value', () => {
    expect(generateArray(new Zero(), [2]).toArraySync()).toEqual([0, 0]);
    expect(generateArray(new One(), 2).toArraySync()).toEqual([1, 1]);
    expect(generateArray(new NaNInitializer(), [1]).toArraySync()).toEqual([Number.NaN]);
    expect(generateArray(new Constant(xp.array([1, 2])), [2, 2]).toArraySync()).toEqual([
      [1, 2],
      [1, 2],
    ]);
  });

  it('give parameters their dtype', () => {
    expect(new Parameter(new Constant(0.1, { dtype: 'float64' }), [1]).array.toArraySync()).toEqual([0.1]);
    expect(generateArray(new One({ dtype: 'float16' }), [1]).dtype.name).toBe('float16');
  });
});

describe('Identity', () => {
  it('scales the identity', () => {
    expect(generateArray(new Identity({ scale: 2 }), [2, 2]).toArraySync()).toEqual([
      [2, 0],
      [0, 2],
    ]);
  });

  it('wants a square matrix', () => {
    expect(() => generateArray(new Identity(), [2, 3])).toThrow(
      '[Identity] only square matrices can be initialised to the identity, got shape [2, 3]',
    );
  });
});

describe('Orthogonal', () => {
  const gram = (m: number[][]) =>
    m.map((u) => m.map((v) => u.reduce((s, a, k) => s + a * (v[k] as number), 0)));
  it.each([
    [[3, 5], 'projection'],
    [[5, 3], 'embedding'],
    [[4, 4], 'basis'],
    [[3, 2, 2], 'auto'],
  ] as const)('of shape %j is orthogonal (%s)', (shape, mode) => {
    const x = generateArray(new Orthogonal({ scale: 2, mode, rng: rng() }), shape, { dtype: 'float64' });
    const matrix = x.reshape(shape[0], -1);
    const products = gram(
      (matrix.shape[0] as number) <= (matrix.shape[1] as number)
        ? (matrix.toArraySync() as number[][])
        : (matrix.T.toArraySync() as number[][]),
    );
    products.forEach((row, i) => {
      row.forEach((v, j) => {
        expect(v).toBeCloseTo(i === j ? 4 : 0, 10);
      });
    });
  });

  it('is ±scale for a single element', () => {
    expect(Math.abs(generateArray(new Orthogonal(), []).itemSync() as number)).toBeCloseTo(1.1, 6);
  });

  it('says what a shape cannot be', () => {
    expect(() => generateArray(new Orthogonal({ mode: 'projection' }), [4, 3])).toThrow(
      'maps 3 inputs to 4 outputs, of which there is no orthogonal projection',
    );
    expect(() => new Orthogonal({ mode: 'foo' as 'auto' })).toThrow(
      "[Orthogonal] mode must be one of 'auto', 'projection', 'embedding', 'basis', got 'foo'",
    );
  });
});

describe('interpolation filters', () => {
  it('are products of triangles, for equal channels only', () => {
    expect(generateArray(new UpsamplingDeconvFilter(), [2, 2, 2]).toArraySync()).toEqual([
      [
        [0.5, 0.5],
        [0, 0],
      ],
      [
        [0, 0],
        [0.5, 0.5],
      ],
    ]);
    expect(generateArray(new UpsamplingDeconvFilter(), [1, 1, 3, 3]).toArraySync()).toEqual([
      [
        [
          [0.25, 0.5, 0.25],
          [0.5, 1, 0.5],
          [0.25, 0.5, 0.25],
        ],
      ],
    ]);
    expect(generateArray(new DownsamplingConvFilter(), [1, 1, 3]).toArraySync()).toEqual([
      [[0.25, 0.5, 0.25]],
    ]);
  });

  it('want one extent, and known interpolation', () => {
    expect(() => generateArray(new UpsamplingDeconvFilter(), [1, 1, 3, 4])).toThrow(
      'one extent along all spatial axes, got [3, 4]',
    );
    expect(() =>
      generateArray(new DownsamplingConvFilter({ interpolation: 'cubic' as 'linear' }), [1, 1, 3]),
    ).toThrow("must be 'linear', got 'cubic'");
  });
});
