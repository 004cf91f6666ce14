import { broadcastSteps, collapse, type Kernels, type NdArray } from '@chainer/xp/internal';
import { Bindings } from './bindings.ts';
import type { Context } from './context.ts';
import { four, type Product } from './product.ts';
import { runProduct } from './run-product.ts';
import { classOf, fromWord, stored, toWord, wrap } from './wgsl/types.ts';

/** How a matrix product is computed: which buffers its operands lie in, how many axes of products there are. */
interface Variant {
  readonly output: NdArray;
  readonly bias: boolean;
  readonly axes: number;
  readonly places: readonly number[];
  readonly access: string;
  readonly alongA: boolean;
  readonly alongB: boolean;
  /** Whether A's and B's rows and columns lie in wholes of four terms, and B's rows in wholes of four columns. */
  readonly wideA: boolean;
  readonly wideB: boolean;
  readonly quadsB: boolean;
}

function productText(v: Variant): Product {
  const { output, bias, axes, places, access, alongA, alongB, wideA, wideB, quadsB } = v;
  const type = classOf(output.dtype);
  const fields = [
    'oa: i32',
    'ra: i32',
    'ca: i32',
    'ob: i32',
    'rb: i32',
    'cb: i32',
    'oo: i32',
    'ro: i32',
    'co: i32',
  ];
  if (bias) fields.push('obias: i32', 'sbias: i32');
  for (let a = 0; a < axes; a++) fields.push(`d${a}: u32`, `za${a}: i32`, `zb${a}: i32`, `zo${a}: i32`);
  const setup = ['baseA = p.oa; baseB = p.ob; baseO = p.oo;', 'var rest = u32(z);'];
  for (let a = axes - 1; a >= 0; a--)
    setup.push(
      `{ let c = i32(rest % p.d${a}); rest = rest / p.d${a}; baseA += c * p.za${a}; baseB += c * p.zb${a}; baseO += c * p.zo${a}; }`,
    );
  const buffer = (k: number) => `b${places[k]}`;
  const types: string[] = [];
  const wide = [wideA, wideB || quadsB];
  for (const k of [0, 1]) if (wide[k]) types[places[k]!] = 'vec4<u32>';
  const read = (k: number, index: string) =>
    fromWord(type, wide[k] ? `${buffer(k)}[(${index}) / 4i][(${index}) % 4i]` : `${buffer(k)}[${index}]`);
  const readFour = (k: number, index: string) => `bitcast<vec4<${type}>>(${buffer(k)}[(${index}) / 4i])`;
  const biased = bias ? `value + ${read(3, 'p.obias + col * p.sbias')}` : 'value';
  const parts = ['x', 'y', 'z', 'w'];
  const more: string[] = [];
  if (wideA)
    more.push(`fn readA4(row: i32, t: Term) -> vec4<${type}> { return ${readFour(0, 'row + t.a')}; }`);
  if (wideB) {
    const columns = parts.map((part) => readFour(1, `c.at.${part} + t.b`));
    more.push(`${four(type)} fn readB4(c: Cols, t: Term) -> Four { return Four(${columns.join(', ')}); }`);
  }
  const columns = parts.map((part) => read(1, `at.${part}`));
  return {
    type,
    access,
    fields,
    alongA,
    alongB,
    wideA,
    wideB,
    types,
    declarations: `
var<private> baseA: i32; var<private> baseB: i32; var<private> baseO: i32;
struct Cols { at: vec4<i32> };
struct Term { a: i32, b: i32 };
fn setup(z: i32) { ${setup.join('\n')} }
fn rowOf(row: i32) -> i32 { return baseA + row * p.ra; }
fn colsOf(col: i32) -> Cols { return Cols(baseB + min(vec4<i32>(col) + vec4<i32>(0, 1, 2, 3), vec4<i32>(p.n - 1i)) * p.cb); }
fn termOf(k: i32) -> Term { return Term(k * p.ca, k * p.rb); }
fn readA(row: i32, t: Term) -> ${type} { return ${read(0, 'row + t.a')}; }
fn readB(c: Cols, t: Term) -> vec4<${type}> {
  let at = c.at + t.b;
  return ${quadsB ? readFour(1, 'at.x') : `vec4<${type}>(${columns.join(', ')})`};
}
${more.join('\n')}
fn store(row: i32, col: i32, value: ${type}) {
  ${buffer(2)}[baseO + row * p.ro + col * p.co] = ${toWord(type, stored(output.dtype, wrap(output.dtype, `(${biased})`)))};
}`,
  };
}

/** Matrix products of all dtypes: sums of halves are float32, integers wrap, booleans are whether a count is not zero. */
export function matmulKernels(ctx: Context): Pick<Kernels, 'matmul'> {
  return {
    matmul(a, b, output, bias) {
      if (output.size === 0) return;
      const lead = output.ndim - 2;
      const shape = output.shape.slice(0, lead);
      const leading = (x: NdArray) =>
        broadcastSteps(x.shape.slice(0, x.ndim - 2), x.steps.slice(0, x.ndim - 2), shape);
      const loops = collapse(shape, [leading(a), leading(b), leading(output)]);
      const axes = loops.shape.length;
      const bindings = new Bindings();
      bindings.add(a, false);
      bindings.add(b, false);
      bindings.add(output, true);
      if (bias !== null) bindings.add(bias, false);
      const { places, access } = bindings;
      const last = (x: NdArray, back: number) => x.steps[x.ndim - back]!;
      const alongA = Math.abs(last(a, 1)) <= Math.abs(last(a, 2));
      const alongB = Math.abs(last(b, 2)) < Math.abs(last(b, 1));
      const [oa, ob, oo, obias] = bindings.offsets as [number, number, number, number | undefined];
      const params = [
        oa,
        last(a, 2),
        last(a, 1),
        ob,
        last(b, 2),
        last(b, 1),
        oo,
        last(output, 2),
        last(output, 1),
      ];
      if (bias !== null) params.push(obias!, bias.steps[0]!);
      let z = 1;
      for (let k = 0; k < axes; k++) {
        z *= loops.shape[k]!;
        params.push(loops.shape[k]!, loops.steps[0]![k]!, loops.steps[1]![k]!, loops.steps[2]![k]!);
      }
      const extents = { m: output.shape[lead]!, n: output.shape[lead + 1]!, k: a.shape[a.ndim - 1]!, z };
      // Steps of which an operand consists but for those that are 1.
      const inFours = (k: 0 | 1, other: number, count: number) =>
        places.indexOf(places[k]!) === k &&
        places.lastIndexOf(places[k]!) === k &&
        [other, count, bindings.offsets[k]!, ...loops.steps[k]!].every((step) => step % 4 === 0);
      const wideA = last(a, 1) === 1 && inFours(0, last(a, 2), extents.k);
      const wideB = last(b, 2) === 1 && inFours(1, last(b, 1), extents.k);
      const quadsB = !wideB && last(b, 1) === 1 && inFours(1, last(b, 2), extents.n);
      const wide = [wideA, wideB, quadsB];
      const key = `matmul;${output.dtype.name};${bias !== null};${axes};${places};${access};${alongA};${alongB};${wide}`;
      const variant = {
        output,
        bias: bias !== null,
        axes,
        places,
        access,
        alongA,
        alongB,
        wideA,
        wideB,
        quadsB,
      };
      runProduct(ctx, key, () => productText(variant), extents, bindings.blocks, params, 1);
    },
  };
}
