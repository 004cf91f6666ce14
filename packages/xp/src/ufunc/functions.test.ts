import { describe, expect, test } from 'vitest';
import {
  add,
  angle,
  arcsin,
  arctan2,
  array,
  asin,
  complex,
  conj,
  type DTypeName,
  divmod,
  heaviside,
  imag,
  iscomplex,
  iscomplexobj,
  isneginf,
  isposinf,
  isreal,
  isrealobj,
  modf,
  type NdArray,
  nextafter,
  radians,
  real,
  signbit,
  zeros,
} from '../index.ts';

/** Values that the conformance cases do not reach: neighbours of half types, signs, infinities, views. */

const bitsOf = (x: NdArray) => Array.from(x.dataSync(), Number);

describe('nextafter of half types steps by one bit', () => {
  const all = (name: DTypeName, bits: readonly number[]) => array(new Uint16Array(bits), { dtype: name });

  test.each([
    ['float16', [0x0000, 0x0001, 0x03ff, 0x0400, 0x3bff, 0x3c00, 0x7bfe, 0x7bff]],
    ['bfloat16', [0x0000, 0x0001, 0x007f, 0x0080, 0x3f7f, 0x3f80, 0x7f7e, 0x7f7f]],
  ] as const)('%s upwards and back', (name, bits) => {
    const x = all(name, bits);
    const up = nextafter(x, Number.POSITIVE_INFINITY);
    expect(bitsOf(up)).toEqual(bits.map((b) => b + 1));
    expect(bitsOf(nextafter(up, zeros([1], { dtype: name })))).toEqual(bits);
    expect(bitsOf(nextafter(x.neg(), Number.NEGATIVE_INFINITY))).toEqual(bits.map((b) => 0x8000 + b + 1));
  });

  test('NaN and equal numbers', () => {
    const x = array([1, Number.NaN], { dtype: 'float16' });
    expect(nextafter(x, 1).toArraySync()).toEqual([1, Number.NaN]);
    expect(nextafter(x, Number.NaN).toArraySync()).toEqual([Number.NaN, Number.NaN]);
  });
});

test('modf splits infinities and keeps the sign of zero', () => {
  const [f, i] = modf(array([Number.NEGATIVE_INFINITY, -0, -2.5]));
  expect(f.toArraySync()).toEqual([-0, -0, -0.5]);
  expect(i.toArraySync()).toEqual([Number.NEGATIVE_INFINITY, -0, -2]);
});

test('infinities by sign', () => {
  const x = array([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1, Number.NaN]);
  expect(isposinf(x).toArraySync()).toEqual([true, false, false, false]);
  expect(isneginf(x).toArraySync()).toEqual([false, true, false, false]);
  expect(() => isneginf(array([complex(1)]))).toThrow('[isneginf] not supported for complex64');
});

test('signbit sees the sign of zero', () => {
  expect(signbit(array([-0, 0, -1])).toArraySync()).toEqual([true, false, true]);
});

test('heaviside passes NaN on', () => {
  expect(heaviside(array([-1, 0, 2, Number.NaN]), 0.5).toArraySync()).toEqual([0, 0.5, 1, Number.NaN]);
});

describe('complex numbers', () => {
  const z = array([complex(1, 2), complex(3, 0)]);
  test('parts are views', () => {
    const re = real(z);
    re.setAt(7, 0);
    imag(z).setAt(-1, 1);
    expect(z.toArraySync()).toEqual([complex(7, 2), complex(3, -1)]);
    expect([re.dtype.name, real(array([1])).toArraySync(), imag(array([1])).toArraySync()]).toEqual([
      'float32',
      [1],
      [0],
    ]);
  });
  test('conjugate, angle, tests', () => {
    const w = array([complex(0, 1), complex(2, 0)]);
    expect(conj(w).toArraySync()).toEqual([complex(0, -1), complex(2, -0)]);
    expect(angle(w, { deg: true }).toArraySync()).toEqual([90, 0]);
    expect(angle(array([true])).dtype.name).toBe('float64');
    expect(angle(array([-1, 1], { dtype: 'int32' })).toArraySync()).toEqual([Math.PI, 0]);
    expect([isreal(w).toArraySync(), iscomplex(w).toArraySync()]).toEqual([
      [false, true],
      [true, false],
    ]);
    expect([iscomplexobj(w), isrealobj(w), isrealobj(1)]).toEqual([true, false, true]);
  });
});

test('functions tell their operands, results and loops', () => {
  expect([add.nin, add.nout, add.nargs, modf.nin, modf.nout, divmod.nargs]).toEqual([2, 1, 3, 1, 2, 4]);
  expect(add.types).toHaveLength(15);
  expect(signbit.types).toEqual(['float16->bool', 'float32->bool', 'float64->bool', 'bfloat16->bool']);
  expect(modf.types).toContain('float32->float32,float32');
});

test('aliases are the same function, and functions know their names', () => {
  expect(asin).toBe(arcsin);
  expect([arcsin.name, arctan2.name, radians.name]).toEqual(['arcsin', 'arctan2', 'radians']);
});
