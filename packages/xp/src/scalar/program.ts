import { type DType, float32, isHalf } from '../core/dtype.ts';
import type { Scalar } from '../core/promotion.ts';
import type { OpName } from './op-name.ts';

/** What one operand of a program is: read element by element, a scalar passed by value, or raw (read at computed places). */
export interface InputSpec {
  readonly kind: 'array' | 'scalar' | 'raw';
  /** Element type in memory; of a scalar, the type it takes. */
  readonly dtype: DType;
  /** The type it is cast to before the expression sees it. */
  readonly as: DType;
  /** Of a raw operand: its number of axes. */
  readonly ndim: number;
}

/** One value of a program, in order of computation. `id` is unique in the program; `args` are ids. */
export interface Instruction {
  readonly id: number;
  readonly op: OpName | 'load' | 'scalar' | 'const' | 'cast' | 'coord' | 'gather' | 'fold' | 'bound';
  /** Type it is computed in: never a half type. */
  readonly type: DType;
  /** Types of the arguments (all operations of the table take arguments of one type, see `cast`). */
  readonly args: readonly number[];
  /** Input index, axis, or constant. */
  readonly attr: Scalar | null;
  readonly loop: LoopBody | null;
}

/** The inside of a counted loop. */
export interface LoopBody {
  /** Ids bound to the accumulators, and to the step number. */
  readonly accumulators: readonly number[];
  readonly step: number;
  readonly code: readonly Instruction[];
  /** Ids of the accumulators' next values. */
  readonly results: readonly number[];
  /** Id of the condition that ends the loop before this step's values are taken, or null. */
  readonly until: number | null;
}

/** Where a program leaves a result: the value, and the type it is stored as. */
export interface OutputSpec {
  readonly value: number;
  readonly dtype: DType;
}

let programs = 0;

/** Scalar expressions specialised for operand types: typed, simplified, shared subexpressions computed once. */
export class Program {
  readonly id: number;
  readonly name: string;
  readonly inputs: readonly InputSpec[];
  readonly code: readonly Instruction[];
  readonly outputs: readonly OutputSpec[];
  /** Type of each value by id. */
  readonly types: readonly DType[];
  /** Whether it needs the element's coordinates, so that loops must not be collapsed. */
  readonly usesCoord: boolean;
  /** Compiled forms, by device slot. */
  readonly compiled: unknown[] = [];

  constructor(
    name: string,
    inputs: readonly InputSpec[],
    code: readonly Instruction[],
    outputs: readonly OutputSpec[],
    types: readonly DType[],
  ) {
    this.id = programs++;
    this.name = name;
    this.inputs = inputs;
    this.code = code;
    this.outputs = outputs;
    this.types = types;
    this.usesCoord = hasCoord(code);
  }
}

const variants = new WeakMap<Program, Map<string, Program>>();

/** The same program with results stored as other types; cached. */
export function storedAs(program: Program, dtypes: readonly DType[]): Program {
  if (program.outputs.every((o, k) => o.dtype === dtypes[k])) return program;
  let known = variants.get(program);
  if (known === undefined) {
    known = new Map();
    variants.set(program, known);
  }
  const key = dtypes.map((d) => d.index).join();
  let made = known.get(key);
  if (made === undefined) {
    const code = program.code.slice();
    const types = program.types.slice();
    const outputs = program.outputs.map((o, k) => {
      const dtype = dtypes[k] as DType;
      const type = computeType(dtype);
      if (types[o.value] === type) return { value: o.value, dtype };
      const id = types.push(type) - 1;
      code.push({ id, op: 'cast', type, args: [o.value], attr: null, loop: null });
      return { value: id, dtype };
    });
    made = new Program(program.name, program.inputs, code, outputs, types);
    known.set(key, made);
  }
  return made;
}

/** Map, combine, finish. `combine` takes (accumulator, value); `monoid` names it where it is a single well-known operation. */
export interface ReduceProgram {
  readonly name: string;
  /** One output, of the accumulator's type. */
  readonly map: Program;
  readonly combine: Program;
  readonly monoid: 'add' | 'mul' | 'maximum' | 'minimum' | 'logicalAnd' | 'logicalOr' | null;
  readonly identity: Scalar;
  /** Takes the accumulator, then `postScalars`. */
  readonly post: Program;
  readonly compiled: unknown[];
}

function hasCoord(code: readonly Instruction[]): boolean {
  return code.some((i) => i.op === 'coord' || (i.loop !== null && hasCoord(i.loop.code)));
}

/** The type a value is computed in: half types in float32. */
export function computeType(d: DType): DType {
  return isHalf(d) ? float32 : d;
}
