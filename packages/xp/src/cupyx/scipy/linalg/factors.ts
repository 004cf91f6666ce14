import { commonDevice } from '../../../core/arguments.ts';
import { checkOptions } from '../../../core/check-options.ts';
import { bfloat16, complex64, complex128, type DType, float32, float64, int32 } from '../../../core/dtype.ts';
import { sameShape, shapeText } from '../../../core/layout.ts';
import { emptyOn, type NdArray } from '../../../core/ndarray.ts';
import { promote, realType } from '../../../core/promotion.ts';
import { axisInserted, broadcastView, copyOf, picked, sliced } from '../../../core/views.ts';
import { arange } from '../../../creation/arange.ts';
import type { ArrayLike } from '../../../creation/array.ts';
import { astype } from '../../../creation/copy.ts';
import { eye, tril, triu } from '../../../creation/tri.ts';
import { ValueError } from '../../../errors.ts';
import { solveOn } from '../../../js/families.ts';
import { ElementwiseKernel } from '../../../kernel/elementwise-kernel.ts';
import { ReductionKernel } from '../../../kernel/reduction-kernel.ts';
import { isEmpty, matricesOf, refuse, stackOf } from '../../../linalg/prepare.ts';
import { diagonals, type Factors, factorsOf } from '../../../linalg/solve.ts';
import { reshape } from '../../../manipulation/reshape.ts';
import { matmul } from '../../../products/matmul.ts';
import { arrayOf } from '../../../reduction/options.ts';
import { coord, type Expr, fold, select } from '../../../scalar/expr.ts';
import { add } from '../../../ufunc/arithmetic.ts';
import { firstThatHolds } from '../../../ufunc/loops.ts';

/** Which matrix stands before x: a itself, its transpose, or its conjugated transpose. */
export type Trans = 0 | 1 | 2 | 'N' | 'T' | 'C';

function opOf(trans: Trans | undefined, who: string): 'none' | 'transpose' | 'adjoint' {
  if (trans === undefined || trans === 0 || trans === 'N') return 'none';
  if (trans === 1 || trans === 'T') return 'transpose';
  if (trans === 2 || trans === 'C') return 'adjoint';
  throw new ValueError(`[${who}] trans must be 0, 1, 2, 'N', 'T' or 'C', got ${JSON.stringify(trans)}`);
}

/** The smallest type of LAPACK that holds a dtype, as SciPy chooses it: float32 also for narrow integers and 16-bit floats. */
function lapackType(d: DType): DType {
  if (d === bfloat16) return float32;
  return firstThatHolds([d], [float32, float64, complex64, complex128]) ?? float64;
}

/** Right-hand sides as columns: a working copy, and whether it was a vector. */
function columnsOf(a: NdArray, b: ArrayLike, who: string): { x: NdArray; vector: boolean } {
  const B = arrayOf(b);
  commonDevice([a, B], who);
  const vector = B.ndim === 1;
  const columns = vector ? axisInserted(B, 1) : B;
  const n = a.shape[a.ndim - 1] as number;
  if (columns.ndim < 2 || columns.shape[columns.ndim - 2] !== n)
    throw new ValueError(`[${who}] a has ${n} rows but b has shape ${shapeText(B.shape)}`);
  const d = promote(lapackType(a.dtype), lapackType(B.dtype));
  const shape = [...stackOf(a), n, columns.shape[columns.ndim - 1] as number];
  if (!sameShape(stackOf(columns), stackOf(a)) && stackOf(columns).length > 0)
    throw new ValueError(
      `[${who}] a of shape ${shapeText(a.shape)} and b of shape ${shapeText(B.shape)} are no stacks of one size`,
    );
  return { x: copyOf(broadcastView(columns, shape), d), vector };
}

/** Options of `solveTriangular`. */
export interface SolveTriangularOptions {
  /** Which matrix stands before x; a unless given. */
  readonly trans?: Trans;
  /** Whether the lower triangle of a is read; the upper one unless said. */
  readonly lower?: boolean;
  /** Whether the diagonal counts as ones and is not read. */
  readonly unitDiagonal?: boolean;
  /** Accepted for SciPy's sake: nothing is ever overwritten. */
  readonly overwriteB?: boolean;
  /** Whether infinities and NaN are refused (on devices that can be read at once); not unless said, as in CuPy. */
  readonly checkFinite?: boolean;
}

const vanishing = /*#__PURE__*/ new ReductionKernel('solveTriangular', 1, {
  map: (x) => x.eq(0).where(1, 0).cast('int32'),
  reduce: (a, b) => a.maximum(b),
  identity: 0,
});
const infinite = /*#__PURE__*/ new ReductionKernel('solveTriangular', 1, {
  map: (x) => x.isfinite().where(0, 1).cast('int32'),
  reduce: (a, b) => a.maximum(b),
  identity: 0,
});

/**
 * Solution of `a x = b` for a triangular matrix.
 *
 * @param a `[…, n, n]`
 * @param b `[n]` or `[…, n, m]`
 * @throws {LinAlgError} if a is not square or has a zero on its diagonal; {ValueError} where the sizes differ.
 * @example
 * import { array, cupyx } from '@chainer/xp';
 * cupyx.scipy.linalg.solveTriangular(array([[2, 1], [0, 4]]), array([4, 8])).toArraySync(); // [1, 2]
 */
export function solveTriangular(a: ArrayLike, b: ArrayLike, options: SolveTriangularOptions = {}): NdArray {
  checkOptions('solveTriangular', options, ['trans', 'lower', 'unitDiagonal', 'overwriteB', 'checkFinite']);
  const who = 'solveTriangular';
  const A = matricesOf(a, who, true);
  const { x, vector } = columnsOf(A, b, who);
  const unit = options.unitDiagonal ?? false;
  const op = opOf(options.trans, who);
  const form = { lower: options.lower ?? false, unit, op };
  if (x.size > 0) {
    if (options.checkFinite)
      for (const [name, y] of [
        ['a', A],
        ['b', x],
      ] as const)
        if (y.device.synchronous && infinite.call([y]).itemSync())
          throw new ValueError(`[${who}] ${name} must not contain infinities or NaN`);
    if (!unit) refuse(vanishing.call([diagonals(A)], { axis: -1 }), () => `[${who}] a is a singular matrix`);
    solveOn(x.device).triangularSolve(copyOf(A, x.dtype), x, form);
  }
  return vector ? picked(x, x.ndim - 1, 0) : x;
}

/** Options of `lu`. */
export interface LuOptions {
  /** Whether P and L come as their product. */
  readonly permuteL?: boolean;
  /** Whether the permutation comes as indices of rows: `a = L[p] U`. */
  readonly pIndices?: boolean;
  readonly overwriteA?: boolean;
  readonly checkFinite?: boolean;
}

const rowAfter = /*#__PURE__*/ new ElementwiseKernel(
  'lu',
  2,
  (pivots, n) => {
    // Where row i of the matrix went: the exchanges, one after another.
    const row = coord(1);
    const stack = coord(0);
    return fold(n, [row], ([at], k) => {
      const other = pivots.at(stack, k);
      const place = at as Expr;
      return [select(place.eq(k), other, select(place.eq(other), k, place))];
    })[0] as Expr;
  },
  { raw: [0], scalars: [null, 'int32'], outputs: [int32] },
);

/** For each row of a matrix its place after the exchanges, `[…, m]`. */
function places(pivots: NdArray, m: number): NdArray {
  const k = pivots.shape[pivots.ndim - 1] as number;
  const stacks = k === 0 ? 1 : pivots.size / k;
  const flat = reshape(pivots, [stacks, k]);
  return reshape(rowAfter.call([flat, k], { shape: [stacks, m] }), [...pivots.shape.slice(0, -1), m]);
}

const permutation = /*#__PURE__*/ new ElementwiseKernel('lu', 2, (place, column) =>
  place.eq(column).where(1, 0),
);

/** LU factors of matrices that need not be square: those of a square one with zeros below or ones beside. */
function rectangular(A: NdArray): { packed: NdArray; pivots: NdArray } {
  const [m, n] = A.shape.slice(-2) as [number, number];
  const d = lapackType(A.dtype);
  if (m === n) {
    const { lu, pivots } = factorsOf(A, 'lu', d);
    return { packed: lu, pivots };
  }
  const size = Math.max(m, n);
  const square = emptyOn(A.device, [...stackOf(A), size, size], d);
  square.device.kernels.fill(square, 0);
  const rows = sliced(sliced(square, square.ndim - 2, 0, m), square.ndim - 1, 0, n);
  if (A.size > 0) A.device.kernels.copy(A, rows);
  const { lu, pivots } = factorsOf(square, 'lu', d);
  const k = Math.min(m, n);
  return {
    packed: copyOf(sliced(sliced(lu, lu.ndim - 2, 0, m), lu.ndim - 1, 0, n)),
    pivots: copyOf(sliced(pivots, pivots.ndim - 1, 0, k)),
  };
}

/**
 * LU factors: `a = P L U`, P a permutation, L unit lower and U upper triangular.
 *
 * @param a `[…, m, n]`
 * @returns P `[…, m, m]`, L `[…, m, min(m, n)]`, U `[…, min(m, n), n]`; with `permuteL` P L and U
 * @throws {LinAlgError} for fewer than 2 axes.
 * @example
 * import { array, cupyx } from '@chainer/xp';
 * const [p, l, u] = cupyx.scipy.linalg.lu(array([[1, 2], [2, 2]]));
 * [l.toArraySync(), u.toArraySync()]; // [[[1, 0], [0.5, 1]], [[2, 2], [0, 1]]]
 */
export function lu(a: ArrayLike, options: LuOptions & { readonly permuteL: true }): [PL: NdArray, U: NdArray];
export function lu(a: ArrayLike, options?: LuOptions): [P: NdArray, L: NdArray, U: NdArray];
export function lu(a: ArrayLike, options: LuOptions = {}): NdArray[] {
  checkOptions('lu', options, ['permuteL', 'pIndices', 'overwriteA', 'checkFinite']);
  const A = matricesOf(a, 'lu');
  const [m, n] = A.shape.slice(-2) as [number, number];
  const k = Math.min(m, n);
  const { packed, pivots } = rectangular(A);
  const d = packed.dtype;
  const left = sliced(packed, packed.ndim - 1, 0, k);
  const L = add(tril(left, { k: -1 }), eye(m, { M: k, dtype: d, device: A.device }));
  const U = triu(sliced(packed, packed.ndim - 2, 0, k));
  const at = places(pivots, m);
  const index = arange(m, { dtype: int32, device: A.device });
  const P = astype(permutation.call([axisInserted(at, at.ndim), index]), realType(d));
  if (options.permuteL) return [matmul(P, L), U];
  return [options.pIndices ? at : P, L, U];
}

/**
 * LU factors in one matrix, L below the diagonal, and the row exchanges, for `luSolve`.
 *
 * @param a `[…, n, n]`
 * @returns factors `[…, n, n]`, and for each row, in order, the row it was exchanged with
 * @throws {LinAlgError} if a is not square.
 */
export function luFactor(
  a: ArrayLike,
  _options: { readonly overwriteA?: boolean; readonly checkFinite?: boolean } = {},
): [lu: NdArray, piv: NdArray] {
  checkOptions('luFactor', _options, ['overwriteA', 'checkFinite']);
  const { packed, pivots } = rectangular(matricesOf(a, 'luFactor'));
  return [packed, pivots];
}

/** Options of `luSolve`. */
export interface LuSolveOptions {
  readonly trans?: Trans;
  readonly overwriteB?: boolean;
  readonly checkFinite?: boolean;
}

const exchangedRow = /*#__PURE__*/ new ElementwiseKernel(
  'luSolve',
  2,
  (x, place) => x.at(coord(0), place.at(coord(0), coord(1)), coord(2)),
  { raw: [0, 1] },
);

/**
 * Solution of `a x = b` from the factors of `luFactor`.
 *
 * @param luAndPiv factors and row exchanges
 * @param b `[n]` or `[…, n, m]`
 * @throws {LinAlgError} if the factors are not square; {ValueError} where the sizes differ.
 * @example
 * import { array, cupyx } from '@chainer/xp';
 * const factors = cupyx.scipy.linalg.luFactor(array([[0, 2], [4, 0]]));
 * cupyx.scipy.linalg.luSolve(factors, array([2, 4])).toArraySync(); // [1, 1]
 */
export function luSolve(
  luAndPiv: readonly [ArrayLike, ArrayLike],
  b: ArrayLike,
  options: LuSolveOptions = {},
): NdArray {
  checkOptions('luSolve', options, ['trans', 'overwriteB', 'checkFinite']);
  const who = 'luSolve';
  const A = matricesOf(luAndPiv[0], who, true);
  const pivots = copyOf(arrayOf(luAndPiv[1]), int32);
  const { x, vector } = columnsOf(A, b, who);
  const n = A.shape[A.ndim - 1] as number;
  if (!sameShape(pivots.shape, A.shape.slice(0, -1)))
    throw new ValueError(
      `[${who}] factors of shape ${shapeText(A.shape)} have no exchanges of shape ${shapeText(pivots.shape)}`,
    );
  const op = opOf(options.trans, who);
  if (x.size === 0 || isEmpty(A)) return vector ? picked(x, x.ndim - 1, 0) : x;
  const factors: Factors = { lu: copyOf(A, x.dtype), pivots };
  const { luSolve, triangularSolve } = solveOn(x.device);
  let y = x;
  if (op === 'none') luSolve(factors.lu, pivots, x);
  else {
    // Aᵀ = Uᵀ Lᵀ Pᵀ: both triangles turned round, and the exchanges last.
    triangularSolve(factors.lu, x, { lower: false, unit: false, op });
    triangularSolve(factors.lu, x, { lower: true, unit: true, op });
    const m = x.shape[x.ndim - 1] as number;
    const stacks = x.size / (n * m);
    const flat = reshape(x, [stacks, n, m]);
    const at = reshape(places(pivots, n), [stacks, n]);
    y = reshape(exchangedRow.call([flat, at], { shape: [stacks, n, m] }), x.shape);
  }
  return vector ? picked(y, y.ndim - 1, 0) : y;
}
