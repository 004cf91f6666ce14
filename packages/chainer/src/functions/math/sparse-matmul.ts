import {
  astype,
  type DType,
  ElementwiseKernel,
  float32,
  maximum,
  type NdArray,
  ReductionKernel,
  reshape as xpReshape,
} from '@chainer/xp/functions';
import { emptyOn, gatherOn, isHalf, promote, scatterOn } from '@chainer/xp/internal';
import { checkOptions } from '../../core/check-options.ts';
import { FunctionNode } from '../../core/function-node.ts';
import { describe, expectArray, invalid, kindOf } from '../../core/type-check.ts';
import { asVariable, type Variable, type VariableLike, type VariableNode } from '../../core/variable.ts';
import { CooMatrix, flatRows } from '../../utils/coo-matrix.ts';
import { cast } from '../array/cast.ts';
import { swapaxes } from '../array/moveaxis.ts';
import { reshape } from '../array/reshape.ts';
import type { MatmulOptions } from './matmul.ts';

const wide = (d: DType): DType => (isHalf(d) ? float32 : d);

/** Terms of the sums; entries that are not used add 0, whatever stands in the row that they would read. */
const product = /*#__PURE__*/ new ElementwiseKernel('sparseMatmul', 3, (row, data, x) =>
  row.lt(0).where(0, data.mul(x)),
);
const dots = /*#__PURE__*/ new ReductionKernel('sparseMatmul', 2, {
  map: (a, b) => a.mul(b),
  reduce: (a, b) => a.add(b),
  identity: 0,
  accumulator: wide,
});
const used = /*#__PURE__*/ new ElementwiseKernel('sparseMatmul', 2, (row, value) =>
  row.lt(0).where(0, value),
);

/** `x[rows]`, where a negative row reads the first. */
function rowsOf(x: NdArray, rows: NdArray): NdArray {
  const y = emptyOn(x.device, [rows.size, x.shape[1] as number], x.dtype);
  if (y.size > 0) gatherOn(x.device).gather(x, maximum(rows, 0), 0, y);
  return y;
}

const extent = (node: VariableNode | undefined): number => (node as VariableNode).shape[0] as number;

/** Rows and columns of the entries, as rows of the dense matrices; negative where an entry is not used. */
interface Entries {
  readonly row: NdArray;
  readonly col: NdArray;
}

/** `C[row[i]] += data[i] B[col[i]]`: data `[L]`, B `[K, N]`, C `[M, N]`. */
export class CooMatMul extends FunctionNode {
  readonly label = 'CooMatMul';
  readonly at: Entries;
  private readonly m: number;

  constructor(at: Entries, m: number) {
    super();
    this.at = at;
    this.m = m;
  }

  forward([data, B]: readonly [NdArray, NdArray]): readonly NdArray[] {
    this.retainInputs([0, 1]);
    const { row, col } = this.at;
    // Sums of half-precision numbers are taken in float32.
    const c = emptyOn(B.device, [this.m, B.shape[1] as number], wide(B.dtype));
    B.device.kernels.fill(c, 0);
    const column = [row.size, 1];
    const terms = product.call([
      xpReshape(row, column),
      xpReshape(astype(data, c.dtype, { copy: false }), column),
      rowsOf(B, col),
    ]);
    if (terms.size > 0) scatterOn(B.device).scatter(c, maximum(row, 0), 0, terms, 'add');
    return [astype(c, B.dtype, { copy: false })];
  }

  override backward(
    targets: readonly number[],
    [gc]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    if (!gc) return targets.map(() => null);
    const { row, col } = this.at;
    const [data, B] = this.getRetainedInputs() as [Variable, Variable];
    return targets.map((i) =>
      i === 0
        ? new CooMatMulGradData(this.at).apply1([gc, B])
        : new CooMatMul({ row: col, col: row }, extent(this.inputs[1])).apply1([data, gc]),
    );
  }
}

/** `y[i] = A[row[i]] · B[col[i]]`: A `[M, N]`, B `[K, N]`, y `[L]`. It and CooMatMul are each other's derivatives. */
class CooMatMulGradData extends FunctionNode {
  readonly label = 'CooMatMulGradData';
  private readonly at: Entries;

  constructor(at: Entries) {
    super();
    this.at = at;
  }

  forward([A, B]: readonly [NdArray, NdArray]): readonly NdArray[] {
    this.retainInputs([0, 1]);
    const { row, col } = this.at;
    const y = dots.call([rowsOf(A, row), rowsOf(B, col)], { axis: 1 });
    return [used.call([row, astype(y, A.dtype, { copy: false })])];
  }

  override backward(
    targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    if (!gy) return targets.map(() => null);
    const { row, col } = this.at;
    const [A, B] = this.getRetainedInputs() as [Variable, Variable];
    return targets.map((i) =>
      i === 0
        ? new CooMatMul(this.at, extent(this.inputs[0])).apply1([gy, B])
        : new CooMatMul({ row: col, col: row }, extent(this.inputs[1])).apply1([gy, A]),
    );
  }
}

/** `op(S) X` for sparse S. */
function sparseTimesDense(S: CooMatrix, transposed: boolean, X: Variable): Variable {
  const { row, col, shape } = S;
  const [m, k] = transposed ? [shape[1], shape[0]] : shape;
  const [rows, cols] = transposed ? [col, row] : [row, col];
  const n = X.shape[X.ndim - 1] as number;
  const stack = X.shape.slice(0, -2);
  const batch = stack[0] ?? 1;
  const type = promote(S.data.dtype, X.dtype);
  const data = cast(reshape(S.data, [row.size]), type);
  const at = { row: flatRows(rows, cols, m), col: flatRows(cols, rows, k) };
  const y = new CooMatMul(at, batch * m).apply1([data, cast(reshape(X, [batch * k, n]), type)]);
  return reshape(y, [...stack, m, n]);
}

function check(S: CooMatrix, sparse: string, k: number, X: VariableLike, dense: string, own: number): void {
  const x = asVariable(X).array;
  const data = S.data.array;
  const entries = `${sparse}: CooMatrix of ${describe(data)} entries in ${S.shape.join(' x ')}`;
  const fail = (what: string) => invalid('sparseMatmul', `${what}; ${entries}`, { [dense]: x });
  if (data.dtype.kind !== 'f') fail(`${sparse} must have floating entries, got ${data.dtype.name}`);
  if (x.dtype.kind !== 'f') fail(`${dense} must have a floating dtype, got ${x.dtype.name}`);
  if (x.ndim !== data.ndim + 1) fail(`${dense} must have ${data.ndim + 1} axes, got ${x.ndim}`);
  if (data.ndim === 2 && data.shape[0] !== x.shape[0])
    fail(`${sparse} holds ${data.shape[0]} matrices but ${dense} ${x.shape[0]}`);
  const other = x.shape[x.ndim - 2 + own] as number;
  if (k !== other) fail(`${sparse} and ${dense} must agree in the axis that is summed: ${k} != ${other}`);
}

/**
 * Product of a sparse and a dense matrix, or of stacks of them; the result is dense. Entries of the sparse matrix get a gradient
 * if it was made with `requiresGrad`. Dtypes may differ: the result has the wider one.
 *
 * @param a `[…, M, K]`, or `[…, K, M]` with `transa`; where it is a `CooMatrix`, b is dense
 * @param b `[…, K, N]`, or `[…, N, K]` with `transb`; where it is a `CooMatrix`, a is dense
 * @returns `[…, M, N]`
 * @throws {TypeError} unless exactly one of a and b is a `CooMatrix`.
 * @throws {InvalidType} if sizes, axes or dtypes do not fit.
 * @example
 * import { functions as F, utils, xp } from 'chainer';
 * const a = utils.toCoo(xp.array([[0, 2], [1, 0]]), { requiresGrad: true });
 * const y = F.sparseMatmul(a, xp.array([[1, 2], [3, 4]]));
 * y.array.toArraySync(); // [[6, 8], [1, 2]]
 * F.sum(y).backward();
 * a.data.grad?.toArraySync(); // [7, 3]
 */
export function sparseMatmul(
  a: CooMatrix | VariableLike,
  b: CooMatrix | VariableLike,
  options: MatmulOptions = {},
): Variable {
  checkOptions('sparseMatmul', options, ['transa', 'transb']);
  const { transa = false, transb = false } = options;
  if (a instanceof CooMatrix && !(b instanceof CooMatrix)) {
    expectArray('sparseMatmul', 'b', b);
    check(a, 'a', a.shape[transa ? 0 : 1], b, 'b', transb ? 1 : 0);
    return sparseTimesDense(a, transa, transb ? swapaxes(b, -1, -2) : asVariable(b));
  }
  if (b instanceof CooMatrix && !(a instanceof CooMatrix)) {
    expectArray('sparseMatmul', 'a', a);
    check(b, 'b', b.shape[transb ? 1 : 0], a, 'a', transa ? 0 : 1);
    // AB = (BᵀAᵀ)ᵀ.
    return swapaxes(sparseTimesDense(b, !transb, transa ? asVariable(a) : swapaxes(a, -1, -2)), -1, -2);
  }
  throw new TypeError(
    `[sparseMatmul] one of a and b must be a CooMatrix and the other dense, got ${kindOf(a)} and ${kindOf(b)}; make one with utils.toCoo(x)`,
  );
}
