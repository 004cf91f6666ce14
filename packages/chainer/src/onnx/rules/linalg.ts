import type { NdArray } from '@chainer/xp/functions';
import type { Cholesky } from '../../functions/math/cholesky.ts';
import type { Cumprod } from '../../functions/math/cumprod.ts';
import type { Determinant } from '../../functions/math/det.ts';
import type { Fourier } from '../../functions/math/fft.ts';
import type { Inverse } from '../../functions/math/inv.ts';
import type { GraphBuilder } from '../graph-builder.ts';
import type { Rule, Rules } from './rule.ts';

/** Linear algebra, transforms and running products. ONNX has no inverse and no Cholesky: their steps are written out. */

/** A row and a column that are 1 at one place. */
const unit = (g: GraphBuilder, n: number, at: number, dtype: 'float32', shape: readonly number[]): string =>
  g.numbers(
    Array.from({ length: n }, (_, i) => Number(i === at)),
    dtype,
    shape,
  );

/** Gauss and Jordan's elimination with a pivot in each column, of the matrix beside the identity. */
const inverse: Rule<Inverse> = (g, [x], { inputs: [a] }) => {
  const { shape, dtype } = a as NdArray;
  const n = shape.at(-1) as number;
  const batch = shape.length === 3 ? (shape[0] as number) : 1;
  const type = dtype.name as 'float32';
  const eye = Array.from({ length: n * n }, (_, k) => Number(k % (n + 1) === 0));
  const beside = g.op('Expand', [g.numbers(eye, type, [1, n, n]), g.integers([batch, n, n])]);
  let m = g.op('Concat', [g.reshape(x as string, [batch, n, n]), beside], { axis: 2 });
  for (let k = 0; k < n; k++) {
    const column = (from: string) =>
      g.op('Slice', [from, g.integers([k]), g.integers([k + 1]), g.integers([2])]);
    const below = g.numbers(
      Array.from({ length: n }, (_, i) => (i < k ? -1 : 0)),
      type,
      [1, n, 1],
    );
    // Rows that are done have their pivots: they are taken below any other.
    const masked = g.op('Where', [g.op('Less', [below, g.scalar(0, type)]), below, g.op('Abs', [column(m)])]);
    const found = g.op('ArgMax', [masked], { axis: 1, keepdims: 1 });
    const numbers = g.integers(
      Array.from({ length: n }, (_, i) => i),
      [1, 1, n],
    );
    const isPivot = g.cast(g.op('Equal', [numbers, found]), type);
    const pivotRow = g.op('MatMul', [isPivot, m]);
    const ownRow = g.op('Slice', [m, g.integers([k]), g.integers([k + 1]), g.integers([1])]);
    // The two rows change places.
    const away = g.op('Sub', [pivotRow, ownRow]);
    const moved = g.op('Sub', [unit(g, n, k, type, [1, 1, n]), isPivot]);
    m = g.op('Add', [m, g.op('Mul', [g.op('Transpose', [moved], { perm: [0, 2, 1] }), away])]);
    const scaled = g.op('Div', [pivotRow, column(pivotRow)]);
    const factors = g.op('Sub', [column(m), unit(g, n, k, type, [1, n, 1])]);
    m = g.op('Sub', [m, g.op('Mul', [factors, scaled])]);
  }
  const right = g.op('Slice', [m, g.integers([n]), g.integers([2 * n]), g.integers([2])]);
  return g.reshape(right, shape);
};

/** Column by column: each takes its share off the rest. */
const cholesky: Rule<Cholesky> = (g, [x], { inputs: [a] }) => {
  const { shape, dtype } = a as NdArray;
  const n = shape[0] as number;
  const columns: string[] = [];
  let rest = x as string;
  for (let k = 0; k < n; k++) {
    const column = g.op('Slice', [rest, g.integers([k]), g.integers([k + 1]), g.integers([1])]);
    const pivot = g.op('Slice', [column, g.integers([k]), g.integers([k + 1]), g.integers([0])]);
    const below = g.numbers(
      Array.from({ length: n }, (_, i) => Number(i >= k)),
      dtype.name,
      [n, 1],
    );
    const l = g.op('Div', [g.op('Mul', [column, below]), g.op('Sqrt', [pivot])]);
    columns.push(l);
    rest = g.op('Sub', [rest, g.op('Mul', [l, g.op('Transpose', [l], { perm: [1, 0] })])]);
  }
  return columns.length === 1 ? (columns[0] as string) : g.op('Concat', columns, { axis: 1 });
};

const determinant: Rule<Determinant> = (g, [x]) => g.op('Det', [x as string]);

/** Products of twice as many elements in each round. */
const cumprod: Rule<Cumprod> = (g, [x], { inputs: [a] }) => {
  const { shape, dtype } = a as NdArray;
  const [rows, n] = shape as [number, number];
  let y = x as string;
  for (let by = 1; by < n; by *= 2) {
    const before = g.op('Slice', [y, g.integers([0]), g.integers([n - by]), g.integers([1])]);
    const ones = g.numbers(new Array<number>(rows * by).fill(1), dtype.name, [rows, by]);
    y = g.op('Mul', [y, g.op('Concat', [ones, before], { axis: 1 })]);
  }
  return y;
};

/** DFT takes real and imaginary parts side by side, along the middle one of three axes. */
const fourier: Rule<Fourier> = (g, [re, im], { node, inputs: [a] }) => {
  g.require(17, 'DFT');
  const { shape, size } = a as NdArray;
  const n = shape.at(-1) as number;
  const parts = [re, im].map((x) => g.reshape(x as string, [size / n, n, 1]));
  const y = g.op('DFT', [g.op('Concat', parts, { axis: 2 })], { axis: 1, inverse: Number(node.inverse) });
  const ones = g.integers([1, 1]);
  return g.ops('Split', [y, ones], 2, { axis: 2 }).map((part) => g.reshape(part, shape));
};

export const linalgRules: Rules = {
  Inv: inverse,
  BatchInv: inverse,
  Cholesky: cholesky,
  BatchDet: determinant,
  Cumprod: cumprod,
  FFT: fourier,
  IFFT: fourier,
};
