import {
  broadcastSteps,
  collapse,
  computeType,
  type DType,
  type Kernels,
  type NdArray,
} from '@chainer/xp/internal';
import type { Context } from './context.ts';
import { elementType, loaded, stored, valueType } from './cuda/types.ts';
import { type Index, indexFor, reach } from './grid.ts';
import type { KernelArgument } from './kernel.ts';
import { type Product, runProduct } from './product.ts';

/** The type of sums: integers wrap in an unsigned type, booleans are whether any product is true. */
export function sumType(d: DType): string {
  if (d.kind === 'i' || d.kind === 'u') return d.itemsize === 8 ? 'unsigned long long' : 'unsigned';
  return valueType(d);
}

function productText(
  output: DType,
  bias: boolean,
  axes: number,
  index: Index,
  alongA: boolean,
  alongB: boolean,
): Product {
  const element = elementType(output);
  const type = sumType(output);
  const fields = [
    ...[
      `const ${element}* a`,
      `${index} ra`,
      `${index} ca`,
      `const ${element}* b`,
      `${index} rb`,
      `${index} cb`,
    ],
    ...[`${element}* y`, `${index} ry`, `${index} cy`],
    ...(bias ? [`const ${element}* bias`, `${index} sbias`] : []),
  ];
  for (let a = 0; a < axes; a++)
    fields.push(`int d${a}`, `${index} za${a}`, `${index} zb${a}`, `${index} zy${a}`);
  const setup = [
    `const ${element}* a = p.a; const ${element}* b = p.b; ${element}* y = p.y;`,
    'int rest = z;',
  ];
  for (let a = axes - 1; a >= 0; a--)
    setup.push(
      `{ const int c = rest % p.d${a}; rest /= p.d${a}; a += c * p.za${a}; b += c * p.zb${a}; y += c * p.zy${a}; }`,
    );
  const value = (x: string) => (type === valueType(output) ? loaded(output, x) : `(${type})${x}`);
  const sum = bias
    ? type === 'bool'
      ? 'value || p.bias[col * p.sbias]'
      : `value + ${value('p.bias[col * p.sbias]')}`
    : 'value';
  return {
    name: 'matmul',
    type,
    index,
    fields,
    setup: setup.join(' '),
    readA: `return ${value('a[row * p.ra + k * p.ca]')};`,
    readB: `return ${value('b[k * p.rb + col * p.cb]')};`,
    store: `y[row * p.ry + col * p.cy] = ${type === valueType(output) ? stored(output, `(${sum})`) : `(${element})(${sum})`};`,
    alongA,
    alongB,
  };
}

/** Matrix products of all dtypes, without a library: sums of halves are float, integers wrap, booleans are whether any product is true. */
export function matmulKernels(ctx: Context): Pick<Kernels, 'matmul'> {
  return {
    matmul(a, b, output, bias) {
      if (output.size === 0) return;
      const lead = output.ndim - 2;
      const shape = output.shape.slice(0, lead);
      const leading = (x: NdArray) =>
        broadcastSteps(x.shape.slice(0, x.ndim - 2), x.steps.slice(0, x.ndim - 2), shape);
      const loops = collapse(shape, [leading(a), leading(b), leading(output)]);
      const last = (x: NdArray, back: number) => x.steps[x.ndim - back]!;
      const alongA = Math.abs(last(a, 1)) <= Math.abs(last(a, 2));
      const alongB = Math.abs(last(b, 2)) < Math.abs(last(b, 1));
      const axes = loops.shape.length;
      const index = indexFor(Math.max(...[a, b, output].map((x) => reach(x.shape, x.steps) + x.size)));
      const args: KernelArgument[] = [
        ...[a, last(a, 2), last(a, 1), b, last(b, 2), last(b, 1)],
        ...[output, last(output, 2), last(output, 1)],
        ...(bias === null ? [] : [bias, bias.steps[0]!]),
      ];
      let z = 1;
      for (let k = 0; k < axes; k++) {
        z *= loops.shape[k]!;
        args.push(loops.shape[k]!, loops.steps[0]![k]!, loops.steps[1]![k]!, loops.steps[2]![k]!);
      }
      const key = `matmul;${output.dtype.name};${bias !== null};${axes};${index};${alongA};${alongB}`;
      const { itemsize } = computeType(output.dtype);
      runProduct(
        ctx,
        key,
        () => productText(output.dtype, bias !== null, axes, index, alongA, alongB),
        { m: output.shape[lead]!, n: output.shape[lead + 1]!, k: a.shape[a.ndim - 1]!, z },
        args,
        output.dtype.kind === 'i' || output.dtype.kind === 'u' ? Math.max(4, itemsize) : itemsize,
      );
    },
  };
}
