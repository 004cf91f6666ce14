import { afterEach, describe, expect, it } from 'vitest';
import { complex } from '../core/complex.ts';
import { type DTypeLike, dtypes, type TypedArray } from '../core/dtype.ts';
import { NdArray } from '../core/ndarray.ts';
import { array, type Nested } from '../creation/array.ts';
import { ValueError } from '../errors.ts';
import { arrayRepr, arrayStr } from './array-repr.ts';
import { array2string } from './array2string.ts';
import { arrayToString, inspectArray } from './inspect.ts';
import { getPrintoptions, printoptions, setPrintoptions } from './print-options.ts';

// Expected texts are NumPy's.
const of = (data: Nested, dtype: DTypeLike = 'float64') => array(data, { dtype });
const counting = (shape: readonly number[], dtype: DTypeLike = 'float64', scale = 1) => {
  const n = shape.reduce((a, b) => a * b, 1);
  return array(Float64Array.from({ length: n }, (_, i) => i * scale) as TypedArray, { dtype, shape });
};

const defaults = getPrintoptions();
afterEach(() => setPrintoptions(defaults));

describe('arrayRepr', () => {
  it('names the dtype unless it is what literals have', () => {
    expect(arrayRepr(of([1, 2.5]))).toBe('array([1. , 2.5])');
    expect(arrayRepr(of([1, 2.5], 'float32'))).toBe('array([1. , 2.5], dtype=float32)');
    expect(arrayRepr(of([1n, -20n], 'int64'))).toBe('array([  1, -20])');
    expect(arrayRepr(of([true, false], 'bool'))).toBe('array([ True, False])');
    expect(arrayRepr(of([0.1, 3], 'bfloat16'))).toBe('array([0.1, 3. ], dtype=bfloat16)');
  });

  it('prints scalars, empty arrays and what is not finite', () => {
    expect(arrayRepr(of(3.5))).toBe('array(3.5)');
    expect(arrayRepr(of([]))).toBe('array([], dtype=float64)');
    expect(arrayRepr(counting([0, 3], 'float32'))).toBe('array([], shape=(0, 3), dtype=float32)');
    expect(arrayRepr(of([Number.NaN, 1, Infinity]))).toBe('array([nan,  1., inf])');
    expect(
      arrayRepr(
        of([
          [Number.NaN, -Infinity],
          [2.5, 1e-8],
        ]),
      ),
    ).toBe('array([[    nan,    -inf],\n       [2.5e+00, 1.0e-08]])');
  });

  it('aligns complex parts', () => {
    expect(arrayRepr(of([complex(1, 2), complex(-0, -0.5)], 'complex128'))).toBe(
      'array([ 1.+2.j , -0.-0.5j])',
    );
    expect(arrayRepr(of([complex(Number.NaN, 1), complex(1, -Infinity)], 'complex128'))).toBe(
      'array([nan +1.j,  1.-infj])',
    );
  });

  it('summarises large arrays, from their ends alone', () => {
    expect(arrayRepr(counting([1001], 'int64'))).toBe(
      'array([   0,    1,    2, ...,  998,  999, 1000], shape=(1001,))',
    );
    expect(arrayRepr(counting([2000], 'float32', 0.25))).toBe(
      'array([0.0000e+00, 2.5000e-01, 5.0000e-01, ..., 4.9925e+02, 4.9950e+02,\n       4.9975e+02], shape=(2000,), dtype=float32)',
    );
    const rows = counting([40, 30], 'int64');
    const short = 'array([[   0,    1,    2, ...,   27,   28,   29],\n';
    expect(arrayRepr(rows).startsWith(short)).toBe(true);
    expect(arrayRepr(rows).endsWith('[1170, 1171, 1172, ..., 1197, 1198, 1199]], shape=(40, 30))')).toBe(
      true,
    );
  });

  it('reads a summary through the strides of a view', () => {
    const x = counting([4, 500], 'int64');
    const t = new NdArray(x.storage, x.dtype, [500, 4], [1, 500]);
    expect(arrayStr(t).split('\n')[1]).toBe(' [   1  501 1001 1501]');
    expect(arrayStr(t).split('\n').at(-1)).toBe(' [ 499  999 1499 1999]]');
  });

  it('puts the dtype on its own line where the last is full', () => {
    const z = of(
      [
        [complex(1.25, 2.125), complex(3.0625, 4)],
        [complex(5, 6), complex(7, 8.1)],
      ],
      'complex64',
    );
    expect(arrayRepr(z, { maxLineWidth: 40 })).toBe(
      'array([[1.25  +2.125j, 3.0625+4.j   ],\n       [5.    +6.j   , 7.    +8.1j  ]],\n      dtype=complex64)',
    );
  });
});

describe('arrayStr', () => {
  it('prints an array without axes as its scalar', () => {
    expect(arrayStr(of(3))).toBe('3.0');
    expect(arrayStr(of(1e-5))).toBe('1e-05');
    expect(arrayStr(of(1e16))).toBe('1e+16');
    expect(arrayStr(of(true, 'bool'))).toBe('True');
    expect(arrayStr(of(complex(1, 2), 'complex128'))).toBe('(1+2j)');
    expect(arrayStr(of(complex(0, -1.5), 'complex128'))).toBe('-1.5j');
  });

  it('wraps lines', () => {
    const lines = arrayStr(counting([30], 'int64', 1000)).split('\n');
    expect(lines[0]).toBe('[    0  1000  2000  3000  4000  5000  6000  7000  8000  9000 10000 11000');
    expect(lines.at(-1)).toBe(' 24000 25000 26000 27000 28000 29000]');
  });

  it('keeps all digits of 64-bit integers', () => {
    const extremes = new BigInt64Array([2n ** 63n - 1n, -(2n ** 63n)]);
    expect(arrayStr(array(extremes))).toBe('[ 9223372036854775807 -9223372036854775808]');
  });

  it('prints every dtype', () => {
    for (const d of dtypes) expect(arrayStr(of([1, 0], d))).toMatch(/^\[\s?\S+ \S+\]$/);
  });
});

describe('array2string', () => {
  const x = of([
    [-137.70395361, -40.30777629],
    [259.17086134, 232.27293693],
  ]);

  it('obeys its options', () => {
    expect(array2string(x, { precision: 2, separator: ', ' })).toBe(
      '[[-137.7 ,  -40.31],\n [ 259.17,  232.27]]',
    );
    expect(array2string(x, { floatmode: 'fixed', precision: 3, sign: '+' })).toBe(
      '[[-137.704  -40.308]\n [+259.171 +232.273]]',
    );
    expect(array2string(x, { prefix: 'out: ', precision: 1 })).toBe(
      '[[-137.7  -40.3]\n      [ 259.2  232.3]]',
    );
    expect(array2string(counting([20], 'int64'), { threshold: 10, edgeitems: 2 })).toBe('[ 0  1 ... 18 19]');
    expect(array2string(counting([20], 'int64'), { threshold: 10, edgeitems: 0 })).toBe('[...]');
    expect(array2string(of([0.5, 1]), { formatter: { float: (v) => `<${v}>` } })).toBe('[<0.5> <1>]');
  });

  it('blames an option that cannot be', () => {
    expect(() => array2string(x, { precision: -1 })).toThrow(
      '[array2string] precision must be a non-negative integer, got -1',
    );
    expect(() => array2string(x, { floatmode: 'exact' as 'fixed' })).toThrow(ValueError);
  });
});

describe('printing options', () => {
  it('last until they are set again, or for one body', () => {
    const third = of([1 / 3]);
    printoptions({ precision: 2 }, () => expect(arrayStr(third)).toBe('[0.33]'));
    expect(arrayStr(third)).toBe('[0.33333333]');
    setPrintoptions({ precision: 4, suppress: true });
    expect(getPrintoptions().precision).toBe(4);
    expect(arrayStr(of([1e-6, 0.25]))).toBe('[0.   0.25]');
    expect(() =>
      printoptions({ precision: 1 }, () => {
        throw new Error('inside');
      }),
    ).toThrow('inside');
    expect(getPrintoptions().precision).toBe(4);
    expect(() => setPrintoptions({ sign: 'x' as '+' })).toThrow("sign must be '-', '+' or ' ', got x");
  });
});

describe('inspectArray', () => {
  it('prints what can be read', () => {
    expect(inspectArray(of([1, 2]))).toBe('array([1., 2.])');
    expect(arrayToString(of([1, 2]))).toBe('[1. 2.]');
  });

  it('describes an array whose elements cannot be read at once', () => {
    const x = of([[1, 2]]);
    const far = Object.create(x, {
      device: { value: { ...x.device, name: 'far', synchronous: false } },
    }) as NdArray;
    expect(inspectArray(far)).toBe('array(<on far: await x.data() reads it>, shape=(1, 2), dtype=float64)');
    expect(() => arrayRepr(far)).toThrow(
      '[arrayRepr] needs the data of an array on far, which cannot be read without waiting; use await onHost(arrayRepr, …)',
    );
    x.storage.release();
    expect(inspectArray(x)).toBe('array(<released>, shape=(1, 2), dtype=float64)');
  });
});
