import * as xp from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import { grad } from '../../core/backward.ts';
import { Variable } from '../../core/install.ts';
import { InvalidType } from '../../core/type-check.ts';
import { describeFunction, type FunctionDeclaration } from '../../testing/describe-function.ts';
import * as F from './index.ts';

const runner = { describe, it };

/** Name, function, the same by JavaScript, range and kinks. */
const unary: [
  string,
  (x: Variable) => Variable,
  (x: number) => number,
  Partial<{ low: number; high: number; avoid: number[] }>?,
][] = [
  ['absolute', F.absolute, Math.abs, { avoid: [0] }],
  ['arccos', F.arccos, Math.acos, { low: -0.8, high: 0.8 }],
  ['arcsin', F.arcsin, Math.asin, { low: -0.8, high: 0.8 }],
  ['arctan', F.arctan, Math.atan],
  ['arctanh', F.arctanh, Math.atanh, { low: -0.8, high: 0.8 }],
  ['cos', F.cos, Math.cos],
  ['cosh', F.cosh, Math.cosh],
  ['exp', F.exp, Math.exp],
  ['expm1', F.expm1, Math.expm1],
  ['log', F.log, Math.log, { low: 0.5, high: 3 }],
  ['log10', F.log10, Math.log10, { low: 0.5, high: 3 }],
  ['log1p', F.log1p, Math.log1p, { low: -0.5, high: 3 }],
  ['log2', F.log2, Math.log2, { low: 0.5, high: 3 }],
  ['neg', F.neg, (x) => -x],
  ['rsqrt', F.rsqrt, (x) => 1 / Math.sqrt(x), { low: 0.5, high: 3 }],
  ['sin', F.sin, Math.sin],
  ['sinh', F.sinh, Math.sinh],
  ['sqrt', F.sqrt, Math.sqrt, { low: 0.5, high: 3 }],
  ['square', F.square, (x) => x * x],
  ['tan', F.tan, Math.tan, { low: -1, high: 1 }],
];
for (const [name, apply, scalar, range] of unary) {
  describeFunction(runner, name, { apply, inputs: [{ shape: [3, 4], ...range }], scalar });
}

const steps: [string, (x: Variable) => Variable, (x: number) => number][] = [
  ['ceil', F.ceil, Math.ceil],
  ['fix', F.fix, Math.trunc],
  ['floor', F.floor, Math.floor],
  ['sign', F.sign, Math.sign],
];
for (const [name, apply, scalar] of steps) {
  describeFunction(runner, name, {
    apply,
    inputs: [{ shape: [3, 4], avoid: [-1, 0, 1] }],
    scalar,
    differentiable: false,
  });
  it(`${name} cuts the graph`, () => {
    expect(apply(new Variable(xp.array([0.5]))).requiresGrad).toBe(false);
  });
}

const apart: FunctionDeclaration['inputs'] = [
  { shape: [2, 3], values: [1, -2, 3, 0.5, 2, -1] },
  { shape: [2, 3], values: [2, 1, -1, 1.5, -2, 0.5] },
];
const binary: [
  string,
  (a: Variable, b: Variable) => Variable,
  (a: number, b: number) => number,
  FunctionDeclaration['inputs']?,
][] = [
  ['add', F.add, (a, b) => a + b],
  ['sub', F.sub, (a, b) => a - b],
  ['mul', F.mul, (a, b) => a * b],
  ['div', F.div, (a, b) => a / b, [[2, 3], { shape: [2, 3], low: 0.5, high: 2 }]],
  ['pow', F.pow, (a, b) => a ** b, [{ shape: [2, 3], low: 0.5, high: 2 }, [2, 3]]],
  [
    'arctan2',
    F.arctan2,
    Math.atan2,
    [
      { shape: [2, 3], low: 0.5, high: 2 },
      { shape: [2, 3], low: 0.5, high: 2 },
    ],
  ],
  [
    'fmod',
    F.fmod,
    (a, b) => a % b,
    [
      { shape: [2, 3], values: [5.5, -5.5, 2.2, 1.1, 7.3, -3.2] },
      { shape: [2, 3], values: [2, 2, -1.5, 3, 2, 1.3] },
    ],
  ],
  ['maximum', F.maximum, Math.max, apart],
  ['minimum', F.minimum, Math.min, apart],
];
for (const [name, apply, scalar, inputs] of binary) {
  describeFunction(runner, name, {
    apply: (a, b) => apply(a as Variable, b as Variable),
    inputs: inputs ?? [
      [2, 3],
      [2, 3],
    ],
    scalar,
  });
}

describeFunction(runner, 'mul of operands that broadcast', {
  apply: (a, b) => F.mul(a as Variable, b as Variable),
  inputs: [
    [2, 3, 2],
    [3, 1],
  ],
  reference: (a, b) => xp.multiply(a, b),
});
describeFunction(runner, 'add of three', {
  apply: (a, b, c) => F.add(a as Variable, b as Variable, c as Variable),
  inputs: [[2, 3], [2, 3], [3]],
  reference: (a, b, c) => xp.add(xp.add(a, b), c),
});
describeFunction(runner, 'arithmetic with numbers', {
  apply: (x) => F.div(2, F.add(F.sub(1, F.mul(x, 3)), F.pow(x, 3))),
  inputs: [{ shape: [2, 3], low: 0.4, high: 1.2 }],
  scalar: (x) => 2 / (1 - 3 * x + x ** 3),
});
describeFunction(runner, 'powers of a number', {
  apply: (x) => F.pow(1.5, x),
  inputs: [[2, 3]],
  scalar: (x) => 1.5 ** x,
});
describeFunction(runner, 'floordiv', {
  apply: (a, b) => F.floordiv(a as Variable, b as Variable),
  inputs: [
    { shape: [4], values: [7, -7, 5.5, 2] },
    { shape: [4], values: [2, 2, -2, 3] },
  ],
  scalar: (a, b) => Math.floor(a / b),
  differentiable: false,
});
describeFunction(runner, 'clip', {
  apply: (x) => F.clip(x, -0.5, 1),
  inputs: [{ shape: [3, 4], avoid: [-0.5, 1] }],
  scalar: (x) => Math.min(Math.max(x, -0.5), 1),
});
describeFunction(runner, 'clip without an upper bound', {
  apply: (x) => F.clip(x, 0, null),
  inputs: [{ shape: [3, 4], avoid: [0] }],
  scalar: (x) => Math.max(x, 0),
});
describeFunction(runner, 'linearInterpolate', {
  apply: (p, x, y) => F.linearInterpolate(p as Variable, x as Variable, y as Variable),
  inputs: [
    [2, 3],
    [2, 3],
    [2, 3],
  ],
  scalar: (p, x, y) => p * x + (1 - p) * y,
});
describeFunction(runner, 'bias', {
  apply: (x, y) => F.bias(x as Variable, y as Variable),
  inputs: [[2, 3, 4], [3]],
  reference: (x, y) => xp.add(x, y.reshape([3, 1])),
});
describeFunction(runner, 'scale at the last axes', {
  apply: (x, y) => F.scale(x as Variable, y as Variable, { axis: -2 }),
  inputs: [
    [2, 3, 4],
    [3, 4],
  ],
  reference: (x, y) => xp.multiply(x, y),
});

describe('conventions', () => {
  const gradient = (f: (x: Variable) => Variable, values: number[]) => {
    const x = new Variable(xp.array(values));
    return (grad([f(x)], [x])[0] as Variable).array.toArraySync();
  };

  it('clip passes the gradient at its bounds', () => {
    expect(gradient((x) => F.clip(x, -1, 1), [-1, -1.5, 1, 2])).toEqual([1, 0, 1, 0]);
  });

  it('absolute has the gradient 0 at 0', () => {
    expect(gradient(F.absolute, [0])).toEqual([0]);
  });

  it('of equal operands the first takes the gradient of maximum and minimum', () => {
    for (const f of [F.maximum, F.minimum]) {
      const [a, b] = [new Variable(xp.array([2])), new Variable(xp.array([2]))];
      expect(grad([f(a, b)], [a, b]).map((g) => g?.array.toArraySync())).toEqual([[1], [0]]);
    }
  });

  it('the square has a gradient at 0, the power 0 at every base', () => {
    expect(gradient((x) => F.pow(x, 2), [0, 3])).toEqual([0, 6]);
    expect(gradient((x) => F.pow(x, 0), [0.5])).toEqual([0]);
  });

  it('identity gives one variable for one, a list for several', () => {
    const [a, b] = [new Variable(xp.array([1])), new Variable(xp.array([2]))];
    expect(F.identity(a)).toBe(a);
    expect(F.identity(a, b)).toEqual([a, b]);
  });
});

describe('errors name function, operands and both values', () => {
  const x = new Variable(xp.ones([2, 3]));

  it.each<[string, () => unknown]>([
    [
      '[add] shapes do not broadcast: [2,3] and [3,2] (x0: float32[2,3], x1: float32[3,2])',
      () => F.add(x, xp.ones([3, 2])),
    ],
    [
      '[mul] x0 and x1 must have the same dtype: float32 != float64',
      () => F.mul(x, xp.ones([2, 3], { dtype: 'float64' })),
    ],
    [
      '[exp] x must have a floating dtype, got int32 (x: int32[2])',
      () => F.exp(xp.ones([2], { dtype: 'int32' })),
    ],
    [
      '[linearInterpolate] p and y must have the same shape: [2,3] != [3,2]',
      () => F.linearInterpolate(x, x, xp.ones([3, 2])),
    ],
    ["[bias] y must have the shape of x's axes from 1 on, got [2] for [2,3]", () => F.bias(x, xp.ones([2]))],
  ])('%s', (message, call) => {
    expect(call).toThrow(InvalidType);
    expect(call).toThrow(message);
  });

  it.each<[string, () => unknown]>([
    ['[clip] xMin and xMax must not both be null', () => F.clip(x, null, null)],
    ['[clip] xMin must not exceed xMax, got 2 and 1', () => F.clip(x, 2, 1)],
    ['[add] takes at least one argument, got none', () => F.add()],
  ])('%s', (message, call) => {
    expect(call).toThrow(message);
  });
});
