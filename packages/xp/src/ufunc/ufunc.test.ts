import { describe, expect, test } from 'vitest';
import {
  add,
  array,
  bitwiseAnd,
  complex,
  DTypeError,
  type DTypeName,
  divide,
  divmod,
  equal,
  exp,
  frexp,
  greater,
  ldexp,
  less,
  lessEqual,
  logicalNot,
  maximum,
  multiply,
  type NdArray,
  negative,
  notEqual,
  ones,
  power,
  s,
  sqrt,
  subtract,
  trueDivide,
  ValueError,
  zeros,
} from '../index.ts';

const of = (name: DTypeName, values: readonly number[] = [1, 2]) => array(values, { dtype: name });

describe('types of results', () => {
  test.each<[string, () => NdArray, DTypeName]>([
    ['int8 + uint8', () => add(of('int8'), of('uint8')), 'int16'],
    ['int64 + uint64', () => add(of('int64'), of('uint64')), 'float64'],
    ['float16 + bfloat16', () => add(of('float16'), of('bfloat16')), 'float32'],
    ['bfloat16 + uint8', () => add(of('bfloat16'), of('uint8')), 'bfloat16'],
    ['bool + bool', () => add(of('bool'), of('bool')), 'bool'],
    ['int8 / int8', () => divide(of('int8'), of('int8')), 'float64'],
    ['sqrt(int8)', () => sqrt(of('int8')), 'float16'],
    ['sqrt(int16)', () => sqrt(of('int16')), 'float32'],
    ['int8 + weak integer', () => add(of('int8'), 1), 'int8'],
    ['weak integer + int8', () => add(1, of('int8')), 'int8'],
    ['int8 + weak float', () => add(of('int8'), 0.5), 'float64'],
    ['bool + weak integer', () => add(of('bool'), 1), 'int64'],
    ['float16 + weak complex', () => add(of('float16'), complex(0, 1)), 'complex64'],
    ['float32 + bigint', () => add(of('float32'), 1n), 'float32'],
    ['two scalars are literals', () => add(1, 2), 'float32'],
    ['int32 > weak float', () => greater(of('int32'), 0.5), 'bool'],
  ])('%s', (_, call, expected) => {
    expect(call().dtype.name).toBe(expected);
  });
});

describe('values', () => {
  test('unsigned and signed integers wrap', () => {
    expect(subtract(of('uint8', [1]), of('uint8', [2])).toArraySync()).toEqual([255]);
    expect(negative(of('int8', [-128])).toArraySync()).toEqual([-128]);
    expect(multiply(of('int32', [2 ** 30]), 4).toArraySync()).toEqual([0]);
    expect(add(array([2n ** 63n - 1n]), 1n).toArraySync({ bigint: true })).toEqual([-(2n ** 63n)]);
  });

  test('a weak scalar is rounded to the dtype it stands beside', () => {
    expect(equal(of('float32', [0.1]), 0.1).toArraySync()).toEqual([true]);
    expect(equal(of('float16', [0.1]), 0.1).toArraySync()).toEqual([true]);
  });

  test('comparison with an integer that the dtype cannot hold goes by value', () => {
    const x = of('uint8', [0, 255]);
    expect(
      [less(x, 256), less(256, x), equal(x, -1), notEqual(x, 300), lessEqual(x, -1)].map((r) =>
        r.toArraySync(),
      ),
    ).toEqual([
      [true, true],
      [false, false],
      [false, false],
      [true, true],
      [false, false],
    ]);
  });

  test('int64 and uint64 compare exactly', () => {
    const big = array([2n ** 63n], { dtype: 'uint64' });
    const small = array([-1n, 2n ** 63n - 1n]);
    expect(less(small, big).toArraySync()).toEqual([true, true]);
    expect(greater(small, big).toArraySync()).toEqual([false, false]);
    expect(equal(big, array([-(2n ** 63n)])).toArraySync()).toEqual([false]);
    expect(greater(big, small).toArraySync()).toEqual([true, true]);
  });

  test('non-contiguous and zero-size operands', () => {
    const x = array([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(add(x.transpose(), array([10, 20])).toArraySync()).toEqual([
      [11, 24],
      [12, 25],
      [13, 26],
    ]);
    expect(add(x.at(s(), s(null, null, -2)), 0.5).toArraySync()).toEqual([
      [3.5, 1.5],
      [6.5, 4.5],
    ]);
    expect(add(zeros([0, 3]), zeros([1, 3])).shape).toEqual([0, 3]);
  });

  test('several results', () => {
    const [q, r] = divmod(of('int32', [7, -7]), 2);
    expect([q.toArraySync(), r.toArraySync()]).toEqual([
      [3, -4],
      [1, 1],
    ]);
    const [m, e] = frexp(of('float64', [6]));
    expect([m.toArraySync(), e.toArraySync(), e.dtype.name]).toEqual([[0.75], [3], 'int32']);
  });

  test('ldexp of exponents that 32 bits cannot hold', () => {
    const e = array([2n ** 40n, -(2n ** 40n), 2n]);
    expect(ldexp(of('float64', [1, 1, 1]), e).toArraySync()).toEqual([Number.POSITIVE_INFINITY, 0, 4]);
  });
});

describe('options', () => {
  test('out receives the result and is returned', () => {
    const out = zeros([2], { dtype: 'float64' });
    expect(add(of('float32'), 1, { out })).toBe(out);
    expect(out.toArraySync()).toEqual([2, 3]);
  });

  test('out is cast within a kind, with casting unsafe to any', () => {
    const out = zeros([2], { dtype: 'int32' });
    expect(() => add(of('float32'), 0.5, { out })).toThrow(
      "[add] cannot cast the result from float32 to out's int32 under rule 'same_kind'",
    );
    add(of('float32'), 0.75, { out, casting: 'unsafe' });
    expect(out.toArraySync()).toEqual([1, 2]);
    const half = zeros([2], { dtype: 'float16' });
    exp(zeros([2]), { out: half });
    expect(half.toArraySync()).toEqual([1, 1]);
  });

  test('several outs', () => {
    const out = [zeros([1]), null] as const;
    const [q, r] = divmod(array([7]), 2, { out });
    expect(q).toBe(out[0]);
    expect([q.toArraySync(), r.toArraySync()]).toEqual([[3], [1]]);
  });

  test('dtype chooses the loop', () => {
    expect(add(of('int32'), of('int32'), { dtype: 'float64' }).dtype.name).toBe('float64');
    expect(trueDivide(of('int32'), 2, { dtype: 'float32' }).dtype.name).toBe('float32');
    expect(equal(of('int32'), 2, { dtype: 'bool' }).toArraySync()).toEqual([false, true]);
    expect(() => add(of('float64'), 1, { dtype: 'int32' })).toThrow(
      "[add] cannot cast an operand from float64 to int32 under rule 'same_kind'",
    );
    expect(() => sqrt(of('float32'), { dtype: 'int32' })).toThrow(DTypeError);
  });

  test('where leaves the rest of out alone; without out the rest is 0', () => {
    const mask = array([true, false]);
    const out = of('float32', [7, 7]);
    expect(add(of('float32'), 10, { out, where: mask })).toBe(out);
    expect(out.toArraySync()).toEqual([11, 7]);
    expect(add(of('float32'), 10, { where: mask }).toArraySync()).toEqual([11, 0]);
    expect(add(of('int8'), 1, { where: false }).toArraySync()).toEqual([0, 0]);
    expect(add(of('int8'), 1, { where: true }).toArraySync()).toEqual([2, 3]);
  });

  test('where broadcasts the result and must be boolean', () => {
    const mask = array([[true], [false]]);
    expect(add(of('float32'), 1, { where: mask }).toArraySync()).toEqual([
      [2, 3],
      [0, 0],
    ]);
    expect(() => add(of('float32'), 1, { where: ones([2]) })).toThrow(
      '[add] where must be a bool array, got float32',
    );
  });

  test('in place: same view, overlapping view, another dtype', () => {
    const x = array([1, 2, 3]);
    add(x, x, { out: x });
    expect(x.toArraySync()).toEqual([2, 4, 6]);
    add(x.at(s(1)), x.at(s(0, -1)), { out: x.at(s(1)) });
    expect(x.toArraySync()).toEqual([2, 6, 10]);
    maximum(x, x.at(s(null, null, -1)), { out: x });
    expect(x.toArraySync()).toEqual([10, 6, 10]);
  });
});

describe('mistakes', () => {
  test.each<[string, () => unknown, string]>([
    ['shapes', () => add(zeros([2]), zeros([3])), '[add] shapes (2,) and (3,) cannot be broadcast together'],
    [
      'out of another shape',
      () => add(zeros([2]), 1, { out: zeros([3]) }),
      '[add] out has shape (3,) but the result has shape (2,)',
    ],
    ['an integer too great', () => add(of('uint8'), 256), '[add] the integer 256 is out of bounds for uint8'],
    [
      'an integer too small',
      () => add(-129n, of('int8')),
      '[add] the integer -129 is out of bounds for int8',
    ],
  ])('%s: ValueError', (_, mistake, message) => {
    expect(mistake).toThrow(ValueError);
    expect(mistake).toThrow(message);
  });

  test.each<[string, () => unknown, string]>([
    [
      'difference of booleans',
      () => subtract(of('bool'), of('bool')),
      '[subtract] not supported for bool and bool; for booleans use bitwiseXor or logicalXor',
    ],
    [
      'negative of booleans',
      () => negative(of('bool')),
      '[negative] not supported for bool; for booleans use logicalNot',
    ],
    [
      'bits of floats',
      () => bitwiseAnd(of('float32'), of('float32')),
      '[bitwiseAnd] not supported for float32 and float32',
    ],
    [
      'exponent that is no integer',
      () => ldexp(of('float32'), of('float32')),
      '[ldexp] not supported for float32 and float32',
    ],
    [
      'a list',
      () => add([1, 2] as never, 1),
      '[add] operands are arrays or scalars, got a JavaScript array; make an array of it with array(x)',
    ],
    [
      'a typed array',
      () => exp(new Float32Array(2) as never),
      '[exp] operands are arrays or scalars, got Float32Array; make an array',
    ],
    [
      'nothing',
      () => logicalNot(undefined as never),
      '[logicalNot] operands are arrays or scalars, got undefined',
    ],
  ])('%s: DTypeError', (_, mistake, message) => {
    expect(mistake).toThrow(DTypeError);
    expect(mistake).toThrow(message);
  });

  test('an integer raised to a negative power', () => {
    expect(() => power(of('int32'), -1)).toThrow(
      '[power] integers to negative integer powers are not allowed',
    );
  });
});
