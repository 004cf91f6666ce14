import {
  array,
  type Device,
  type DTypeName,
  defaultDtype,
  devices,
  dtype,
  js,
  NdArray,
  NeedsHostSyncError,
  type NestedScalars,
  random,
} from '@chainer/xp';
import { Variable } from '../core/variable.ts';
import { checkBackward, checkDoubleBackward } from '../gradient-check/check-backward.ts';
import { hostNumbers } from '../gradient-check/numerical-grad.ts';
import { assertAgreement, movedTo, resultsOf } from './agreement.ts';
import { assertAllclose } from './assert-allclose.ts';

/** The test runner's functions: those of vitest, of Jest, of node:test. */
export interface TestRunner {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly it: (name: string, body: () => void | Promise<void>) => unknown;
}

/** One argument of a function under test. */
export interface InputDeclaration {
  readonly shape: readonly number[];
  /** Values are uniform between these; -2 and 2 unless given. */
  readonly low?: number;
  readonly high?: number;
  /** Kinks of the function: values keep 0.1 away from them. */
  readonly avoid?: readonly number[];
  /** These values instead of random ones, in C order. */
  readonly values?: readonly number[];
  /** A dtype of its own, for labels and indices: it has no gradient then, unless it is floating. */
  readonly dtype?: DTypeName;
}

/** Largest differences, `atol + rtol |expected|`. */
export interface Tolerance {
  readonly atol: number;
  readonly rtol: number;
}

/** Everything that there is to say about a function; its tests follow. */
export interface FunctionDeclaration {
  /** Applies the function. */
  readonly apply: (...xs: Variable[]) => Variable | readonly Variable[];
  /** Its arguments: shapes, or more. */
  readonly inputs: readonly (readonly number[] | InputDeclaration)[];
  /** The result by other means, from float64 arrays on `js`: arrays or nested lists. Say either this or `scalar`. */
  readonly reference?: (...xs: NdArray[]) => NdArray | NestedScalars | readonly (NdArray | NestedScalars)[];
  /** The result at one element, for elementwise functions of arguments of one shape. */
  readonly scalar?: (...xs: number[]) => number;
  /** How many results there are; 1 unless given. Says whether `reference` returns one or a list. */
  readonly outputs?: number;
  /** Floating dtypes; float16, float32 and float64 unless given. */
  readonly dtypes?: readonly DTypeName[];
  /** Tolerances of values, gradients and second gradients, by dtype, where the usual ones do not do. */
  readonly forward?: Partial<Record<DTypeName, Tolerance>>;
  readonly backward?: Partial<Record<DTypeName, Tolerance>>;
  readonly doubleBackward?: Partial<Record<DTypeName, Tolerance>>;
  /** Half the distance of differences; 1e-3 unless given. */
  readonly eps?: number;
  /** Whether there are gradients; true unless given. */
  readonly differentiable?: boolean;
  /**
   * Extents of the arguments for the test with no elements. Unless given, the first axis of the first argument is 0, and of those
   * others that have the same extent there; false where the function refuses such arguments.
   */
  readonly empty?: readonly (readonly number[])[] | false;
  /** Whether results are float32 (or another dtype) whatever the arguments are. */
  readonly outputDtype?: DTypeName;
  /** Whether it must read its arguments, so that devices that are read by waiting refuse it; false unless given. */
  readonly reads?: boolean;
}

const forwardTolerance: Record<string, Tolerance> = {
  float16: { atol: 5e-3, rtol: 5e-3 },
  bfloat16: { atol: 4e-2, rtol: 4e-2 },
  float32: { atol: 1e-5, rtol: 1e-4 },
  float64: { atol: 1e-10, rtol: 1e-9 },
};
const gradTolerance: Record<string, Tolerance> = {
  float16: { atol: 2e-2, rtol: 2e-2 },
  bfloat16: { atol: 1e-1, rtol: 1e-1 },
  float32: { atol: 1e-4, rtol: 1e-3 },
  float64: { atol: 1e-5, rtol: 1e-4 },
};

type Layout = 'contiguous' | 'strided' | 'reversed';

/**
 * Tests a function from one declaration, on every device that is ready and in every dtype: values against the reference (also of
 * arguments that are not contiguous, and of arguments without elements), shapes and dtypes, arguments left as they were,
 * gradients and second gradients against differences. On devices that are read by waiting, all results are compared with those of `js`.
 *
 * @example
 * import { functions as F } from 'chainer';
 * import { describeFunction } from 'chainer/testing';
 * // The runner is `{ describe, it }` of vitest, Jest or node:test; this one runs the tests at once.
 * const runner = { describe: (_: string, body: () => void) => body(), it: (_: string, body: () => void) => body() };
 * describeFunction(runner, 'relu', {
 *   apply: (x) => F.relu(x),
 *   inputs: [{ shape: [3, 4], avoid: [0] }],
 *   scalar: (x) => Math.max(x, 0),
 * });
 */
export function describeFunction(
  { describe, it }: TestRunner,
  name: string,
  declared: FunctionDeclaration,
): void {
  if ((declared.reference === undefined) === (declared.scalar === undefined)) {
    throw new Error(`[describeFunction] ${name}: say either 'reference' or 'scalar'`);
  }
  describe(name, () => {
    for (const device of devices()) {
      if (!device.synchronous) {
        const d = (declared.dtypes ?? [defaultDtype().name]).find((each) => device.supports(dtype(each)));
        if (d === undefined) continue;
        const test = new FunctionTest(declared, device, d);
        if (declared.reads)
          it(`is refused, since it reads its arguments, on ${device.name}`, () => test.refused());
        else
          it(`agrees with js in values, gradients and second gradients, ${d} on ${device.name}`, () =>
            test.agrees());
        continue;
      }
      for (const d of declared.dtypes ?? (['float16', 'float32', 'float64'] as const)) {
        if (!device.supports(dtype(d))) continue;
        const test = new FunctionTest(declared, device, d);
        for (const layout of ['contiguous', 'strided', 'reversed'] as const) {
          it(`computes its reference, ${layout} ${d} on ${device.name}`, () => test.forward(layout));
        }
        if (declared.differentiable ?? true) {
          it(`has the gradient of differences, ${d} on ${device.name}`, () => test.backward());
          it(`has the second gradient of differences, ${d} on ${device.name}`, () => test.doubleBackward());
        }
        if (declared.empty !== false)
          it(`takes arguments without elements, ${d} on ${device.name}`, () => test.empty());
      }
    }
  });
}

const listOf = <T>(x: T | readonly T[]): readonly T[] => (Array.isArray(x) ? (x as readonly T[]) : [x as T]);

class FunctionTest {
  private readonly declared: FunctionDeclaration;
  private readonly device: Device;
  private readonly dtype: DTypeName;
  private readonly specs: readonly InputDeclaration[];
  private readonly rng = new random.RandomState(42);

  constructor(declared: FunctionDeclaration, device: Device, d: DTypeName) {
    this.declared = declared;
    this.device = device;
    this.dtype = d;
    this.specs = declared.inputs.map((x) =>
      Array.isArray(x) ? { shape: x as readonly number[] } : (x as InputDeclaration),
    );
  }

  forward(layout: Layout): void {
    const xs = this.inputs().map((x) => laidOut(x, layout));
    const before = xs.map(hostNumbers);
    const ys = listOf(this.declared.apply(...xs.map((x) => new Variable(x))));
    this.compare(ys, xs);
    xs.forEach((x, i) => {
      if (!hostNumbers(x).every((v, k) => Object.is(v, before[i]?.[k])))
        throw new Error(`argument ${i} was changed`);
    });
  }

  backward(): void {
    const xs = this.inputs();
    const { atol, rtol } = this.declared.backward?.[this.dtype] ?? (gradTolerance[this.dtype] as Tolerance);
    checkBackward(this.declared.apply, xs, this.gradients(xs), { ...this.differences(), atol, rtol });
  }

  doubleBackward(): void {
    const xs = this.inputs();
    const { atol, rtol } =
      this.declared.doubleBackward?.[this.dtype] ?? (gradTolerance[this.dtype] as Tolerance);
    const ggs = xs.map((x) => (x.dtype.kind === 'f' ? this.uniform(x.shape, -1, 1, this.dtype) : null));
    checkDoubleBackward(this.declared.apply, xs, this.gradients(xs), ggs, {
      ...this.differences(),
      atol,
      rtol,
    });
  }

  /** On a device that is read by waiting: everything at once, and read together. */
  async agrees(): Promise<void> {
    const { declared, device, dtype: d } = this;
    const host = new FunctionTest(declared, js, d);
    const xs = host.inputs().map((x) => laidOut(x, 'strided'));
    const gys = (declared.differentiable ?? true) ? host.gradients(xs) : [];
    const ggs = xs.map((x) => (x.dtype.kind === 'f' ? host.uniform(x.shape, -1, 1, d) : null));
    const expected = resultsOf(declared.apply, { xs, gys, ggs });
    const there = (x: NdArray) => movedTo(x, device);
    const found = resultsOf(declared.apply, {
      xs: xs.map(there),
      gys: gys.map(there),
      ggs: ggs.map((gg) => gg && there(gg)),
    });
    const grads = gradTolerance[d] as Tolerance;
    await assertAgreement(found, expected, device, {
      forward: declared.forward?.[d] ?? (forwardTolerance[d] as Tolerance),
      backward: declared.backward?.[d] ?? grads,
      doubleBackward: declared.doubleBackward?.[d] ?? grads,
    });
  }

  refused(): void {
    const host = new FunctionTest(this.declared, js, this.dtype);
    const xs = host.inputs().map((x) => new Variable(movedTo(x, this.device)));
    try {
      this.declared.apply(...xs);
    } catch (error) {
      if (error instanceof NeedsHostSyncError) return;
      throw error;
    }
    throw new Error('nothing was thrown, expected NeedsHostSyncError');
  }

  empty(): void {
    const given = this.declared.empty;
    const batch = this.specs[0]?.shape[0];
    const xs = this.specs.map((spec, i) => {
      const shape = Array.isArray(given)
        ? (given[i] as readonly number[])
        : spec.shape.map((d, axis) => (axis === 0 && d === batch ? 0 : d));
      return this.uniform(shape, spec.low ?? -2, spec.high ?? 2, spec.dtype ?? this.dtype);
    });
    const vs = xs.map((x) => new Variable(x));
    const ys = listOf(this.declared.apply(...vs));
    this.compare(ys, xs);
    if (!(this.declared.differentiable ?? true)) return;
    const y = ys[0] as Variable;
    y.grad = this.uniform(y.shape, -1, 1, y.dtype.name);
    y.backward();
    vs.forEach((x, i) => {
      if (x.dtype.kind !== 'f' || x.grad === null) return;
      if (x.grad.shape.join() !== x.shape.join())
        throw new Error(
          `the gradient of argument ${i} has shape [${x.grad.shape.join()}], the argument [${x.shape.join()}]`,
        );
    });
  }

  private differences() {
    return {
      eps: this.declared.eps ?? 1e-3,
      dtype: this.device.supports(dtype('float64')) ? ('float64' as const) : null,
    };
  }

  private compare(ys: readonly Variable[], xs: readonly NdArray[]): void {
    const wide = xs.map((x) => (x.dtype.kind === 'f' ? x.to('js').astype('float64') : x.to('js')));
    const expected = this.expected(wide);
    if (ys.length !== expected.length)
      throw new Error(`there are ${ys.length} results, expected ${expected.length}`);
    const { atol, rtol } = this.declared.forward?.[this.dtype] ?? (forwardTolerance[this.dtype] as Tolerance);
    ys.forEach((y, k) => {
      const wanted = this.declared.outputDtype ?? this.dtype;
      if (y.dtype.name !== wanted) throw new Error(`result ${k} is ${y.dtype.name}, expected ${wanted}`);
      if (y.array.device !== this.device)
        throw new Error(`result ${k} is on ${y.array.device.name}, expected ${this.device.name}`);
      assertAllclose(y, expected[k] as NdArray, { atol, rtol });
    });
  }

  private expected(xs: readonly NdArray[]): readonly (NdArray | NestedScalars)[] {
    const { scalar, reference, outputs = 1 } = this.declared;
    if (scalar !== undefined) {
      const first = xs[0] as NdArray;
      const values = xs.map(hostNumbers);
      const result = Float64Array.from({ length: first.size }, (_, i) =>
        scalar(...values.map((v) => v[i] as number)),
      );
      return [array(result, { shape: first.shape, device: 'js' })];
    }
    const y = (reference as NonNullable<FunctionDeclaration['reference']>)(...xs);
    return outputs === 1 && !(Array.isArray(y) && y[0] instanceof NdArray)
      ? [y as NdArray]
      : (y as readonly NdArray[]);
  }

  private inputs(): NdArray[] {
    return this.specs.map((spec) => {
      const d = spec.dtype ?? this.dtype;
      if (spec.values)
        return array(Float64Array.from(spec.values), { shape: spec.shape, dtype: d, device: this.device });
      const x = this.uniform(spec.shape, spec.low ?? -2, spec.high ?? 2, d);
      return spec.avoid ? awayFrom(x, spec.avoid) : x;
    });
  }

  private gradients(xs: readonly NdArray[]): NdArray[] {
    const ys = listOf(this.declared.apply(...xs.map((x) => new Variable(x))));
    return ys.map((y) => this.uniform(y.shape, -1, 1, y.dtype.name));
  }

  private uniform(shape: readonly number[], low: number, high: number, d: DTypeName): NdArray {
    return this.rng
      .uniform({ low, high, size: shape, dtype: 'float64', device: 'js' })
      .astype(d)
      .to(this.device);
  }
}

const margin = 0.1;

function awayFrom(x: NdArray, kinks: readonly number[]): NdArray {
  const values = hostNumbers(x).map((v) => {
    for (const kink of kinks)
      if (Math.abs(v - kink) < margin) return kink + (v < kink ? -margin : margin) * 1.5;
    return v;
  });
  return array(values, { shape: x.shape, dtype: x.dtype, device: x.device });
}

/** The same values in another memory layout: every second element of a larger array, or axes walked backwards. */
function laidOut(x: NdArray, layout: Layout): NdArray {
  if (layout === 'contiguous' || x.ndim === 0) return x;
  const values = hostNumbers(x);
  if (layout === 'reversed') {
    const backwards = array(values.slice().reverse(), { shape: x.shape, dtype: x.dtype, device: x.device });
    const last = x.shape.map((d, i) => (d - 1) * (backwards.steps[i] as number)).reduce((a, b) => a + b, 0);
    return new NdArray(
      backwards.storage,
      x.dtype,
      x.shape,
      backwards.steps.map((s) => -s),
      x.size > 0 ? last : 0,
    );
  }
  const spread = new Float64Array(x.size * 2).fill(Number.NaN);
  values.forEach((v, i) => {
    spread[2 * i] = v;
  });
  const wide = array(x.dtype.kind === 'f' ? spread : spread.map((v) => (Number.isNaN(v) ? 0 : v)), {
    dtype: x.dtype,
    device: x.device,
  });
  const steps = x.steps.map((_, axis) => 2 * x.shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  return new NdArray(wide.storage, x.dtype, x.shape, steps);
}
