import { array, astype, type DTypeName, dtype, type NdArray, s } from '@chainer/xp/functions';
import type { Variable, VariableLike } from '../core/variable.ts';
import { asArray } from '../core/variable.ts';
import * as F from '../functions/index.ts';
import { elementTypes, type OnnxAttribute, type OnnxNode } from './fields.ts';
import { readTensor } from './read.ts';

/** Attributes of an operation by name. */
class Attributes {
  private readonly byName: ReadonlyMap<string, OnnxAttribute>;
  readonly node: OnnxNode;

  constructor(node: OnnxNode) {
    this.node = node;
    this.byName = new Map((node.attribute ?? []).map((a) => [a.name ?? '', a]));
  }

  integer(name: string, otherwise: number): number {
    return this.byName.get(name)?.i ?? otherwise;
  }

  float(name: string, otherwise: number): number {
    return this.byName.get(name)?.f ?? otherwise;
  }

  integers(name: string): readonly number[] | null {
    return this.byName.get(name)?.ints ?? null;
  }

  text(name: string, otherwise: string): string {
    const bytes = this.byName.get(name)?.s;
    return bytes === undefined ? otherwise : new TextDecoder().decode(bytes);
  }

  tensor(name: string): NdArray {
    const { data, dtype: kind, shape } = readTensor('OnnxFunction', this.byName.get(name)?.t ?? {});
    return array(data, { dtype: kind, shape });
  }

  fail(what: string): never {
    throw new Error(`[OnnxFunction] ${this.node.opType} '${this.node.name ?? ''}': ${what}`);
  }
}

type Values = readonly (VariableLike | undefined)[];

/** What an operation computes. */
export type Operator = (xs: Values, a: Attributes) => VariableLike | readonly VariableLike[];

const at = (xs: Values, i: number): VariableLike => xs[i] as VariableLike;

/** A constant operand that says how to compute: shapes, axes. */
const numbers = (x: VariableLike | undefined): number[] | null =>
  x === undefined ? null : (asArray(x).flatScalars() as (number | bigint)[]).map(Number);

const unary =
  (f: (x: VariableLike) => Variable): Operator =>
  (xs) =>
    f(at(xs, 0));

const binary =
  (f: (x: VariableLike, y: VariableLike) => Variable): Operator =>
  (xs) =>
    f(at(xs, 0), at(xs, 1));

const several =
  (f: (x: VariableLike, y: VariableLike) => Variable): Operator =>
  (xs) =>
    (xs as readonly VariableLike[]).reduce((a, b) => f(a, b));

/** The padding of the spatial axes, before and after. */
function padding(a: Attributes, axes: number): { before: number[]; after: number[]; equal: boolean } {
  if (a.text('auto_pad', 'NOTSET') !== 'NOTSET') a.fail('auto_pad is not supported; give pads');
  const pads = a.integers('pads') ?? new Array<number>(2 * axes).fill(0);
  const [before, after] = [pads.slice(0, axes), pads.slice(axes)];
  return { before, after, equal: before.every((p, i) => p === after[i]) };
}

/** What windows go over, and the padding that is left to them: none where both ends differ. */
function padded(x: VariableLike, a: Attributes, axes: number, value: number): [VariableLike, number[]] {
  const { before, after, equal } = padding(a, axes);
  if (equal) return [x, before];
  const widths = before.map((p, i): [number, number] => [p, after[i] as number]);
  const nothing: [number, number] = [0, 0];
  const wide = F.pad(x, [nothing, nothing, ...widths], 'constant', { constantValues: value });
  return [wide, before.map(() => 0)];
}

const geometry = (a: Attributes, axes: number) => ({
  stride: a.integers('strides') ?? new Array<number>(axes).fill(1),
  dilate: a.integers('dilations') ?? new Array<number>(axes).fill(1),
  groups: a.integer('group', 1),
});

const conv: Operator = (xs, a) => {
  const axes = at(xs, 1).shape.length - 2;
  const [x, pad] = padded(at(xs, 0), a, axes, 0);
  return F.convolutionNd(x, at(xs, 1), xs[2] ?? null, { pad, ...geometry(a, axes) });
};

/** The whole of what windows cover, of which the padding is cut off. */
const convTranspose: Operator = (xs, a) => {
  const axes = at(xs, 1).shape.length - 2;
  const { before, after } = padding(a, axes);
  const { stride, dilate, groups } = geometry(a, axes);
  const extra = a.integers('output_padding') ?? before.map(() => 0);
  const outsize = before.map((_, i) => {
    const reach = ((at(xs, 1).shape[i + 2] as number) - 1) * (dilate[i] as number) + 1;
    return ((at(xs, 0).shape[i + 2] as number) - 1) * (stride[i] as number) + reach + (extra[i] as number);
  });
  const all = F.deconvolutionNd(at(xs, 0), at(xs, 1), xs[2] ?? null, { stride, outsize, dilate, groups });
  const inside = outsize.map((d, i) => s(before[i] as number, d - (after[i] as number)));
  return F.getItem(all, ['...', ...inside]);
};

const maxPool: Operator = (xs, a) => {
  const ksize = a.integers('kernel_shape') as readonly number[];
  const [x, pad] = padded(at(xs, 0), a, ksize.length, Number.NEGATIVE_INFINITY);
  const stride = a.integers('strides') ?? ksize.map(() => 1);
  if (a.integers('dilations')?.some((d) => d !== 1)) a.fail('dilations are not supported');
  return F.maxPoolingNd(x, ksize, { stride, pad, coverAll: a.integer('ceil_mode', 0) === 1 });
};

const averagePool: Operator = (xs, a) => {
  const ksize = a.integers('kernel_shape') as readonly number[];
  const { before, equal } = padding(a, ksize.length);
  if (!equal) a.fail('pads that differ at both ends are not supported');
  if (a.integer('ceil_mode', 0) === 1) a.fail('ceil_mode is not supported');
  const stride = a.integers('strides') ?? ksize.map(() => 1);
  return F.averagePoolingNd(at(xs, 0), ksize, {
    stride,
    pad: before,
    padValue: a.integer('count_include_pad', 0) === 1 ? 0 : null,
  });
};

const gemm: Operator = (xs, a) => {
  const product = F.mul(
    F.matmul(at(xs, 0), at(xs, 1), {
      transa: a.integer('transA', 0) === 1,
      transb: a.integer('transB', 0) === 1,
    }),
    a.float('alpha', 1),
  );
  return xs[2] === undefined ? product : F.add(product, F.mul(xs[2], a.float('beta', 1)));
};

const batchNormalization: Operator = (xs, a) =>
  F.fixedBatchNormalization(at(xs, 0), at(xs, 1), at(xs, 2), at(xs, 3), at(xs, 4), {
    eps: a.float('epsilon', 1e-5),
  });

type Reduce = (x: VariableLike, options: { axis: readonly number[] | null; keepdims: boolean }) => Variable;

/** Axes are an attribute, or the second operand in newer files. */
const reduce =
  (f: Reduce): Operator =>
  (xs, a) => {
    const axis = numbers(xs[1]) ?? a.integers('axes');
    if (axis?.length === 0 && a.integer('noop_with_empty_axes', 0) === 1) return at(xs, 0);
    return f(at(xs, 0), {
      axis: axis === null || axis.length === 0 ? null : axis,
      keepdims: a.integer('keepdims', 1) === 1,
    });
  };

const reshape: Operator = (xs, a) => {
  const x = at(xs, 0);
  const keep = a.integer('allowzero', 0) === 0;
  const shape = (numbers(xs[1]) as number[]).map((d, i) => (d === 0 && keep ? (x.shape[i] as number) : d));
  return F.reshape(x, shape);
};

const slice: Operator = (xs) => {
  const x = at(xs, 0);
  const [starts, ends] = [numbers(xs[1]), numbers(xs[2])] as [number[], number[]];
  const axes = numbers(xs[3]) ?? starts.map((_, i) => i);
  const steps = numbers(xs[4]) ?? starts.map(() => 1);
  const index = x.shape.map(() => s(null, null));
  for (const [k, axis] of axes.entries()) {
    const d = x.shape[axis < 0 ? axis + x.shape.length : axis] as number;
    const [start, end, step] = [starts[k], ends[k], steps[k]] as [number, number, number];
    // Ends far beyond the array mean all of it.
    const stop = (step > 0 && end > d) || (step < 0 && end < -d) ? null : end;
    index[axis < 0 ? axis + x.shape.length : axis] = s(Math.abs(start) > d ? null : start, stop, step);
  }
  return F.getItem(x, index);
};

const gather: Operator = (xs, a) => {
  const [x, at1] = [at(xs, 0), asArray(at(xs, 1))];
  const places = astype(at1.to(asArray(x).device), 'int32');
  const axis = a.integer('axis', 0);
  const before = axis < 0 ? axis + x.shape.length : axis;
  return F.getItem(x, [...new Array<ReturnType<typeof s>>(before).fill(s(null, null)), places]);
};

const pad: Operator = (xs, a) => {
  if (a.text('mode', 'constant') !== 'constant') a.fail('only constant padding is supported');
  const x = at(xs, 0);
  const widths = numbers(xs[1]) as number[];
  const value = numbers(xs[2])?.[0] ?? 0;
  const pairs = x.shape.map((_, i): [number, number] => [
    widths[i] as number,
    widths[i + x.shape.length] as number,
  ]);
  return F.pad(x, pairs, 'constant', { constantValues: value });
};

const split: Operator = (xs, a) => {
  const sizes = numbers(xs[1]) ?? a.integers('split');
  const axis = a.integer('axis', 0);
  if (sizes === null) return F.splitAxis(at(xs, 0), a.node.output?.length ?? 1, axis);
  let end = 0;
  const ends = sizes.map((size) => {
    end += size;
    return end;
  });
  return F.splitAxis(at(xs, 0), ends.slice(0, -1), axis);
};

const unsqueeze: Operator = (xs, a) => {
  const axes = numbers(xs[1]) ?? a.integers('axes') ?? [];
  const ndim = at(xs, 0).shape.length + axes.length;
  const sorted = axes.map((axis) => (axis < 0 ? axis + ndim : axis)).sort((p, q) => p - q);
  return sorted.reduce<VariableLike>((x, axis) => F.expandDims(x, axis), at(xs, 0));
};

const squeeze: Operator = (xs, a) => {
  const axes = numbers(xs[1]) ?? a.integers('axes');
  return F.squeeze(at(xs, 0), axes === null ? {} : { axis: axes });
};

const cast: Operator = (xs, a) => {
  const to = a.integer('to', 1);
  const found = Object.entries(elementTypes).find(([, type]) => type === to);
  return F.cast(at(xs, 0), dtype((found?.[0] ?? a.fail(`there is no element type ${to}`)) as DTypeName));
};

const flatten: Operator = (xs, a) => {
  const { shape } = at(xs, 0);
  const axis = a.integer('axis', 1);
  const rows = shape.slice(0, axis).reduce((p, d) => p * d, 1);
  return F.reshape(at(xs, 0), [rows, -1]);
};

const clip: Operator = (xs) =>
  F.clip(
    at(xs, 0),
    numbers(xs[1])?.[0] ?? Number.NEGATIVE_INFINITY,
    numbers(xs[2])?.[0] ?? Number.POSITIVE_INFINITY,
  );

const globalAverage: Operator = (xs) => {
  const axes = at(xs, 0)
    .shape.map((_, i) => i)
    .slice(2);
  return F.mean(at(xs, 0), { axis: axes, keepdims: true });
};

/** Operations by name. */
export const operators: Readonly<Record<string, Operator>> = {
  Abs: unary(F.absolute),
  Acos: unary(F.arccos),
  Add: binary(F.add),
  Asin: unary(F.arcsin),
  Atan: unary(F.arctan),
  AveragePool: averagePool,
  BatchNormalization: batchNormalization,
  Cast: cast,
  Ceil: unary(F.ceil),
  Clip: clip,
  Concat: (xs, a) => F.concat(xs as readonly VariableLike[], { axis: a.integer('axis', 1) }),
  Constant: (_, a) => a.tensor('value'),
  Conv: conv,
  ConvTranspose: convTranspose,
  Cos: unary(F.cos),
  Cosh: unary(F.cosh),
  Div: binary(F.div),
  Dropout: (xs) => F.dropout(at(xs, 0)),
  Elu: (xs, a) => F.elu(at(xs, 0), { alpha: a.float('alpha', 1) }),
  Erf: unary(F.erf),
  Exp: unary(F.exp),
  Expand: (xs) => {
    const shape = numbers(xs[1]) as number[];
    const { shape: own } = at(xs, 0);
    const lead = shape.length - own.length;
    return F.broadcastTo(
      at(xs, 0),
      shape.map((d, i) => Math.max(d, own[i - lead] ?? 1)),
    );
  },
  Flatten: flatten,
  Floor: unary(F.floor),
  Gather: gather,
  Gemm: gemm,
  GlobalAveragePool: globalAverage,
  Identity: unary((x) => F.identity(x) as Variable),
  LRN: (xs, a) => {
    const n = a.integer('size', 5);
    const [alpha, beta, k] = [a.float('alpha', 1e-4) / n, a.float('beta', 0.75), a.float('bias', 1)];
    return F.localResponseNormalization(at(xs, 0), { n, k, alpha, beta });
  },
  LeakyRelu: (xs, a) => F.leakyRelu(at(xs, 0), { slope: a.float('alpha', 0.01) }),
  Log: unary(F.log),
  LogSoftmax: (xs, a) => F.logSoftmax(at(xs, 0), { axis: a.integer('axis', -1) }),
  MatMul: binary((x, y) => F.matmul(x, y)),
  Max: several(F.maximum),
  MaxPool: maxPool,
  Min: several(F.minimum),
  Mul: binary(F.mul),
  Neg: unary(F.neg),
  Pad: pad,
  Pow: binary(F.pow),
  Reciprocal: unary((x) => F.div(1, x)),
  ReduceLogSumExp: reduce((x, { axis }) => F.logsumexp(x, { axis })),
  ReduceMax: reduce(F.max),
  ReduceMean: reduce(F.mean),
  ReduceMin: reduce(F.min),
  ReduceProd: reduce(F.prod),
  ReduceSum: reduce(F.sum),
  Relu: unary(F.relu),
  Reshape: reshape,
  Sigmoid: unary(F.sigmoid),
  Sign: unary(F.sign),
  Sin: unary(F.sin),
  Sinh: unary(F.sinh),
  Slice: slice,
  Softmax: (xs, a) => F.softmax(at(xs, 0), { axis: a.integer('axis', -1) }),
  Softplus: unary((x) => F.softplus(x)),
  Split: split,
  Sqrt: unary(F.sqrt),
  Squeeze: squeeze,
  Sub: binary(F.sub),
  Sum: several(F.add),
  Tan: unary(F.tan),
  Tanh: unary(F.tanh),
  Transpose: (xs, a) => F.transpose(at(xs, 0), { axes: a.integers('perm') ?? null }),
  Unsqueeze: unsqueeze,
};

/** Runs one operation. */
export function operate(node: OnnxNode, xs: Values): readonly VariableLike[] {
  const operator = operators[node.opType ?? ''] as Operator;
  return [operator(xs, new Attributes(node))].flat() as VariableLike[];
}
