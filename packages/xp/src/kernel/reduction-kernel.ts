import { commonDevice, normalizeAxes } from '../core/arguments.ts';
import { checkOptions } from '../core/check-options.ts';
import type { Device } from '../core/device.ts';
import { defaultDevice } from '../core/devices.ts';
import { type DType, type DTypeLike, dtype, float32, int32, isHalf } from '../core/dtype.ts';
import { heldType } from '../core/held.ts';
import { broadcastTwo, sizeOf } from '../core/layout.ts';
import { emptyOn, NdArray } from '../core/ndarray.ts';
import type { Scalar } from '../core/promotion.ts';
import { DTypeError, ValueError } from '../errors.ts';
import { reduceOn } from '../js/families.ts';
import { type Expr, input, lift, type Operand } from '../scalar/expr.ts';
import type { InputSpec, OutputSpec, Program, ReduceProgram } from '../scalar/program.ts';
import { specialize } from '../scalar/specialize.ts';
import { Kernel, operandCode } from './kernel.ts';
import { checkOut, mayOverlap } from './launch.ts';

/** The parts of a reduction. */
export interface ReductionSpec {
  /** From the operands to the value that is combined; the operand itself if left out. */
  readonly map?: (...operands: Expr[]) => Operand;
  /** Combines two values; associative. */
  readonly reduce: (a: Expr, b: Expr) => Operand;
  /** From the combined value (and `n`, the number of values) to the result. */
  readonly post?: (a: Expr, n: Expr) => Operand;
  /** What combining nothing gives. */
  readonly identity: Scalar | ((accumulator: DType) => Scalar);
  /** dtype in which values are combined; that of the mapped value if left out. */
  readonly accumulator?: DTypeLike | ((mapped: DType) => DType);
  /** dtype of the result; that of `post`'s value if left out. */
  readonly output?: DTypeLike | ((mapped: DType) => DType);
}

/** Options of one call. */
export interface ReductionCallOptions {
  readonly axis?: number | readonly number[] | null;
  readonly keepdims?: boolean;
  readonly out?: NdArray | null;
}

const monoids: ReadonlySet<string> = new Set(['add', 'mul', 'maximum', 'minimum', 'logicalAnd', 'logicalOr']);

/** What operations are between booleans. */
const booleanMonoids: Readonly<Record<string, ReduceProgram['monoid']>> = {
  add: 'logicalOr',
  bitOr: 'logicalOr',
  maximum: 'logicalOr',
  logicalOr: 'logicalOr',
  mul: 'logicalAnd',
  bitAnd: 'logicalAnd',
  minimum: 'logicalAnd',
  logicalAnd: 'logicalAnd',
};

/** The well-known operation that an expression of two inputs is, or null. */
function monoidOf(combine: Expr, accumulator: DType): ReduceProgram['monoid'] {
  if (!combine.args.every((a, k) => a.op === 'input' && a.attr === k)) return null;
  if (accumulator.kind === 'b') return booleanMonoids[combine.op] ?? null;
  return monoids.has(combine.op) ? (combine.op as ReduceProgram['monoid']) : null;
}

/**
 * A user-defined reduction over any axes: map every element, combine, finish.
 *
 * @example
 * import { array, ReductionKernel } from '@chainer/xp';
 * const norm = new ReductionKernel('norm', 1, { map: (x) => x.square(), reduce: (a, b) => a.add(b), post: (a) => a.sqrt(), identity: 0 });
 * norm.call([array([3, 4])]).itemSync(); // 5
 */
export class ReductionKernel {
  readonly name: string;
  readonly arity: number;
  private readonly spec: ReductionSpec;
  private readonly map: Kernel;
  private readonly programs = new Map<number, ReduceProgram>();

  constructor(name: string, arity: number, spec: ReductionSpec) {
    this.name = name;
    this.arity = arity;
    this.spec = spec;
    this.map = new Kernel(name, () => {
      const symbols = Array.from({ length: arity }, (_, k) => input(k));
      return [lift(spec.map ? spec.map(...symbols) : (symbols[0] as Expr))];
    });
  }

  /** Reduces; the result has the remaining axes (all axes, of extent 1, with `keepdims`). */
  call(
    operands: readonly (NdArray | Scalar)[],
    options: ReductionCallOptions = {},
    dtypes?: { readonly accumulator?: DType; readonly output?: DType },
  ): NdArray {
    checkOptions(this.name, options, ['axis', 'keepdims', 'out']);
    checkOptions(this.name, dtypes, ['accumulator', 'output']);
    return this.run(operands, options, dtypes);
  }

  /** `call` with options whose names are known to be right. @internal */
  run(
    operands: readonly (NdArray | Scalar)[],
    options: ReductionCallOptions,
    dtypes: { readonly accumulator?: DType; readonly output?: DType } = {},
  ): NdArray {
    if (operands.length !== this.arity) {
      throw new ValueError(`[${this.name}] the kernel takes ${this.arity} operands, got ${operands.length}`);
    }
    let shape: readonly number[] = [];
    for (const x of operands) if (x instanceof NdArray) shape = broadcastTwo(shape, x.shape, this.name);
    const axes = normalizeAxes(options.axis, shape.length, this.name);
    const device =
      commonDevice(options.out ? [...operands, options.out] : operands, this.name) ?? defaultDevice();
    const program = this.programOn(device, operands, dtypes);
    const kept = shape.filter((_, i) => !axes.includes(i));
    const outDtype = (program.post.outputs[0] as { dtype: DType }).dtype;
    const keptShape = options.keepdims ? shape.map((d, i) => (axes.includes(i) ? 1 : d)) : kept;
    let target: NdArray;
    if (options.out) {
      checkOut(options.out, keptShape, outDtype, this.name);
      target = options.out;
    } else target = emptyOn(device, keptShape, outDtype);
    const flat = options.keepdims
      ? new NdArray(
          target.storage,
          target.dtype,
          kept,
          target.steps.filter((_, i) => !axes.includes(i)),
          target.offset,
        )
      : target;
    if (flat.size > 0) {
      const count = sizeOf(axes.map((a) => shape[a] as number));
      const overlaps = operands.some((x) => x instanceof NdArray && mayOverlap(x, flat));
      const direct = flat.dtype === outDtype && !overlaps ? flat : emptyOn(device, kept, outDtype);
      reduceOn(device).reduce(program, operands, direct, shape, axes, [count]);
      if (direct !== flat) device.kernels.copy(direct, flat);
    }
    return target;
  }

  /** The program, in the dtypes that the device holds. */
  private programOn(
    device: Device,
    operands: readonly (NdArray | Scalar)[],
    wanted: { readonly accumulator?: DType; readonly output?: DType },
  ): ReduceProgram {
    const program = this.program(operands, wanted);
    const combined = (program.map.outputs[0] as OutputSpec).dtype;
    const stored = (program.post.outputs[0] as OutputSpec).dtype;
    const accumulator = heldType(device, combined);
    const output = heldType(device, stored);
    if (accumulator === combined && output === stored) return program;
    return this.program(operands, { accumulator, output });
  }

  private program(
    operands: readonly (NdArray | Scalar)[],
    wanted: { readonly accumulator?: DType; readonly output?: DType },
  ): ReduceProgram {
    let key = 0;
    for (const x of operands) key = key * 32 + operandCode(x);
    key = (key * 32 + (wanted.accumulator?.index ?? 20)) * 32 + (wanted.output?.index ?? 20);
    const known = this.programs.get(key);
    if (known) return known;
    const mapped = (this.map.program(operands).outputs[0] as { dtype: DType }).dtype;
    const choose = (rule: ReductionSpec['accumulator'], fallback: DType | undefined): DType | undefined =>
      rule === undefined ? fallback : typeof rule === 'function' ? rule(mapped) : dtype(rule);
    const accumulator = wanted.accumulator ?? (choose(this.spec.accumulator, mapped) as DType);
    const output = wanted.output ?? choose(this.spec.output, undefined) ?? null;
    const map = this.map.program(operands, [accumulator]);
    const combined = lift(this.spec.reduce(input(0), input(1)));
    const finished = lift(this.spec.post ? this.spec.post(input(0), input(1)) : input(0));
    const two = { kind: 'array', dtype: accumulator, as: accumulator, ndim: 0 } as const;
    const combine = specialize(`${this.name}.reduce`, [combined], [two, two], [accumulator]);
    // The count is passed in a type that holds it; the result's dtype is the one that a count of the accumulator's would give.
    const count = (d: DType): InputSpec => ({ kind: 'scalar', dtype: d, as: d, ndim: 0 });
    const finish = (n: DType, stored: DType | null): Program =>
      specialize(`${this.name}.post`, [finished], [two, count(n)], [stored]);
    const counted = accumulator.kind === 'b' ? int32 : accumulator;
    const wide = isHalf(counted) ? float32 : counted.itemsize < 4 ? int32 : counted;
    const stored = output ?? (finish(counted, null).outputs[0] as OutputSpec).dtype;
    const post = finish(wide, stored);
    const identity =
      typeof this.spec.identity === 'function' ? this.spec.identity(accumulator) : this.spec.identity;
    if (typeof identity === 'object' && accumulator.kind !== 'c') {
      throw new DTypeError(
        `[${this.name}] the identity is complex but values are combined in ${accumulator.name}`,
      );
    }
    const program: ReduceProgram = {
      name: this.name,
      map,
      combine,
      monoid: monoidOf(combined, accumulator),
      identity,
      post,
      compiled: [],
    };
    this.programs.set(key, program);
    return program;
  }
}
