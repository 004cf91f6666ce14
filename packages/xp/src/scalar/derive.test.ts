import { describe, expect, test } from 'vitest';
import { array, DTypeError, ElementwiseKernel, ValueError } from '../index.ts';
import { derive, substitute, usesInput } from './derive.ts';
import { apply, type Expr, fold, input, lift, select } from './expr.ts';
import type { OpName } from './op-name.ts';
import { opOf, ops } from './ops.ts';

/** Value of an expression of one or two inputs at float64 points. */
function evaluate(expr: Expr, ...points: number[]): number {
  const kernel = new ElementwiseKernel('value', points.length, (...symbols) => substitute(expr, symbols));
  return kernel
    .call(points.map((p) => array([p], { dtype: 'float64' })))
    .astype('float64')
    .dataSync()[0] as number;
}

/** Central difference of the value with respect to input k. */
function numerical(expr: Expr, k: number, points: readonly number[], eps = 1e-5): number {
  const at = (sign: number) => evaluate(expr, ...points.map((p, i) => (i === k ? p + sign * eps : p)));
  return (at(1) - at(-1)) / (2 * eps);
}

/** Points inside the domain of each operation where the default ones are not. */
const points: Partial<Record<OpName, readonly number[]>> = {
  asin: [0.3],
  acos: [0.3],
  atanh: [0.3],
  acosh: [1.7],
  pow: [1.3, 2.4],
  mod: [5.3, 2.1],
  fmod: [5.3, 2.1],
  ldexp: [0.7, 2],
  frexpMantissa: [0.7],
};

const real = (Object.keys(ops) as OpName[]).filter((op) => {
  const { rule, f } = opOf(op);
  return (
    f !== null &&
    ['same', 'float', 'real', 'scale'].includes(rule) &&
    op !== 'frexpMantissa' &&
    op !== 'nextafter'
  );
});

describe('symbolic derivatives agree with numerical ones', () => {
  test.each(real)('%s, first and second', (op) => {
    const { arity } = opOf(op);
    const at = points[op] ?? [0.7, 0.4].slice(0, arity);
    const symbols = at.map((_, k) => input(k));
    const y = op === 'ldexp' ? apply(op, input(0), input(1).cast('int32')) : apply(op, ...symbols);
    const targets = op === 'ldexp' ? symbols.slice(0, 1) : symbols;
    const first = derive(y, targets, lift(1));
    first.forEach((dy, k) => {
      expect(evaluate(dy, ...at)).toBeCloseTo(numerical(y, k, at), 6);
      derive(dy, targets, lift(1)).forEach((d2y, j) => {
        expect(evaluate(d2y, ...at)).toBeCloseTo(numerical(dy, j, at), 5);
      });
    });
  });

  test('a composition that uses an input on several paths', () => {
    const x = input(0);
    const y = input(1);
    const f = x.mul(y).exp().add(x.tanh().mul(x)).div(y.square().add(1));
    const [dx, dy] = derive(f, [x, y], lift(1)) as [Expr, Expr];
    expect(evaluate(dx, 0.3, -0.8)).toBeCloseTo(numerical(f, 0, [0.3, -0.8]), 7);
    expect(evaluate(dy, 0.3, -0.8)).toBeCloseTo(numerical(f, 1, [0.3, -0.8]), 7);
  });

  test('selection sends the gradient to the side that is taken', () => {
    const x = input(0);
    const [dx] = derive(select(x.gt(0), x.mul(3), x.mul(5)), [x], lift(1)) as [Expr];
    expect([evaluate(dx, 2), evaluate(dx, -2)]).toEqual([3, 5]);
  });

  test('what does not matter gets the constant 0', () => {
    const [, dy] = derive(input(0).mul(2), [input(0), input(1)], lift(1)) as [Expr, Expr];
    expect([dy.op, dy.attr]).toEqual(['const', 0]);
  });

  test('the incoming gradient may be an operand', () => {
    const [dx] = derive(input(0).square(), [input(0)], input(1)) as [Expr];
    expect(evaluate(dx, 3, 10)).toBe(60);
  });
});

describe('what cannot be derived says so', () => {
  test('a raw access', () => {
    expect(() => derive(input(0).at(input(1)), [input(0)], lift(1))).toThrow(ValueError);
  });

  test('a fold', () => {
    const x = input(0);
    const power = fold(3, [1], ([p]) => [p!.mul(x)])[0] as Expr;
    expect(() => derive(power, [x], lift(1))).toThrow(/declare the gradient/);
  });
});

describe('substitute and usesInput', () => {
  test('inputs are replaced everywhere, inside folds too', () => {
    const sum = fold(2, [0], ([s]) => [s!.add(input(0))])[0] as Expr;
    expect(evaluate(substitute(sum.add(input(1)), [input(1), input(0)]), 1, 10)).toBe(21);
  });

  test('usesInput', () => {
    expect([usesInput(input(1).add(1), 0), usesInput(input(1).add(1), 1)]).toEqual([false, true]);
  });
});

test('an operation without a form for a type says which', () => {
  const bits = new ElementwiseKernel('bits', 1, (x) => x.and(1));
  expect(() => bits.call([array([1.5])])).toThrow(DTypeError);
  expect(() => bits.call([array([1.5])])).toThrow("[bits] 'bitAnd' has no form for float32");
});
