import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  array,
  type DType,
  DTypeError,
  defaultDevice,
  dtypes,
  type NdArray,
  type Scalar,
  setDefaultDevice,
} from '../index.ts';
import { Kernel } from '../kernel/kernel.ts';
import { launch } from '../kernel/launch.ts';
import { ReductionKernel } from '../kernel/reduction-kernel.ts';
import { apply, coord, fold, input, select } from '../scalar/expr.ts';
import type { OpName } from '../scalar/op-name.ts';
import { opOf, ops } from '../scalar/ops.ts';
import { setCanCompile } from './compile.ts';

const before = defaultDevice();
beforeAll(() => {
  setDefaultDevice('js');
});
afterAll(() => {
  setDefaultDevice(before);
});
afterEach(() => setCanCompile(null));

/** Values that reach the corners of a dtype's arithmetic. */
function samples(d: DType, small: boolean): NdArray {
  if (d.kind === 'b') return array([true, false, true, true, false, false], { dtype: d });
  const integers = small ? [0, 1, 3, 2, 5, 1] : [0, 1, 7, 100, 13, 90];
  if (d.kind === 'u') return array(integers, { dtype: d });
  if (d.kind === 'i') return array(small ? integers : [0, -1, 7, -128, 13, 90], { dtype: d });
  const floats = small
    ? [0.5, -0, 2, -1.5, 3, 0.25]
    : [0, -1.25, 0.3, 65000, Number.NaN, Number.POSITIVE_INFINITY];
  return array(floats, { dtype: d });
}

function bytes(kernel: Kernel, operands: readonly (NdArray | Scalar)[]): readonly unknown[] {
  return launch(kernel.program(operands), operands, null, 'test').map((r) => [r.dtype.name, r.dataSync()]);
}

/** What a kernel gives when text becomes code, and when it may not. Kernels are made anew: each keeps its compiled form. */
function both(make: () => Kernel, operands: readonly (NdArray | Scalar)[]): [unknown, unknown] {
  setCanCompile(true);
  const compiled = bytes(make(), operands);
  setCanCompile(false);
  return [compiled, bytes(make(), operands)];
}

function hasForm(op: OpName, d: DType): boolean {
  try {
    new Kernel(op, [apply(op, ...inputsOf(op))]).program(operandsOf(op, d));
    return true;
  } catch (error) {
    if (error instanceof DTypeError) return false;
    throw error;
  }
}

const inputsOf = (op: OpName) => Array.from({ length: opOf(op).arity }, (_, k) => input(k));
const operandsOf = (op: OpName, d: DType) => inputsOf(op).map((_, k) => samples(d, k === 1));

describe('kernels as closures give the numbers of compiled kernels', () => {
  const names = Object.keys(ops) as OpName[];

  test('every operation has a form for some dtype', () => {
    for (const op of names) expect([op, dtypes.filter((d) => hasForm(op, d)).length]).not.toEqual([op, 0]);
  });

  test.each(dtypes)('every operation that $name has', (d) => {
    const having = names.filter((op) => hasForm(op, d));
    expect(having.length).toBeGreaterThan(30);
    for (const op of having) {
      const [compiled, closed] = both(() => new Kernel(op, [apply(op, ...inputsOf(op))]), operandsOf(op, d));
      expect([op, closed]).toEqual([op, compiled]);
    }
  });

  test.each(dtypes)('casts of $name to every dtype', (d) => {
    for (const to of dtypes) {
      const [compiled, closed] = both(() => new Kernel('cast', [input(0).cast(to)]), [samples(d, false)]);
      expect([to.name, closed]).toEqual([to.name, compiled]);
    }
  });

  test('coordinates, raw reads, selection, folds, scalars, several results', () => {
    const make = () => {
      const x = input(0);
      const total = fold(coord(0).add(1), [0, 1], ([sum, product], i) => [
        sum!.add(x.at(i)),
        product!.mul(x.at(i)),
      ]);
      return new Kernel(
        'prefix',
        [total[0]!, total[1]!, select(coord(0).gt(input(1)), 1, x.at(coord(0)))],
        [true, false],
      );
    };
    const x = array([1, 2, 3, 4]);
    const run = (compile: boolean) => {
      setCanCompile(compile);
      const operands = [x, 1];
      return launch(make().program(operands), operands, null, 'test', [4]).map((r) => r.toArraySync());
    };
    expect(run(true)).toEqual([
      [1, 3, 6, 10],
      [1, 2, 6, 24],
      [1, 2, 1, 1],
    ]);
    expect(run(false)).toEqual(run(true));
  });

  test('folds in complex and in 64-bit integers', () => {
    for (const name of ['complex64', 'int64'] as const) {
      const x = array([1, 2, 3], { dtype: name });
      const run = (compile: boolean) => {
        setCanCompile(compile);
        const power = new Kernel('power', [fold(3, [1], ([p]) => [p!.mul(input(0))])[0]!]);
        return launch(power.program([x]), [x], null, 'test')[0]!
          .astype('float64')
          .toArraySync();
      };
      expect(run(true)).toEqual([1, 8, 27]);
      expect(run(false)).toEqual([1, 8, 27]);
    }
  });

  test('folds that end where a condition holds', () => {
    const x = array([2, 3, 200]);
    const run = (compile: boolean) => {
      setCanCompile(compile);
      // Powers below 100, and how many there are before; a count of 4 holds where the condition never does.
      const [power, steps] = fold(
        4,
        [1, 0],
        ([p, n]) => [p!.mul(input(0)), n!.add(1)],
        ([p], i) => p!.gt(99).and(i.gt(0)),
      );
      const kernel = new Kernel('power', [power!, steps!]);
      return launch(kernel.program([x]), [x], null, 'test').map((r) => r.toArraySync());
    };
    expect(run(true)).toEqual([
      [16, 81, 200],
      [4, 4, 1],
    ]);
    expect(run(false)).toEqual(run(true));
  });

  test.each(['float16', 'float32', 'int64', 'complex128', 'bool'] as const)('reductions of %s', (name) => {
    const x = array(
      [
        [1, 2, 0],
        [4, 5, 6],
      ],
      { dtype: name },
    );
    const run = (compile: boolean) => {
      setCanCompile(compile);
      const mean = new ReductionKernel('mean', 1, {
        reduce: (a, b) => a.add(b),
        post: (a, n) => a.div(n),
        identity: 0,
      });
      return mean.call([x], { axis: 1 }).dataSync();
    };
    expect(run(false)).toEqual(run(true));
  });
});
