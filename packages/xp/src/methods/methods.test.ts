import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  arange,
  array,
  Complex,
  complex,
  ReleasedError,
  UnsafeIntegerError,
  ValueError,
  zeros,
} from '../index.ts';

describe('reading back', () => {
  it('gives numbers, booleans, complex numbers', async () => {
    expect(await array([[1.5], [2]]).toArray()).toEqual([[1.5], [2]]);
    expect(array([true, false]).tolist()).toEqual([true, false]);
    expect(array([complex(1, -2)]).tolist()).toEqual([new Complex(1, -2)]);
    expect(await array(7, { dtype: 'int64' }).item()).toBe(7);
  });

  it('gives 64-bit integers as numbers where exact, else names the option', async () => {
    const x = array([2n ** 53n - 1n, 2n ** 53n]);
    expect(x.at(0).itemSync()).toBe(2 ** 53 - 1);
    expect(() => x.tolist()).toThrow(UnsafeIntegerError);
    expect(() => x.tolist()).toThrow(/9007199254740992 of int64 has no exact number.*\{bigint: true\}/);
    expect(await x.toArray({ bigint: true })).toEqual([2n ** 53n - 1n, 2n ** 53n]);
    await expect(x.at(1).item()).rejects.toThrow(UnsafeIntegerError);
  });

  it('gives raw elements of views in C order, as a copy', async () => {
    const x = arange(6).reshape(2, 3);
    const raw = x.T.dataSync();
    expect(raw).toEqual(new Int32Array([0, 3, 1, 4, 2, 5]));
    raw[0] = 99;
    expect(x.at(0, 0).itemSync()).toBe(0);
    expect(await zeros([0]).data()).toEqual(new Float32Array(0));
    expect(array([1], { dtype: 'float16' }).dataSync()).toEqual(new Uint16Array([0x3c00]));
  });

  it('refuses to make a scalar of several elements', async () => {
    expect(() => zeros(2).itemSync()).toThrow(ValueError);
    await expect(zeros(2).item()).rejects.toThrow(
      /only an array of one element converts to a scalar; this one has 2/,
    );
  });

  it('gives bytes in either order', () => {
    const x = array(
      [
        [1, 2],
        [3, 4],
      ],
      { dtype: 'uint8' },
    );
    expect([...x.tobytes()]).toEqual([1, 2, 3, 4]);
    expect([...x.tobytes({ order: 'F' })]).toEqual([1, 3, 2, 4]);
  });
});

describe("JavaScript's own forms", () => {
  it('print', () => {
    expect(String(array([1, 2]))).toBe('[1. 2.]');
    expect(inspect(array([1, 2], { dtype: 'int32' }))).toBe('array([1, 2], dtype=int32)');
  });

  it('convert one element, and say what to do with more', () => {
    expect(Number(array(3)) + 1).toBe(4);
    expect(() => Number(zeros(2))).toThrow(/use methods: x.add\(y\)/);
    expect(() => Number(array(complex(1, 1)))).toThrow(/complex/);
  });

  it('iterate over the first axis, by views', () => {
    const x = zeros([2, 2]);
    for (const [i, row] of [...x].entries()) row.fill(i);
    expect(x.tolist()).toEqual([
      [0, 0],
      [1, 1],
    ]);
    expect(() => [...array(1)]).toThrow(/0-d array cannot be iterated/);
  });

  it('dispose', () => {
    const x = zeros(3);
    x[Symbol.dispose]();
    expect(() => x.tolist()).toThrow(ReleasedError);
    expect(() => x.tolist()).toThrow(/keep\(x\)/);
  });
});

describe('parts of complex arrays', () => {
  it('are views that can be written', () => {
    const z = zeros([2, 2], { dtype: 'complex64' });
    z.real.fill(1);
    z.T.imag.setAt(2, 0);
    expect(z.tolist()).toEqual([
      [new Complex(1, 2), new Complex(1, 0)],
      [new Complex(1, 2), new Complex(1, 0)],
    ]);
  });

  it('are the array itself and zeros for real ones', () => {
    const x = arange(2);
    expect(x.real).toBe(x);
    expect(x.imag.tolist()).toEqual([0, 0]);
  });
});

describe('view', () => {
  it('reads the same bytes as another dtype, the last axis scaled', () => {
    const x = array([[1, 256]], { dtype: 'int32' });
    expect(x.view('uint16').tolist()).toEqual([[1, 0, 256, 0]]);
    expect(x.view('uint16').view('int32').tolist()).toEqual([[1, 256]]);
    expect(x.view('float32').shape).toEqual([1, 2]);
  });

  it('refuses gaps and broken elements', () => {
    expect(() => arange(4).at('::2').view('uint8')).toThrow(/last axis without gaps/);
    expect(() => zeros(3, { dtype: 'uint8' }).view('int16')).toThrow(/do not make whole elements/);
    expect(() => array(1).view('uint8')).toThrow(/0-d/);
  });
});

describe('operators', () => {
  const x = array([7, -7], { dtype: 'int32' });

  it('are methods with short names', () => {
    const y = array([2, 2], { dtype: 'int32' });
    expect(
      [
        x.add(y),
        x.sub(y),
        x.mul(y),
        x.floordiv(y),
        x.mod(y),
        x.and(y),
        x.or(y),
        x.xor(y),
        x.shl(y),
        x.shr(y),
      ].map((z) => z.tolist()),
    ).toEqual([
      [9, -5],
      [5, -9],
      [14, -14],
      [3, -4],
      [1, 1],
      [2, 0],
      [7, -5],
      [5, -5],
      [28, -28],
      [1, -2],
    ]);
    expect([x.neg(), x.abs(), x.not(), x.pow(2)].map((z) => z.tolist())).toEqual([
      [-7, 7],
      [7, 7],
      [-8, 6],
      [49, 49],
    ]);
    expect(x.div(2).tolist()).toEqual([3.5, -3.5]);
    expect([x.eq(7), x.ne(7), x.lt(0), x.le(-7), x.gt(0), x.ge(7)].map((z) => z.tolist())).toEqual([
      [true, false],
      [false, true],
      [false, true],
      [false, true],
      [true, false],
      [true, false],
    ]);
    expect(x.divmod(2).map((z) => z.tolist())).toEqual([
      [3, -4],
      [1, 1],
    ]);
    expect(x.reshape(1, 2).matmul(x.reshape(2, 1)).tolist()).toEqual([[98]]);
  });

  it('reduce by axis or by options', () => {
    const y = arange(6).reshape(2, 3);
    expect(
      [y.sum(), y.sum(1), y.sum({ axis: 0, keepdims: true }), y.sum([0, 1])].map((z) => z.tolist()),
    ).toEqual([15, [3, 12], [[3, 5, 7]], 15]);
  });

  it('sort in place, views too', () => {
    const y = array([
      [3, 1],
      [2, 0],
    ]);
    y.at(0).sort();
    expect(y.tolist()).toEqual([
      [1, 3],
      [2, 0],
    ]);
    expect(() => y.sort({ axis: null })).toThrow(/in place an axis is needed/);
  });
});
