import { describe, expect, test } from 'vitest';
import {
  array,
  canCast,
  commonType,
  complex,
  DTypeError,
  dtypes,
  finfo,
  iinfo,
  isdtype,
  issubdtype,
  minScalarType,
  promoteTypes,
  resultType,
  ValueError,
} from '../index.ts';

describe('promoteTypes', () => {
  test('is symmetric, and an upper bound to which both cast safely', () => {
    for (const a of dtypes) {
      for (const b of dtypes) {
        const c = promoteTypes(a, b);
        expect(promoteTypes(b, a)).toBe(c);
        expect([a.name, b.name, canCast(a, c) && canCast(b, c)]).toEqual([a.name, b.name, true]);
      }
    }
  });
  test('bfloat16', () => {
    expect(promoteTypes('bfloat16', 'float16').name).toBe('float32');
    expect(promoteTypes('bfloat16', 'uint8').name).toBe('bfloat16');
    expect(promoteTypes('bfloat16', 'int16').name).toBe('float32');
  });
});

describe('canCast', () => {
  test('rules', () => {
    expect(canCast('float64', 'float32')).toBe(false);
    expect(canCast('float64', 'float32', { casting: 'same_kind' })).toBe(true);
    expect(canCast('float64', 'int8', { casting: 'unsafe' })).toBe(true);
    expect(canCast('int32', 'int32', { casting: 'no' })).toBe(true);
    expect(canCast(array([1], { dtype: 'int8' }), 'int16')).toBe(true);
  });
  test('mistakes', () => {
    expect(() => canCast(3 as never, 'int8')).toThrow(
      '[canCast] from is a dtype or an array, got the scalar 3',
    );
    expect(() => canCast('int8', 'int16', { casting: 'sure' as never })).toThrow(ValueError);
  });
});

test('resultType takes integers of both signs beside a float as the float holds them', () => {
  expect(resultType('int8', 'uint8', 'float16').name).toBe('float16');
  expect(resultType('int8', 'uint8').name).toBe('int16');
  expect(resultType(1, 2.5).name).toBe('float64');
  expect(resultType(1, complex(1)).name).toBe('complex128');
  expect(() => resultType()).toThrow(ValueError);
});

test.each([
  [true, 'bool'],
  [0, 'uint8'],
  [256, 'uint16'],
  [2n ** 63n, 'uint64'],
  [-(2n ** 63n), 'int64'],
  [-1, 'int8'],
  [1.5, 'float16'],
  [1e5 + 0.5, 'float32'],
  [1e300 * 1.5, 'float64'],
  [Number.NaN, 'float16'],
  [complex(1, 1e-3), 'complex64'],
  [complex(1e300, 0.5), 'complex128'],
] as const)('minScalarType(%s) is %s', (value, expected) => {
  expect(minScalarType(value).name).toBe(expected);
});

describe('commonType', () => {
  test('integers count as float64', () => {
    expect(commonType(array([1], { dtype: 'int8' }), array([1])).name).toBe('float64');
    expect(commonType(array([1], { dtype: 'bfloat16' })).name).toBe('bfloat16');
    expect(commonType(array([1], { dtype: 'float16' }), array([complex(1)])).name).toBe('complex64');
  });
  test('not of booleans', () => {
    expect(() => commonType(array([true]))).toThrow(DTypeError);
  });
});

describe('limits', () => {
  test('finfo', () => {
    const { eps, max, tiny, smallestSubnormal, precision, bits } = finfo('float32');
    expect([eps, max, tiny, smallestSubnormal, precision, bits]).toEqual([
      2 ** -23,
      3.4028234663852886e38,
      2 ** -126,
      2 ** -149,
      6,
      32,
    ]);
    expect([finfo('float64').max, finfo('float64').eps, finfo('float64').precision]).toEqual([
      Number.MAX_VALUE,
      Number.EPSILON,
      15,
    ]);
    expect([finfo('float16').max, finfo('bfloat16').eps, finfo('complex64').bits]).toEqual([
      65504,
      2 ** -7,
      32,
    ]);
    expect(() => finfo('int8')).toThrow('[finfo] int8 is no floating dtype; see iinfo');
  });
  test('iinfo', () => {
    expect([iinfo('int8').min, iinfo('int8').max, iinfo('uint32').max]).toEqual([-128, 127, 2 ** 32 - 1]);
    expect([iinfo('int64').min, iinfo('uint64').max, iinfo('uint64').min]).toEqual([
      -(2n ** 63n),
      2n ** 64n - 1n,
      0,
    ]);
    expect(() => iinfo('bool')).toThrow('[iinfo] bool is no integer dtype');
  });
});

describe('groups', () => {
  test('issubdtype', () => {
    expect([
      issubdtype('int8', 'integer'),
      issubdtype('uint8', 'signedinteger'),
      issubdtype('bool', 'number'),
    ]).toEqual([true, false, false]);
    expect([
      issubdtype('complex64', 'inexact'),
      issubdtype('float32', 'float32'),
      issubdtype('bool', 'generic'),
    ]).toEqual([true, true, true]);
  });
  test('isdtype', () => {
    expect([
      isdtype('int8', 'integral'),
      isdtype('float16', 'real floating'),
      isdtype('bool', 'numeric'),
    ]).toEqual([true, true, false]);
    expect([isdtype(array([1]), ['bool', 'float32']), isdtype('bool', 'bool')]).toEqual([true, true]);
    expect(() => isdtype('int8', 'whole number' as never)).toThrow("[isdtype] unknown kind 'whole number'");
  });
});
