import { float32, type Instruction, Program } from '@chainer/xp/internal';

const known = new WeakMap<Program, Map<number, Program>>();

/** More operands than these are not joined in one program. */
export const mostOperands = 24;

/** The program that computes `outer` with what `inner` computes as its k-th input; inner's inputs stand in that place. */
export function compose(outer: Program, k: number, inner: Program): Program {
  let made = known.get(outer);
  if (made === undefined) {
    made = new Map();
    known.set(outer, made);
  }
  const key = inner.id * mostOperands + k;
  let program = made.get(key);
  if (program === undefined) {
    program = joined(outer, k, inner);
    made.set(key, program);
  }
  return program;
}

function joined(outer: Program, k: number, inner: Program): Program {
  const isInput = (i: Instruction) => i.op === 'load' || i.op === 'scalar';
  const code = inner.code.map((i) => (isInput(i) ? { ...i, attr: (i.attr as number) + k } : i));
  const types = inner.types.slice();
  const ids = new Map<number, number>();
  for (const i of outer.code) {
    if (isInput(i) && i.attr === k) {
      ids.set(i.id, inner.outputs[0]!.value);
      continue;
    }
    const id = types.push(i.type) - 1;
    ids.set(i.id, id);
    const attr = isInput(i) && (i.attr as number) > k ? (i.attr as number) + inner.inputs.length - 1 : i.attr;
    code.push({ ...i, id, attr, args: i.args.map((a) => ids.get(a)!) });
  }
  const inputs = [...outer.inputs.slice(0, k), ...inner.inputs, ...outer.inputs.slice(k + 1)];
  const outputs = outer.outputs.map((o) => ({ value: ids.get(o.value)!, dtype: o.dtype }));
  return new Program(`${outer.name} of ${inner.name}`, inputs, code, outputs, types);
}

/** Whether a program adds two float32 arrays, and does nothing else. */
export function isSum({ code, inputs, outputs }: Program): boolean {
  return (
    code.length === 3 &&
    code[2]!.op === 'add' &&
    inputs.length === 2 &&
    inputs.every((i) => i.kind === 'array' && i.dtype === float32) &&
    outputs.length === 1 &&
    outputs[0]!.dtype === float32
  );
}

/** `x * scale + shift` of three float32 arrays. */
export const affine = new Program(
  'affine',
  [0, 1, 2].map(() => ({ kind: 'array', dtype: float32, as: float32, ndim: 0 })),
  [
    ...[0, 1, 2].map(
      (k): Instruction => ({ id: k, op: 'load', type: float32, args: [], attr: k, loop: null }),
    ),
    { id: 3, op: 'mul', type: float32, args: [0, 1], attr: null, loop: null },
    { id: 4, op: 'add', type: float32, args: [3, 2], attr: null, loop: null },
  ],
  [{ value: 4, dtype: float32 }],
  new Array(5).fill(float32),
);
