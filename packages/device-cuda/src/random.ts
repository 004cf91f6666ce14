import type { DType, Kernels, RandomKind } from '@chainer/xp/internal';
import type { Context } from './context.ts';
import { elementType, partType, stored } from './cuda/types.ts';
import { blocksFor, type Index, indexOf, walking } from './grid.ts';
import type { KernelText } from './kernel.ts';

/** Largest value below 1: a half type would round some uniforms up to 1. */
const belowOne: Readonly<Partial<Record<DType['name'], string>>> = {
  float16: '0.99951171875f',
  bfloat16: '0.99609375f',
};

/** A block of four words for each thread and turn: four elements of it, or two where an element takes two words. */
function randomText(kind: RandomKind, d: DType, index: Index): KernelText {
  const wide = d.name === 'float64' && kind !== 'bits';
  const per = wide ? 2 : 4;
  const part = partType(d);
  const unit = wide
    ? (i: number) =>
        `((double)(w.w[${2 * i}] >> 5) * 67108864.0 + (double)(w.w[${2 * i + 1}] >> 6)) * 1.1102230246251565e-16`
    : (i: number) => `(float)(w.w[${i}] >> 8) * 5.9604644775390625e-8f`;
  const top = belowOne[d.name];
  const values: string[] = [];
  if (kind === 'bits')
    for (let i = 0; i < 4; i++) values.push(d.kind === 'f' ? `(${part})w.w[${i}]` : `w.w[${i}]`);
  else if (kind === 'uniform')
    for (let i = 0; i < per; i++)
      values.push(top === undefined ? unit(i) : `x_minimum<float>(${unit(i)}, ${top})`);
  const turns: string[] = [];
  if (kind === 'normal') {
    // Box-Muller: two normals of two uniforms.
    for (let i = 0; i < per; i += 2) {
      turns.push(
        `const ${part} radius${i} = x_sqrt(-2 * x_log(1 - ${unit(i)}));`,
        `${part} c${i}, s${i}; x_circle<${part}>(${unit(i + 1)}, &c${i}, &s${i});`,
      );
      values.push(`radius${i} * c${i}`, `radius${i} * s${i}`);
    }
  }
  return walking(
    `random_${kind}`,
    index,
    [`${index} size`, 'unsigned key0', 'unsigned key1', 'unsigned long long offset', `${elementType(d)}* y`],
    `const x_four w = x_philox(p.key0, p.key1, p.offset + (unsigned long long)id);
  ${turns.join('\n  ')}
  const ${index} at = id * ${per};
  ${values.map((v, i) => `if (at + ${i} < p.size) p.y[at + ${i}] = ${kind === 'bits' && d.kind !== 'f' ? `(${elementType(d)})(${v})` : stored(d, v)};`).join('\n  ')}`,
  );
}

/** Random numbers from counters: the same on every device. */
export function randomKernels(ctx: Context): Pick<Kernels, 'random'> {
  return {
    random(kind, output, { key0, key1, offset }) {
      if (output.size === 0) return;
      const per = output.dtype.name === 'float64' && kind !== 'bits' ? 2 : 4;
      const index = indexOf(output);
      const n = Math.ceil(output.size / per);
      ctx.kernels
        .get(`random;${kind};${output.dtype.name};${index}`, () => randomText(kind, output.dtype, index))
        .run([n, output.size, key0 >>> 0, key1 >>> 0, BigInt(offset), output], blocksFor(n));
    },
  };
}
