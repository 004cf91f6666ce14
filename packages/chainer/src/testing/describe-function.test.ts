import * as xp from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import { FunctionNode } from '../core/function-node.ts';
import { Variable } from '../core/install.ts';
import { relu } from '../functions/activation/relu.ts';
import { linear } from '../functions/connection/linear.ts';
import { mul } from '../functions/math/arithmetic.ts';
import { describeFunction, type FunctionDeclaration } from './describe-function.ts';

describeFunction({ describe, it }, 'relu', {
  apply: (x) => relu(x),
  inputs: [{ shape: [3, 4], avoid: [0] }],
  scalar: (x) => Math.max(x, 0),
});

describeFunction({ describe, it }, 'linear', {
  apply: (x, W, b) => linear(x, W, b),
  inputs: [[4, 3], [2, 3], [2]],
  reference: (x, W, b) => {
    const rows = x.toArraySync() as number[][];
    const [M, c] = [W.toArraySync() as number[][], b.toArraySync() as number[]];
    const dot = (u: readonly number[], v: readonly number[]) =>
      u.reduce((sum, value, k) => sum + value * (v[k] as number), 0);
    const y = rows.map((row) => c.map((bias, j) => dot(row, M[j] as number[]) + bias));
    return rows.length > 0 ? y : xp.zeros([0, c.length], { device: 'js' });
  },
});

/** Runs the tests of a declaration and returns the titles of those that fail. */
function failures(declared: FunctionDeclaration): string[] {
  const failed: string[] = [];
  describeFunction(
    {
      describe: (_, body) => body(),
      it: (title, body) => {
        try {
          void body();
        } catch {
          failed.push(title.split(',')[0] as string);
        }
      },
    },
    'wrong',
    { dtypes: ['float32'], ...declared },
  );
  return [...new Set(failed)];
}

/** A cube whose gradient, or whose second gradient, is wrong. */
class Cube extends FunctionNode {
  readonly label = 'cube';
  private readonly factor: number;
  private readonly loseGraph: boolean;
  constructor(factor: number, loseGraph: boolean) {
    super();
    this.factor = factor;
    this.loseGraph = loseGraph;
  }
  forward([x]: readonly xp.NdArray[]) {
    this.retainInputs([0]);
    return [(x as xp.NdArray).mul(x as xp.NdArray).mul(x as xp.NdArray)];
  }
  override backward(_targets: readonly number[], [gy]: readonly (Variable | null)[]) {
    const x = this.getRetainedInput(0);
    const cut = this.loseGraph ? new Variable(x.array, { requiresGrad: false }) : x;
    return [mul(mul(mul(cut, cut), this.factor), gy as Variable)];
  }
}
const cube = (factor: number, loseGraph = false): FunctionDeclaration => ({
  apply: (x) => new Cube(factor, loseGraph).apply([x]),
  inputs: [[2, 3]],
  scalar: (x) => x ** 3,
});

describe('describeFunction', () => {
  it('passes a right function', () => {
    expect(failures(cube(3))).toEqual([]);
  });

  it('notices a wrong value', () => {
    expect(failures({ ...cube(3), scalar: (x) => x ** 3 + 0.01 })).toEqual(['computes its reference']);
  });

  it('notices a wrong gradient', () => {
    expect(failures(cube(2.9))).toContain('has the gradient of differences');
  });

  it('notices a second gradient that is lost', () => {
    expect(failures(cube(3, true))).toEqual(['has the second gradient of differences']);
  });

  it('notices changed arguments', () => {
    const declared = {
      ...cube(3),
      apply: (x: Variable) => mul(new Variable(x.array.fill(1)), 1),
      scalar: () => 1,
      differentiable: false,
    };
    expect(failures(declared)).toContain('computes its reference');
  });

  it('notices a wrong dtype', () => {
    const declared = {
      ...cube(3),
      apply: (x: Variable) => new Variable(x.array.astype('float64').pow(3)),
      differentiable: false,
    };
    expect(failures(declared)).toContain('computes its reference');
  });

  it('wants exactly one reference', () => {
    expect(() => failures({ apply: (x) => x, inputs: [[2]] })).toThrow("say either 'reference' or 'scalar'");
  });
});
