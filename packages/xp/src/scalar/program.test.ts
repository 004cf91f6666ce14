import { describe, expect, test } from 'vitest';
import { type DTypeName, dtype } from '../core/dtype.ts';
import { DTypeError, ValueError } from '../errors.ts';
import { apply, coord, type Expr, fold, input, lift, select } from './expr.ts';
import { type InputSpec, type Program, storedAs } from './program.ts';
import { specialize } from './specialize.ts';

const arrayOf = (name: DTypeName): InputSpec => ({
  kind: 'array',
  dtype: dtype(name),
  as: dtype(name),
  ndim: 1,
});
const rawOf = (name: DTypeName, ndim: number): InputSpec => ({ ...arrayOf(name), kind: 'raw', ndim });

const program = (exprs: readonly Expr[], ...inputs: InputSpec[]): Program =>
  specialize('test', exprs, inputs, []);
const typeOf = (e: Expr, ...names: DTypeName[]) => program([e], ...names.map(arrayOf)).outputs[0]?.dtype.name;
const opsOf = (p: Program) => p.code.map((i) => i.op);

describe('types', () => {
  const x = input(0);
  test.each<[string, Expr, DTypeName[], DTypeName]>([
    ['operands promote', x.add(input(1)), ['int32', 'float32'], 'float64'],
    ['weak constants do not', x.add(2), ['int8'], 'int8'],
    ['weak floats raise integers', x.mul(0.5), ['int32'], 'float64'],
    ['weak floats keep float16', x.mul(0.5), ['float16'], 'float16'],
    ['division raises integers', x.div(2), ['int8'], 'float32'],
    ['comparison', x.lt(2), ['float32'], 'bool'],
    ['magnitude of complex', x.abs(), ['complex128'], 'float64'],
    ['angle of integers', apply('angle', x.cast('float32')), ['int32'], 'float32'],
    ['selection promotes its sides', select(x.gt(0), x, input(1)), ['int8', 'int16'], 'int16'],
    ['cast', x.cast('bfloat16'), ['int8'], 'bfloat16'],
    ['count', apply('bitCount', x), ['int64'], 'uint8'],
    ['coordinates', coord(0).add(1), [], 'int32'],
    ['constants alone', lift(1).add(0.5), [], 'float64'],
    [
      'an accumulator that starts as an integer takes its next value',
      fold(2, [0], ([s]) => [s!.add(x)])[0]!,
      ['float32'],
      'float32',
    ],
    ['an accumulator of integers alone', fold(2, [0], ([s]) => [s!.add(1)])[0]!, [], 'int32'],
  ])('%s', (_, e, inputs, expected) => {
    expect(typeOf(e, ...inputs)).toBe(expected);
  });

  test('half types compute in float32', () => {
    const p = program([x.add(x)], arrayOf('float16'));
    expect(p.types.map((t) => t.name)).toEqual(['float32', 'float32']);
    expect(p.outputs[0]?.dtype.name).toBe('float16');
  });

  test('inverting booleans is logical', () => {
    expect(opsOf(program([x.not()], arrayOf('bool')))).toEqual(['load', 'logicalNot']);
  });

  test('an irrational function of constants computes as a float, whatever is stored', () => {
    const p = specialize('test', [lift(2).exp()], [], [dtype('int32')]);
    expect(p.code.map((i) => i.type.name)).toEqual(['float64', 'float64', 'int32']);
  });
});

describe('code', () => {
  const x = input(0);

  test('equal subexpressions are computed once, even when built apart', () => {
    const p = program([x.exp().add(1), input(0).exp().mul(2)], arrayOf('float32'));
    expect(opsOf(p).filter((op) => op === 'exp')).toHaveLength(1);
    expect(opsOf(p).filter((op) => op === 'load')).toHaveLength(1);
  });

  test('constants of two types are two values', () => {
    const p = program([x.add(1), input(1).add(1)], arrayOf('float32'), arrayOf('float64'));
    expect(opsOf(p).filter((op) => op === 'const')).toHaveLength(2);
  });

  test('0 and -0 are two constants', () => {
    const p = program([apply('copysign', x, 0), apply('copysign', x, -0)], arrayOf('float32'));
    expect(opsOf(p).filter((op) => op === 'copysign')).toHaveLength(2);
  });

  test('what does not depend on the step is computed outside the loop', () => {
    const p = program([fold(3, [0], ([s], i) => [s!.add(x.exp().mul(i))])[0]!], arrayOf('float32'));
    const loop = p.code.find((i) => i.op === 'fold')?.loop;
    expect(opsOf(p)).toContain('exp');
    expect(loop?.code.map((i) => i.op)).toEqual(['cast', 'mul', 'add']);
  });

  test('nested loops: the inner one is emitted where its values are', () => {
    const e = fold(2, [0], ([s], i) => [
      s!.add(fold(2, [0], ([t], j) => [t!.add(i.mul(10).add(j))])[0]!),
    ])[0]!;
    const outer = program([e]).code.find((i) => i.op === 'fold')?.loop;
    const inner = outer?.code.find((i) => i.op === 'fold')?.loop;
    expect(outer?.code.map((i) => i.op)).toContain('mul');
    expect(inner?.code.map((i) => i.op)).toEqual(['add', 'add']);
  });

  test('only programs that ask for coordinates keep their axes', () => {
    expect(program([x.add(1)], arrayOf('float32')).usesCoord).toBe(false);
    expect(program([x.add(coord(0))], arrayOf('float32')).usesCoord).toBe(true);
    expect(program([fold(2, [0], ([s]) => [s!.add(coord(0))])[0]!]).usesCoord).toBe(true);
  });

  test('simplification: adding 0, multiplying by 1 and -1, powers', () => {
    expect(x.add(0)).toBe(x);
    expect(lift(0).add(x)).toBe(x);
    expect(x.sub(0)).toBe(x);
    expect(x.mul(1)).toBe(x);
    expect(x.mul(-1).op).toBe('neg');
    expect(x.neg().neg()).toBe(x);
    expect([x.pow(2).op, x.pow(0.5).op, x.pow(-1).op, x.pow(1)]).toEqual(['square', 'sqrt', 'reciprocal', x]);
  });
});

describe('storedAs', () => {
  test('casts results on the way out, and is cached', () => {
    const p = program([input(0).add(1)], arrayOf('float32'));
    const q = storedAs(p, [dtype('int8')]);
    expect(opsOf(q)).toEqual([...opsOf(p), 'cast']);
    expect(q.outputs[0]?.dtype.name).toBe('int8');
    expect(storedAs(p, [dtype('int8')])).toBe(q);
    expect(storedAs(p, [dtype('float32')])).toBe(p);
  });

  test('a half type needs no cast, only another store', () => {
    const p = program([input(0).add(1)], arrayOf('float32'));
    expect(opsOf(storedAs(p, [dtype('float16')]))).toEqual(opsOf(p));
  });
});

describe('mistakes', () => {
  test.each<[string, () => unknown, RegExp]>([
    [
      'an operand that was not given',
      () => program([input(1)], arrayOf('float32')),
      /uses operand 1, but only 1/,
    ],
    [
      'a raw operand read as a value',
      () => program([input(0).add(1)], rawOf('float32', 1)),
      /is raw: read it with/,
    ],
    [
      'a wrong number of indices',
      () => program([input(0).at(0, 0)], rawOf('float32', 3)),
      /has 3 axes but .at\(\) got 2 indices/,
    ],
    [
      'bits of floats',
      () => program([input(0).or(1)], arrayOf('float32')),
      /'bitOr' has no form for float32/,
    ],
    [
      'an order of remainders of complex numbers',
      () => program([input(0).mod(2)], arrayOf('complex64')),
      /no form/,
    ],
  ])('%s', (_, mistake, message) => {
    expect(mistake).toThrow(DTypeError);
    expect(mistake).toThrow(message);
  });

  test('indexing what is no operand', () => {
    expect(() => input(0).add(1).at(0)).toThrow(ValueError);
  });

  test('a fold whose body returns too few values', () => {
    expect(() => fold(2, [0, 1], ([a]) => [a!])).toThrow('[fold] body returned 1 values for 2 accumulators');
  });

  test('a step outside its fold', () => {
    let step: Expr = lift(0);
    fold(2, [0], ([a], i) => {
      step = i;
      return [a!];
    });
    expect(() => program([step])).toThrow(/outside its fold/);
  });

  test('an operand that is no scalar', () => {
    expect(() => input(0).add('1' as never)).toThrow(DTypeError);
  });
});

describe('shared expressions', () => {
  test('are lowered once, however many paths lead to them', () => {
    let e = input(0);
    for (let i = 0; i < 60; i++) e = e.mul(e);
    // 2^60 paths lead to the input; one load and sixty products compute them all.
    expect(program([e], arrayOf('float32')).code.length).toBe(61);
  });
});
