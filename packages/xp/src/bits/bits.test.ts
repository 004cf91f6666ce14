import { describe, expect, test } from 'vitest';
import {
  array,
  baseRepr,
  binaryRepr,
  DTypeError,
  packbits,
  unpackbits,
  ValueError,
  zeros,
} from '../index.ts';

const bytes = (values: readonly number[] | readonly (readonly number[])[]) =>
  array(values, { dtype: 'uint8' });

describe('packbits and unpackbits', () => {
  test('pad with zeros, in either order', () => {
    const x = array([1, 0, 1, 1, 0, 0, 0, 0, 1], { dtype: 'int32' });
    expect(packbits(x).toArraySync()).toEqual([0b10110000, 0b10000000]);
    expect(packbits(x, { bitorder: 'little' }).toArraySync()).toEqual([0b00001101, 1]);
  });

  test('are inverse along every axis, of views too', () => {
    const x = bytes([
      [1, 200, 30],
      [77, 0, 255],
    ]);
    for (const axis of [0, 1, -1, null]) {
      for (const bitorder of ['big', 'little'] as const) {
        const y = axis === null ? x.reshape([6]) : x;
        expect(packbits(unpackbits(x, { axis, bitorder }), { axis, bitorder }).toArraySync()).toEqual(
          y.toArraySync(),
        );
      }
    }
    expect(unpackbits(x.transpose(), { axis: 0 }).shape).toEqual([24, 2]);
    expect(packbits(unpackbits(x.transpose(), { axis: 0 }), { axis: 0 }).toArraySync()).toEqual(
      x.transpose().toArraySync(),
    );
  });

  test('count keeps, leaves off or pads', () => {
    expect(unpackbits(bytes([0b10100000]), { count: 3 }).toArraySync()).toEqual([1, 0, 1]);
    expect(unpackbits(bytes([0b10100000]), { count: -5 }).toArraySync()).toEqual([1, 0, 1]);
    expect(unpackbits(bytes([255]), { count: 10 }).toArraySync()).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 0, 0]);
  });

  test('nothing', () => {
    expect(packbits(zeros([0], { dtype: 'bool' })).shape).toEqual([0]);
    expect(unpackbits(zeros([0], { dtype: 'uint8' }), { count: 2 }).toArraySync()).toEqual([0, 0]);
  });

  test('mistakes', () => {
    expect(() => packbits(zeros([2]))).toThrow('[packbits] a is an integer or bool array, got float32');
    expect(() => unpackbits(zeros([2], { dtype: 'int8' }))).toThrow(DTypeError);
    expect(() => packbits(bytes([1]), { bitorder: 'up' as never })).toThrow(
      "[packbits] bitorder is 'big' or 'little', got 'up'",
    );
    expect(() => unpackbits(bytes([1]), { count: -9 })).toThrow(ValueError);
  });
});

describe('digits', () => {
  test('binaryRepr', () => {
    expect([
      binaryRepr(0),
      binaryRepr(-5),
      binaryRepr(5n, { width: 5 }),
      binaryRepr(-8, { width: 4 }),
    ]).toEqual(['0', '-101', '00101', '1000']);
    expect(binaryRepr(-1, { width: 3 })).toBe('111');
    expect(() => binaryRepr(8, { width: 3 })).toThrow(
      '[binaryRepr] width 3 is too small for 8, which takes 4 digits',
    );
    expect(() => binaryRepr(-9, { width: 4 })).toThrow(/takes 5 digits/);
    expect(() => binaryRepr(1.5)).toThrow(ValueError);
  });
  test('baseRepr', () => {
    expect([baseRepr(255, { base: 16 }), baseRepr(-6, { base: 3 }), baseRepr(5, { padding: 2 })]).toEqual([
      'FF',
      '-20',
      '00101',
    ]);
    expect(() => baseRepr(1, { base: 37 })).toThrow('[baseRepr] base is an integer from 2 to 36, got 37');
  });
});
