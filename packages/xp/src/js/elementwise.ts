import type { Complex } from '../core/complex.ts';
import type { ElementwiseCall } from '../core/device.ts';
import type { TypedArray } from '../core/dtype.ts';
import { broadcastSteps, collapse, type Loops, sameShape, sizeOf } from '../core/layout.ts';
import { NdArray } from '../core/ndarray.ts';
import type { Scalar } from '../core/promotion.ts';
import type { InputSpec, Program } from '../scalar/program.ts';
import { interpret } from './closures.ts';
import { canCompile, compile } from './compile.ts';
import { scalarAs, Text } from './render.ts';

type Held = number | bigint | Complex;

/**
 * The innermost loop of a kernel: `n` elements from positions `p` by steps `s`. Operands come first, then outputs.
 * `k` holds scalars, `c` the coordinates of the row, `rawSteps` the steps of raw operands (last entry: 1).
 */
export type Row = (
  n: number,
  arrays: readonly TypedArray[],
  p: readonly number[],
  s: readonly number[],
  k: readonly Held[],
  c: readonly number[],
  rawSteps: readonly (readonly number[])[],
) => void;

/** JavaScript text of the row function; public for tests and for readers. */
export function rowText(program: Program): { body: string; functions: Map<string, unknown> } {
  const nin = program.inputs.length;
  const functions = new Map<string, unknown>();
  const text = new Text(
    program,
    {
      element: (k) => ({ array: `a${k}`, index: `p${k}` }),
      scalar: (k) => `k[${k}]`,
      coord: (axis) => `(c[${axis}]+(${axis}===last?i:0))`,
      raw: (k) => ({
        array: `a${k}`,
        base: `p${k}`,
        step: (axis) => (axis < 0 ? `r${k}[r${k}.length-1]` : `r${k}[${axis}]`),
      }),
    },
    functions,
  );
  const head: string[] = ['const last=c.length-1;'];
  const advance: string[] = [];
  const operand = (k: number, raw: boolean) => {
    head.push(`const a${k}=A[${k}];let p${k}=P[${k}];`);
    if (raw) head.push(`const r${k}=R[${k}];`);
    else {
      head.push(`const s${k}=S[${k}];`);
      advance.push(`p${k}+=s${k};`);
    }
  };
  program.inputs.forEach((spec, k) => {
    if (spec.kind !== 'scalar') operand(k, spec.kind === 'raw');
  });
  for (const k of program.outputs.keys()) operand(nin + k, false);
  const stores = program.outputs.map((o, k) => text.store(o.value, o.dtype, `a${nin + k}`, `p${nin + k}`));
  const body = `${head.join('')}for(let i=0;i<n;i++){${text.lines.join('')}${stores.join('')}${advance.join('')}}`;
  return { body, functions };
}

function rowOf(program: Program): Row {
  const known = program.compiled[0] as Row | undefined;
  if (known !== undefined) return known;
  let row: Row;
  if (canCompile()) {
    const { body, functions } = rowText(program);
    row = compile<Row>(['n', 'A', 'P', 'S', 'k', 'c', 'R'], body, functions);
  } else row = interpret(program);
  program.compiled[0] = row;
  return row;
}

const noCoordinates: readonly number[] = [];

/** Runs a scalar program at every element of `shape`. */
export function elementwise(
  program: Program,
  inputs: readonly (NdArray | Scalar)[],
  outputs: readonly NdArray[],
  shape: readonly number[],
): void {
  const row = rowOf(program);
  const nin = inputs.length;
  const total = nin + outputs.length;
  const arrays: TypedArray[] = [];
  const positions: number[] = [];
  const unit: number[] = [];
  const scalars: Held[] = [];
  const rawSteps: number[][] = [];
  // Most calls are one run over operands that stand alike: those need no loop nest.
  let flat = !program.usesCoord;
  for (let k = 0; k < total; k++) {
    const x = k < nin ? inputs[k] : outputs[k - nin];
    if (!(x instanceof NdArray)) {
      scalars[k] = scalarAs(x as Scalar, (program.inputs[k] as InputSpec).as);
      positions.push(0);
      unit.push(0);
      continue;
    }
    arrays[k] = x.storage.view(x.dtype);
    positions.push(x.offset);
    if (k < nin && (program.inputs[k] as InputSpec).kind === 'raw') {
      rawSteps[k] = [...x.steps, x.ndim === 1 ? (x.steps[0] as number) : 1];
      unit.push(0);
    } else if (x.size === 1) unit.push(0);
    else {
      unit.push(1);
      if (flat && !(x.contiguous && sameShape(x.shape, shape))) flat = false;
    }
  }
  const n = sizeOf(shape);
  if (n === 0) return;
  if (flat) {
    row(n, arrays, positions, unit, scalars, noCoordinates, rawSteps);
    return;
  }
  const steps: (readonly number[])[] = [];
  for (let k = 0; k < total; k++) {
    const x = k < nin ? inputs[k] : outputs[k - nin];
    const raw = k < nin && (program.inputs[k] as InputSpec).kind === 'raw';
    steps.push(
      x instanceof NdArray && !raw
        ? broadcastSteps(x.shape, x.steps, shape)
        : new Array<number>(shape.length).fill(0),
    );
  }
  walk(loopsOf(program, shape, steps), positions, (m, p, s, c) => row(m, arrays, p, s, scalars, c, rawSteps));
}

/** The loop nest of a run; left as it is where the program asks for coordinates. */
function loopsOf(program: Program, shape: readonly number[], steps: readonly (readonly number[])[]): Loops {
  if (!program.usesCoord) return collapse(shape, steps);
  if (shape.length === 0) return { shape: [1], steps: steps.map(() => [0]) };
  return { shape: shape.slice(), steps: steps.map((s) => s.slice()) };
}

/** Calls `body` for every row of a loop nest: the extent of the last axis, positions, steps along it, and the row's coordinates. */
export function walk(
  loops: Loops,
  start: readonly number[],
  body: (n: number, p: readonly number[], s: readonly number[], c: readonly number[]) => void,
): void {
  const { shape, steps } = loops;
  const last = shape.length - 1;
  const n = shape[last] as number;
  const inner = steps.map((s) => s[last] as number);
  const p = start.slice();
  const c = shape.map(() => 0);
  for (;;) {
    body(n, p, inner, c);
    let axis = last - 1;
    for (; axis >= 0; axis--) {
      const extent = shape[axis] as number;
      c[axis] = (c[axis] as number) + 1;
      if ((c[axis] as number) < extent) {
        for (let k = 0; k < p.length; k++) p[k] = (p[k] as number) + ((steps[k] as number[])[axis] as number);
        break;
      }
      c[axis] = 0;
      for (let k = 0; k < p.length; k++)
        p[k] = (p[k] as number) - (extent - 1) * ((steps[k] as number[])[axis] as number);
    }
    if (axis < 0) return;
  }
}

/** One run after another: JavaScript gains nothing from batching. */
export function elementwiseMany(program: Program, calls: readonly ElementwiseCall[]): void {
  for (const call of calls) elementwise(program, call.inputs, call.outputs, call.shape);
}
