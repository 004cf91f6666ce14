import { describe, expect, it } from 'vitest';
import {
  arange,
  array,
  asarray,
  asfortranarray,
  complex,
  type DTypeName,
  dtypes,
  empty,
  eye,
  frombuffer,
  fromiter,
  fromstring,
  full,
  fullLike,
  linspace,
  logspace,
  mgrid,
  ones,
  require,
  s,
  setDefaultDtype,
  tril,
  ValueError,
  vander,
  zeros,
  zerosLike,
} from '../index.ts';

describe('dtypes of literals', () => {
  it('are the default float for numbers, bool for booleans, int64 for bigints, complex for complex numbers', () => {
    const names = [[1, 2.5], [true], [1n], [complex(1, 2)], [true, 2], []].map((x) => array(x).dtype.name);
    expect(names).toEqual(['float32', 'bool', 'int64', 'complex64', 'float32', 'float32']);
  });

  it('follow the default dtype', () => {
    setDefaultDtype('float64');
    try {
      expect([array([1]), zeros(1), linspace(0, 1), eye(1)].map((x) => x.dtype.name)).toEqual(
        new Array(4).fill('float64'),
      );
    } finally {
      setDefaultDtype('float32');
    }
  });

  it('join the dtypes of arrays in a list', () => {
    const list = [ones([2], { dtype: 'float64' }), ones([2], { dtype: 'complex64' })];
    expect(array(list).dtype.name).toBe('complex128');
    expect(array([[ones([], { dtype: 'int8' }), 3]]).dtype.name).toBe('int8');
  });

  it('give arange int32 for integers, so that it indexes', () => {
    expect([arange(3), arange(0, 1, 0.5), arange(3n)].map((x) => x.dtype.name)).toEqual([
      'int32',
      'float32',
      'int64',
    ]);
  });
});

describe.each(dtypes.map((d) => d.name))('%s', (name: DTypeName) => {
  it('is filled, listed and read back', () => {
    const x = array([0, 1, 1], { dtype: name });
    expect(x.astype('int32').tolist()).toEqual([0, 1, 1]);
    expect(ones([2, 0], { dtype: name }).tolist()).toEqual([[], []]);
    expect(full([], 1, { dtype: name }).astype('int32').tolist()).toBe(1);
    expect(zerosLike(x).astype('int32').tolist()).toEqual([0, 0, 0]);
    expect(x.nbytes).toBe(3 * x.itemsize);
  });

  it('survives the way out and back in as raw elements', () => {
    const x = array([0, 1, 1, 0], { dtype: name }).reshape(2, 2).T;
    const back = array(x.dataSync(), { dtype: name, shape: [2, 2] });
    expect(back.dtype).toBe(x.dtype);
    expect(back.tolist()).toEqual(x.tolist());
    expect(frombuffer(x.tobytes(), { dtype: name }).tolist()).toEqual(x.ravel().tolist());
  });
});

describe('array', () => {
  it('names the shapes of ragged lists', () => {
    expect(() => array([[1, 2], [3]])).toThrow(/lists are ragged: one has shape \(1,\) where \(2,\)/);
  });

  it('joins arrays in lists', () => {
    const x = array([array([1, 2], { dtype: 'int16' }), array([3, 4], { dtype: 'int16' })]);
    expect([x.dtype.name, x.tolist()]).toEqual([
      'int16',
      [
        [1, 2],
        [3, 4],
      ],
    ]);
  });

  it('copies, and asarray does not', () => {
    const x = zeros(2);
    expect(array(x).storage).not.toBe(x.storage);
    expect(asarray(x)).toBe(x);
    expect(asarray(x, { dtype: 'int32' }).dtype.name).toBe('int32');
  });

  it('keeps 64-bit integers exact', () => {
    expect(array([2 ** 53 - 1, 1], { dtype: 'int64' }).tolist()).toEqual([2 ** 53 - 1, 1]);
    expect(full(2, 2n ** 60n + 1n, { dtype: 'uint64' }).tolist({ bigint: true })).toEqual([
      2n ** 60n + 1n,
      2n ** 60n + 1n,
    ]);
  });
});

describe('memory order', () => {
  it('is Fortran where asked, and elements stay where they are by value', () => {
    const x = asfortranarray(arange(6).reshape(2, 3));
    expect([x.strides, x.tolist()]).toEqual([
      [4, 8],
      [
        [0, 1, 2],
        [3, 4, 5],
      ],
    ]);
    expect(zeros([2, 3], { order: 'F' }).strides).toEqual([4, 8]);
    expect(
      array(
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        { order: 'F' },
      )
        .ravel({ order: 'K' })
        .tolist(),
    ).toEqual([1, 4, 2, 5, 3, 6]);
    expect(require(arange(6).reshape(2, 3), { requirements: ['F'] }).strides).toEqual([4, 8]);
  });
});

describe('ranges', () => {
  it('end exactly', () => {
    const x = linspace(0, 0.7, { num: 50, dtype: 'float64' }).tolist() as number[];
    expect([x[0], x[49], x.length]).toEqual([0, 0.7, 50]);
  });

  it('give the step', () => {
    const [x, step] = linspace(0, 1, { num: 5, retstep: true });
    expect([x.tolist(), step.itemSync()]).toEqual([[0, 0.25, 0.5, 0.75, 1], 0.25]);
    expect(linspace(0, 1, { num: 4, endpoint: false, retstep: true })[1].itemSync()).toBe(0.25);
  });

  it('round down for integers', () => {
    expect(linspace(-1, 1, { num: 4, dtype: 'int32' }).tolist()).toEqual([-1, -1, 0, 1]);
  });

  it('are exact in int64', () => {
    expect(arange(5n, 0n, -2n).tolist()).toEqual([5, 3, 1]);
    expect(arange(2n ** 60n, 2n ** 60n + 2n).tolist({ bigint: true })).toEqual([2n ** 60n, 2n ** 60n + 1n]);
  });

  it('run backwards, and may be empty', () => {
    expect(arange(5, -1, -2).tolist()).toEqual([5, 3, 1]);
    expect(arange(5, 2).tolist()).toEqual([]);
    // NumPy's: the first two integers say how it goes on.
    expect(arange(0, 3, 0.75, { dtype: 'int32' }).tolist()).toEqual([0, 0, 0, 0]);
    expect(arange(0.5, 6, 1.5, { dtype: 'int64' }).tolist()).toEqual([0, 2, 4, 6]);
    expect(logspace(0, 3, { num: 4, base: 2 }).tolist()).toEqual([1, 2, 4, 8]);
  });

  it('refuse a step of 0 and infinite bounds', () => {
    expect(() => arange(0, 1, 0)).toThrow(ValueError);
    expect(() => arange(0, Infinity)).toThrow(/bounds must be finite/);
  });
});

describe('the rest', () => {
  it('builds matrices', () => {
    expect(eye(2, { M: 3, k: -1, dtype: 'int8' }).tolist()).toEqual([
      [0, 0, 0],
      [1, 0, 0],
    ]);
    expect(tril(ones([2, 2], { dtype: 'bool' })).tolist()).toEqual([
      [true, false],
      [true, true],
    ]);
    expect(tril(ones([2, 2, 2]), { k: -1 }).tolist()).toEqual([
      [
        [0, 0],
        [1, 0],
      ],
      [
        [0, 0],
        [1, 0],
      ],
    ]);
    expect(vander(array([2, 3], { dtype: 'int64' }), { N: 3 }).tolist()).toEqual([
      [4, 2, 1],
      [9, 3, 1],
    ]);
    expect(mgrid(s(0, 2), s(0, 3)).shape).toEqual([2, 2, 3]);
  });

  it('reads texts and iterables', () => {
    expect(fromstring('1 -inf\tnan', { sep: ' ' }).tolist()).toEqual([1, -Infinity, Number.NaN]);
    expect(() => fromstring('1,x', { sep: ',' })).toThrow(/"x" is no number/);
    expect(fromiter([1, 2, 3], 'int8', { count: 2 }).tolist()).toEqual([1, 2]);
    expect(() => fromiter([1], 'int8', { count: 2 })).toThrow(/2 elements were asked for, 1 came/);
  });

  it('refuses bytes that make no whole elements', () => {
    expect(() => frombuffer(new Uint8Array(3), { dtype: 'int16' })).toThrow(
      /3 bytes do not make whole elements of 2 bytes/,
    );
    expect(
      frombuffer(new Uint8Array([9, 1, 0, 2, 0]), { dtype: 'int16', offset: 1, count: 1 }).tolist(),
    ).toEqual([1]);
  });

  it('refuses shapes with negative or broken extents', () => {
    expect(() => zeros([2, -1])).toThrow(
      /\[zeros\] extents of a shape are integers from 0 on, got \(2, -1\)/,
    );
    expect(() => empty(1.5)).toThrow(ValueError);
  });

  it('fills like another array', () => {
    const x = fullLike(zeros([2], { dtype: 'int32' }), 2.75);
    expect([x.dtype.name, x.tolist()]).toEqual(['int32', [2, 2]]);
  });
});
