import type { Program } from '@chainer/xp/internal';
import { reportFields, reports, Text } from './cuda/render.ts';
import { elementType, passing } from './cuda/types.ts';
import { coordinates, type Index, threads } from './grid.ts';
import type { KernelText } from './kernel.ts';

/** How a program is run. */
export interface Variant {
  /** Axes of the loops; 0: one flat run. */
  readonly axes: number;
  readonly index: Index;
  /** Elements that a thread reads and writes at once, in flat runs. */
  readonly width: number;
  /** One letter for each operand, outputs last: `a` an array, `1` a single element, `s` a scalar, `r` raw. */
  readonly modes: string;
  /** How many lists of operands one run takes, in arrays of pointers; 0: one that stands for itself. */
  readonly many: number;
}

/** The operands' letters, in the order of inputs and outputs. */
interface Operand {
  readonly k: number;
  readonly mode: string;
  readonly type: string;
  readonly output: boolean;
}

function operandsOf(program: Program, modes: string): Operand[] {
  const nin = program.inputs.length;
  return Array.from(modes, (mode, k) => ({
    k,
    mode,
    type: elementType(k < nin ? program.inputs[k]!.dtype : program.outputs[k - nin]!.dtype),
    output: k >= nin,
  }));
}

/** Loops of a flat run: whole packs, then what is left over. */
function flatLoops(operands: readonly Operand[], { index, width, many }: Variant): string {
  const pointer = ({ k }: Operand) => (many > 0 ? `p.x${k}[call]` : `p.x${k}`);
  const arrays = operands.filter(({ mode }) => mode === 'a');
  const given = operands.filter(({ mode }) => mode === 'a' || mode === '1');
  const call = (of: (o: Operand) => string) =>
    `element(${given.map((o) => (o.mode === '1' ? `${pointer(o)}[0]` : of(o))).join(', ')});`;
  const head =
    many > 0
      ? `int call = 0, block = (int)blockIdx.x;
while (block >= p.blocks[call]) block -= p.blocks[call++];
const ${index} n = p.n[call], first = (${index})block * ${threads} + (int)threadIdx.x, step = (${index})p.blocks[call] * ${threads};`
      : `const ${index} n = p.n, first = (${index})blockIdx.x * ${threads} + (int)threadIdx.x, step = (${index})gridDim.x * ${threads};`;
  const single = `for (${index} i = ${width > 1 ? `n / ${width} * ${width} + ` : ''}first; i < n; i += step) ${call((o) => `${pointer(o)}[i]`)}`;
  if (width === 1) return `${head}\nELEMENT\n${single}`;
  const pack = ({ type }: Operand) => `x_pack<${type}, ${width}>`;
  return `${head}
ELEMENT
for (${index} i = first; i < n / ${width}; i += step) {
  ${arrays
    .map((o) =>
      o.output ? `${pack(o)} e${o.k};` : `const ${pack(o)} e${o.k} = ((const ${pack(o)}*)${pointer(o)})[i];`,
    )
    .join('\n  ')}
  #pragma unroll
  for (int v = 0; v < ${width}; v++) ${call((o) => `e${o.k}.v[v]`)}
  ${arrays
    .filter((o) => o.output)
    .map((o) => `((${pack(o)}*)${pointer(o)})[i] = e${o.k};`)
    .join('\n  ')}
}
${single}`;
}

/** Loops over coordinates. */
function stridedLoops(program: Program, operands: readonly Operand[], { index, axes }: Variant): string {
  const place = (k: number) => Array.from({ length: axes }, (_, a) => `c${a} * p.s${k}_${a}`).join(' + ');
  const given = operands.filter(({ mode }) => mode === 'a' || mode === '1');
  const list = [
    ...given.map(({ k }) => `p.x${k}[${place(k)}]`),
    ...(program.usesCoord ? Array.from({ length: axes }, (_, a) => `c${a}`) : []),
  ];
  return `ELEMENT
for (${index} i = (${index})blockIdx.x * ${threads} + (int)threadIdx.x; i < p.n; i += (${index})gridDim.x * ${threads}) {
  ${coordinates('c', 'i', 'd', axes, index)}
  element(${list.join(', ')});
}`;
}

/** The kernel of a program. */
export function elementwiseText(program: Program, variant: Variant): KernelText {
  const { axes, index, modes, many } = variant;
  const nin = program.inputs.length;
  const operands = operandsOf(program, modes);
  const array = many > 0 ? `[${many}]` : '';
  const fields = [`${index} n${array}`];
  if (many > 0) fields.push(`int blocks${array}`);
  for (let a = 1; a < axes; a++) fields.push(`${index} d${a}`);
  const scalars: string[] = [];
  for (const { k, mode, type } of operands) {
    if (mode === 's') {
      const { fields: own, value } = passing(program.inputs[k]!.as, `k${k}`, many, 'call');
      fields.push(...own);
      scalars[k] = value;
      continue;
    }
    fields.push(`${type}* x${k}${array}`);
    const steps = mode === 'r' ? program.inputs[k]!.ndim : axes;
    for (let a = 0; a < steps; a++) fields.push(`${index} s${k}_${a}`);
    if (mode === 'r') fields.push(`${index} s${k}_flat`);
  }
  const text = new Text(program, {
    element: (k) => `a${k}`,
    scalar: (k) => scalars[k]!,
    coord: (axis) => (axis < axes ? `c${axis}` : '0'),
    raw: (k) => ({ pointer: `p.x${k}`, step: (axis) => (axis < 0 ? `p.s${k}_flat` : `p.s${k}_${axis}`) }),
  });
  const parameters = operands
    .filter(({ mode }) => mode === 'a' || mode === '1')
    .map(({ k, type, output }) => (output ? `${type}& r${k}` : `const ${type} a${k}`));
  if (program.usesCoord) for (let a = 0; a < axes; a++) parameters.push(`const ${index} c${a}`);
  const element = `const auto element = [&](${parameters.join(', ')}) {
  ${[...text.lines, ...program.outputs.map((_, k) => `r${nin + k} = ${text.output(k)};`)].join('\n  ')}
};`;
  const loops = axes === 0 ? flatLoops(operands, variant) : stridedLoops(program, operands, variant);
  return {
    name: `elementwise_${program.name.replace(/\W/g, '_')}`,
    fields: reports(program) ? [...fields, ...reportFields] : fields,
    body: loops.replace('ELEMENT', () => element),
    block: threads,
  };
}
