import { isBig } from '../core/dtype.ts';
import { broadcastSteps, collapse, sizeOf } from '../core/layout.ts';
import type { NdArray } from '../core/ndarray.ts';
import { walk } from './elementwise.ts';
import { type FloatArray, floatsFor, floatsOf } from './floats.ts';
import { gemm, type Matrix } from './gemm.ts';

/** `output = a @ b (+ bias)` over the last two axes. Integers wrap; booleans combine with `and` and `or`. */
export function matmul(a: NdArray, b: NdArray, output: NdArray, bias: NdArray | null): void {
  if (output.size === 0) return;
  const { kind } = output.dtype;
  if (kind === 'f') floatMatmul(a, b, output, bias);
  else if (kind === 'c') complexMatmul(a, b, output, bias);
  else if (isBig(output.dtype)) integerMatmul(a, b, output, bias, 0n, addProduct64);
  else integerMatmul(a, b, output, bias, 0, addProduct32);
}

/** Steps of one operand: `batch` as read at the output's leading axes. */
interface Steps {
  readonly batch: readonly number[];
  readonly row: number;
  readonly col: number;
}

function stepsOf(x: NdArray, steps: readonly number[], lead: readonly number[]): Steps {
  const n = x.ndim - 2;
  return {
    batch: broadcastSteps(x.shape.slice(0, n), steps.slice(0, n), lead),
    row: steps[n]!,
    col: steps[n + 1]!,
  };
}

/** Calls `body` with the first positions of every pair of matrices and of their product. */
function eachMatrix(
  lead: readonly number[],
  operands: readonly Steps[],
  offsets: readonly number[],
  body: (a: number, b: number, out: number) => void,
): void {
  if (sizeOf(lead) === 0) return;
  walk(
    collapse(
      lead,
      operands.map((x) => x.batch),
    ),
    offsets,
    (n, p, s) => {
      for (let i = 0; i < n; i++) body(p[0]! + i * s[0]!, p[1]! + i * s[1]!, p[2]! + i * s[2]!);
    },
  );
}

/** m, n, k and the leading axes. */
function extents(a: NdArray, output: NdArray): { lead: readonly number[]; m: number; n: number; k: number } {
  const axes = output.ndim - 2;
  return {
    lead: output.shape.slice(0, axes),
    m: output.shape[axes]!,
    n: output.shape[axes + 1]!,
    k: a.shape[a.ndim - 1]!,
  };
}

function floatMatmul(a: NdArray, b: NdArray, output: NdArray, bias: NdArray | null): void {
  const { lead, m, n, k } = extents(a, output);
  const fa = floatsOf(a);
  const fb = floatsOf(b);
  const out = floatsFor(output);
  const fbias = bias && floatsOf(bias);
  const sa = stepsOf(a, fa.steps, lead);
  const sb = stepsOf(b, fb.steps, lead);
  const so = stepsOf(output, out.steps, lead);
  eachMatrix(lead, [sa, sb, so], [fa.offset, fb.offset, out.offset], (pa, pb, po) => {
    const c = { data: out.data, offset: po, row: so.row, col: so.col };
    if (fbias) fillRows(c, m, n, fbias.data, fbias.offset, fbias.steps[0]!);
    gemm(
      m,
      n,
      k,
      { data: fa.data, offset: pa, row: sa.row, col: sa.col },
      { data: fb.data, offset: pb, row: sb.row, col: sb.col },
      c,
      fbias !== null,
    );
  });
  out.store();
}

/** Every row of a matrix is the bias. */
function fillRows(c: Matrix, m: number, n: number, bias: FloatArray, offset: number, step: number): void {
  for (let i = 0; i < m; i++) {
    let q = c.offset + i * c.row;
    for (let j = 0; j < n; j++) {
      c.data[q] = bias[offset + j * step]!;
      q += c.col;
    }
  }
}

function addToRows(
  c: Float64Array,
  m: number,
  n: number,
  bias: FloatArray,
  offset: number,
  step: number,
): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) c[i * n + j] = c[i * n + j]! + bias[offset + j * step]!;
  }
}

function storeMatrix(
  c: Float64Array,
  m: number,
  n: number,
  to: FloatArray,
  offset: number,
  row: number,
  col: number,
): void {
  for (let i = 0; i < m; i++) {
    let q = offset + i * row;
    for (let j = i * n; j < (i + 1) * n; j++) {
      to[q] = c[j]!;
      q += col;
    }
  }
}

/** Four real products of the parts. */
function complexMatmul(a: NdArray, b: NdArray, output: NdArray, bias: NdArray | null): void {
  const { lead, m, n, k } = extents(a, output);
  const da = a.storage.view(a.dtype) as FloatArray;
  const db = b.storage.view(b.dtype) as FloatArray;
  const out = output.storage.view(output.dtype) as FloatArray;
  const dbias = bias && (bias.storage.view(bias.dtype) as FloatArray);
  const sa = stepsOf(a, a.steps, lead);
  const sb = stepsOf(b, b.steps, lead);
  const so = stepsOf(output, output.steps, lead);
  const parts = [new Float64Array(m * n), new Float64Array(m * n), new Float64Array(m * n)] as const;
  const [re, im, other] = parts;
  const whole = (data: Float64Array): Matrix => ({ data, offset: 0, row: n, col: 1 });
  eachMatrix(lead, [sa, sb, so], [a.offset, b.offset, output.offset], (pa, pb, po) => {
    const part = (data: FloatArray, p: number, s: Steps, lane: number) => ({
      data,
      offset: 2 * p + lane,
      row: 2 * s.row,
      col: 2 * s.col,
    });
    gemm(m, n, k, part(da, pa, sa, 0), part(db, pb, sb, 0), whole(re));
    gemm(m, n, k, part(da, pa, sa, 1), part(db, pb, sb, 1), whole(other));
    for (let i = 0; i < re.length; i++) re[i] = re[i]! - other[i]!;
    gemm(m, n, k, part(da, pa, sa, 0), part(db, pb, sb, 1), whole(im));
    gemm(m, n, k, part(da, pa, sa, 1), part(db, pb, sb, 0), whole(im), true);
    if (bias && dbias) {
      addToRows(re, m, n, dbias, 2 * bias.offset, 2 * bias.steps[0]!);
      addToRows(im, m, n, dbias, 2 * bias.offset + 1, 2 * bias.steps[0]!);
    }
    storeMatrix(re, m, n, out, 2 * po, 2 * so.row, 2 * so.col);
    storeMatrix(im, m, n, out, 2 * po + 1, 2 * so.row, 2 * so.col);
  });
}

/**
 * Integers: sums modulo 2^32, which agree with every narrower type, or BigInts, which typed arrays wrap when they are stored. A boolean
 * is whether its count is not zero.
 */
function integerMatmul<T extends number | bigint>(
  a: NdArray,
  b: NdArray,
  output: NdArray,
  bias: NdArray | null,
  zero: T,
  addProduct: (sum: T, x: T, y: T) => T,
): void {
  const { lead, m, n, k } = extents(a, output);
  const view = (x: NdArray) => x.storage.view(x.dtype) as unknown as T[];
  const da = view(a);
  const db = view(b);
  const out = view(output);
  const dbias = bias && view(bias);
  const sa = stepsOf(a, a.steps, lead);
  const sb = stepsOf(b, b.steps, lead);
  const so = stepsOf(output, output.steps, lead);
  const boolean = output.dtype.kind === 'b';
  eachMatrix(lead, [sa, sb, so], [a.offset, b.offset, output.offset], (pa, pb, po) => {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = bias && dbias ? dbias[bias.offset + j * bias.steps[0]!]! : zero;
        let p = pa + i * sa.row;
        let q = pb + j * sb.col;
        for (let l = 0; l < k; l++) {
          sum = addProduct(sum, da[p]!, db[q]!);
          p += sa.col;
          q += sb.row;
        }
        out[po + i * so.row + j * so.col] = boolean ? (Number(sum !== zero) as T) : sum;
      }
    }
  });
}

/** Sums as 32-bit integers. */
const addProduct32 = (sum: number, x: number, y: number): number => (sum + Math.imul(x, y)) | 0;
const addProduct64 = (sum: bigint, x: bigint, y: bigint): bigint => sum + x * y;
