import { computeType, type ReduceProgram } from '@chainer/xp/internal';
import { inlined, reportFields, reports, Text } from './cuda/render.ts';
import { elementType, literal, passing, valueType } from './cuda/types.ts';
import { coordinates, type Index, threads } from './grid.ts';
import type { KernelText } from './kernel.ts';

/** Values that one thread combines before it adds them to the others: sums of few values lose few digits. */
const run = 64;

/** How a reduction is run. */
export interface Variant {
  /** Axes of the loops over results, and over what is combined. */
  readonly outer: number;
  readonly inner: number;
  readonly index: Index;
  /** Threads for each result: one, a warp, or a block. */
  readonly team: 1 | 32 | 256;
  /** Elements that a thread reads at once; more than 1 only along a single axis of step 1. */
  readonly width: number;
  /** Reads operands, or accumulators that a run before has left. */
  readonly first: boolean;
  /** Finishes, or leaves accumulators. */
  readonly last: boolean;
}

/** Whether values may be combined in another order than they stand in. */
const ordered = (r: ReduceProgram): boolean => r.monoid === null;

/** The kernel of a reduction. Work item `item` is a result and, where lines are split, one of `splits` parts of its line. */
export function reduceText(r: ReduceProgram, v: Variant): KernelText {
  const { team, index, width } = v;
  const acc = computeType(r.map.outputs[0]!.dtype);
  const type = valueType(acc);
  const fields = [`${index} items`, `${index} count`, `${index} splits`, `${index} chunk`];
  for (let a = 0; a < v.outer; a++) fields.push(`${index} d${a}`);
  for (let a = 0; a < v.inner; a++) fields.push(`${index} e${a}`);

  const outer: string[] = [];
  const inner: string[] = [];
  const packs: string[] = [];
  const parameters: string[] = [];
  const elements: string[] = [];
  const wide: string[] = [];
  let mapping: readonly string[];
  let mapped: string;
  if (v.first) {
    const scalars: string[] = [];
    r.map.inputs.forEach((spec, k) => {
      if (spec.kind === 'scalar') {
        const { fields: own, value } = passing(spec.as, `m${k}`);
        fields.push(...own);
        scalars[k] = value;
        return;
      }
      const element = elementType(spec.dtype);
      fields.push(`${element}* x${k}`);
      const base: string[] = [];
      const along: string[] = [];
      for (let a = 0; a < v.outer; a++) {
        fields.push(`${index} s${k}_${a}`);
        base.push(`c${a} * p.s${k}_${a}`);
      }
      for (let a = 0; a < v.inner; a++) {
        fields.push(`${index} t${k}_${a}`);
        along.push(`i${a} * p.t${k}_${a}`);
      }
      outer.push(`const ${element}* const a${k} = p.x${k} + (${base.join(' + ') || '0'});`);
      parameters.push(`const ${element} q${k}`);
      elements.push(`a${k}[${along.join(' + ') || '0'}]`);
      packs.push(
        `const x_pack<${element}, ${width}> g${k} = *(const x_pack<${element}, ${width}>*)(a${k} + t);`,
      );
      wide.push(`g${k}.v[w]`);
    });
    const never = (): never => {
      throw new Error(`[${r.name}] coordinates and raw operands have no place in a reduction`);
    };
    const text = new Text(
      r.map,
      { element: (k) => `q${k}`, scalar: (k) => scalars[k]!, coord: never, raw: never },
      'm',
    );
    if (v.inner > 0) inner.push(coordinates('i', 't', 'e', v.inner, index));
    mapping = text.lines;
    mapped = text.name(r.map.outputs[0]!.value);
  } else {
    fields.push(`${type}* x0`);
    parameters.push(`const ${type} q0`);
    // Parts of a line stand `results` apart where threads take neighbouring results, next to each other where a team takes a line.
    elements.push(team === 1 ? 'p.x0[t * (p.items / p.splits) + result]' : 'p.x0[result * p.count + t]');
    mapping = [];
    mapped = 'q0';
  }

  const leave: string[] = [];
  if (v.last) {
    const { dtype } = r.post.outputs[0]!;
    fields.push(`${elementType(dtype)}* y`);
    const at: string[] = [];
    for (let a = 0; a < v.outer; a++) {
      fields.push(`${index} w${a}`);
      at.push(`c${a} * p.w${a}`);
    }
    const scalars: string[] = [];
    r.post.inputs.forEach((spec, k) => {
      if (k === 0) return;
      const { fields: own, value } = passing(spec.as, `k${k}`);
      fields.push(...own);
      scalars[k] = value;
    });
    const post = inlined(
      r.post,
      'f',
      () => 'acc',
      (k) => scalars[k]!,
    );
    leave.push(...post.lines, `p.y[${at.join(' + ') || '0'}] = ${post.output};`);
  } else {
    fields.push(`${type}* y`);
    leave.push('p.y[item] = acc;');
  }
  if ([r.map, r.combine, r.post].some(reports)) fields.push(...reportFields);

  const combine = inlined(r.combine, 'h', (k) => (k === 0 ? 'a' : 'b'));
  const take = `part = combine(part, map(${elements.join(', ')}));`;
  const declared = `const auto combine = [&](const ${type} a, const ${type} b) -> ${type} {
  ${[...combine.lines, `return ${combine.value};`].join('\n  ')}
};
const auto map = [&](${parameters.join(', ')}) -> ${type} {
  ${[...mapping, `return ${mapped};`].join('\n  ')}
};
const ${type} identity = ${literal(r.identity, acc)};`;

  // Where threads take neighbouring results, what they read side by side stands side by side, too.
  const item = `const ${index} results = p.items / p.splits;
const ${index} result = ${team === 1 ? 'item % results' : 'item / p.splits'};
const ${index} begin = ${team === 1 ? 'item / results' : 'item % p.splits'} * p.chunk;
const ${index} end = begin + p.chunk < p.count ? begin + p.chunk : p.count;
${v.outer > 0 ? coordinates('c', 'result', 'd', v.outer, index) : ''}
${outer.join('\n')}
${type} acc = identity;`;
  const loop = (
    from: string,
    by: string,
    to: string,
  ) => `for (${index} t0 = ${from}; t0 < ${to}; t0 += ${run} * ${by}) {
  ${type} part = identity;
  const ${index} stop = t0 + ${run} * ${by} < ${to} ? t0 + ${run} * ${by} : ${to};
  for (${index} t = t0; t < stop; t += ${by}) {
    ${inner.join('\n')}
    ${take}
  }
  acc = combine(acc, part);
}`;
  if (team === 1) {
    return {
      name: `reduce_${r.name.replace(/\W/g, '_')}`,
      fields,
      block: threads,
      body: `${declared}
for (${index} item = (${index})blockIdx.x * ${threads} + (int)threadIdx.x; item < p.items; item += (${index})gridDim.x * ${threads}) {
${item}
${loop('begin', '1', 'end')}
${leave.join('\n')}
}`,
    };
  }
  const lane = `(int)(threadIdx.x % ${team})`;
  const each = ordered(r)
    ? `const ${index} each = (end - begin + ${team - 1}) / ${team}, mine = begin + ${lane} * each;
const ${index} till = mine + each < end ? mine + each : end;
${loop('mine', '1', 'till')}`
    : width === 1
      ? loop(`begin + ${lane}`, String(team), 'end')
      : `const ${index} whole = begin + (end - begin) / ${width} * ${width};
for (${index} t0 = begin + ${lane} * ${width}; t0 < whole; t0 += ${run * team}) {
  ${type} part = identity;
  const ${index} stop = t0 + ${run * team} < whole ? t0 + ${run * team} : whole;
  for (${index} t = t0; t < stop; t += ${width * team}) {
    ${packs.join('\n    ')}
    #pragma unroll
    for (int w = 0; w < ${width}; w++) part = combine(part, map(${wide.join(', ')}));
  }
  acc = combine(acc, part);
}
${loop(`whole + ${lane}`, String(team), 'end')}`;
  const finish =
    team === 32
      ? `#pragma unroll
for (int s = 1; s < 32; s *= 2) acc = combine(acc, x_down(acc, s));
if (${lane} == 0) {`
      : `__shared__ ${type} room[32];
acc = x_together<${team}>(acc, room, combine);
if (threadIdx.x == 0) {`;
  const perBlock = threads / team;
  return {
    name: `reduce_${r.name.replace(/\W/g, '_')}`,
    fields,
    block: threads,
    // All threads of a warp belong to one item, so none waits for one that has left.
    body: `${declared}
for (${index} item = (${index})blockIdx.x * ${perBlock} + (int)threadIdx.x / ${team}; item < p.items; item += (${index})gridDim.x * ${perBlock}) {
${item}
${each}
${finish}
${leave.join('\n')}
}
${team === 256 ? '__syncthreads();' : ''}
}`,
  };
}
