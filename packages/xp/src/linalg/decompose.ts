import { checkOptions } from '../core/check-options.ts';
import { emptyOn, type NdArray } from '../core/ndarray.ts';
import { complexType, realType } from '../core/promotion.ts';
import type { ArrayLike } from '../creation/array.ts';
import { eye } from '../creation/tri.ts';
import { zeros } from '../creation/zeros.ts';
import { ValueError } from '../errors.ts';
import { eigOn, orthogonalOn } from '../js/families.ts';
import { isEmpty, matricesOf, refuse, reports, stackOf, workCopy, workType } from './prepare.ts';
import { adjoint } from './solve.ts';

/** Options of `svd`. */
export interface SvdOptions {
  /** All of U and V, or only what belongs to singular values. */
  readonly fullMatrices?: boolean;
  /** Whether the vectors are computed. */
  readonly computeUv?: boolean;
}

/** Orthonormal columns where nothing decides which. */
function unitary(like: NdArray, rows: number, columns: number): NdArray {
  const y = emptyOn(like.device, [...stackOf(like), rows, columns], like.dtype);
  if (y.size > 0) y.device.kernels.copy(eye(rows, { M: columns, dtype: like.dtype, device: like.device }), y);
  return y;
}

/** Singular values, descending, and vectors. */
export function decompose(
  a: NdArray,
  vectors: 'none' | 'reduced' | 'full',
  who: string,
): { u: NdArray | null; s: NdArray; vh: NdArray | null } {
  const [m, n] = a.shape.slice(-2) as [number, number];
  const k = Math.min(m, n);
  const x = workCopy(a, who);
  const s = emptyOn(a.device, [...stackOf(a), k], realType(x.dtype));
  if (isEmpty(x)) {
    if (vectors === 'none') return { u: null, s, vh: null };
    const [p, q] = vectors === 'full' ? [m, n] : [k, k];
    return { u: unitary(x, m, p), s, vh: unitary(x, q, n) };
  }
  const make = (rows: number, columns: number) =>
    vectors === 'none' ? null : emptyOn(a.device, [...stackOf(a), rows, columns], x.dtype);
  const u = make(m, vectors === 'full' ? m : k);
  const vh = make(vectors === 'full' ? n : k, n);
  orthogonalOn(a.device).svd(x, u, s, vh);
  return { u, s, vh };
}

/**
 * Singular value decomposition: `a = U diag(s) Vᴴ`.
 *
 * @param a `[…, m, n]`; integers give float64.
 * @returns U `[…, m, m]`, s `[…, min(m, n)]` descending, Vᴴ `[…, n, n]` (`fullMatrices: false`: min(m, n) columns and rows); s alone
 * with `computeUv: false`
 * @throws {LinAlgError} for fewer than 2 axes; {DTypeError} for 16-bit floats.
 * @example
 * import { array, linalg } from '@chainer/xp';
 * linalg.svd(array([[3, 0], [0, 4]]), { computeUv: false }).toArraySync(); // [4, 3]
 */
export function svd(a: ArrayLike, options: SvdOptions & { readonly computeUv: false }): NdArray;
export function svd(a: ArrayLike, options?: SvdOptions): [U: NdArray, S: NdArray, Vh: NdArray];
export function svd(a: ArrayLike, options: SvdOptions = {}): NdArray | [NdArray, NdArray, NdArray] {
  checkOptions('linalg.svd', options, ['fullMatrices', 'computeUv']);
  const A = matricesOf(a, 'linalg.svd');
  if (options.computeUv === false) return decompose(A, 'none', 'linalg.svd').s;
  const { u, s, vh } = decompose(A, (options.fullMatrices ?? true) ? 'full' : 'reduced', 'linalg.svd');
  return [u as NdArray, s, vh as NdArray];
}

/** Singular values, descending: `[…, min(m, n)]`. */
export function svdvals(x: ArrayLike): NdArray {
  return decompose(matricesOf(x, 'linalg.svdvals'), 'none', 'linalg.svdvals').s;
}

/**
 * QR factors: `a = Q R`, Q with orthonormal columns, R upper triangular.
 *
 * @param a `[…, m, n]`
 * @param options `mode`: `reduced` (min(m, n) columns), `complete` (m), or `r` (R alone).
 * @throws {LinAlgError} for fewer than 2 axes; {ValueError} for another mode.
 * @example
 * import { array, linalg, matmul } from '@chainer/xp';
 * const [q, r] = linalg.qr(array([[3, 1], [4, 2]]));
 * matmul(q, r).toArraySync(); // [[3.000, 1.000], [4.000, 2.000]]
 */
export function qr(a: ArrayLike, options: { readonly mode: 'r' }): NdArray;
export function qr(
  a: ArrayLike,
  options?: { readonly mode?: 'reduced' | 'complete' },
): [Q: NdArray, R: NdArray];
export function qr(
  a: ArrayLike,
  options: { readonly mode?: 'reduced' | 'complete' | 'r' } = {},
): NdArray | [NdArray, NdArray] {
  checkOptions('linalg.qr', options, ['mode']);
  const A = matricesOf(a, 'linalg.qr');
  const mode = options.mode ?? 'reduced';
  if (mode !== 'reduced' && mode !== 'complete' && mode !== 'r')
    throw new ValueError(
      `[linalg.qr] mode must be 'reduced', 'complete' or 'r', got ${JSON.stringify(mode)}`,
    );
  const [m, n] = A.shape.slice(-2) as [number, number];
  const k = mode === 'complete' ? m : Math.min(m, n);
  const x = workCopy(A, 'linalg.qr');
  if (isEmpty(x)) {
    const r = zeros([...stackOf(x), k, n], { dtype: x.dtype, device: x.device });
    return mode === 'r' ? r : [unitary(x, m, k), r];
  }
  const q = emptyOn(x.device, [...stackOf(x), m, k], x.dtype);
  const r = emptyOn(x.device, [...stackOf(x), k, n], x.dtype);
  orthogonalOn(x.device).qr(x, q, r);
  return mode === 'r' ? r : [q, r];
}

/** Options of `eigh`. */
export interface EighOptions {
  /** The triangle that is read. */
  readonly UPLO?: 'L' | 'U';
}

function hermitian(a: ArrayLike, o: EighOptions, who: string): { w: NdArray; v: NdArray } {
  const A = matricesOf(a, who, true);
  const uplo = (o.UPLO ?? 'L').toUpperCase();
  if (uplo !== 'L' && uplo !== 'U')
    throw new ValueError(`[${who}] UPLO must be 'L' or 'U', got ${JSON.stringify(o.UPLO)}`);
  const v = workCopy(uplo === 'U' ? adjoint(A) : A, who);
  const w = emptyOn(A.device, A.shape.slice(0, -1), realType(v.dtype));
  if (!isEmpty(v)) orthogonalOn(A.device).eigh(v, w);
  return { w, v };
}

/**
 * Eigenvalues and eigenvectors of Hermitian (or real symmetric) matrices: `a V = V diag(w)`.
 *
 * @param a `[…, n, n]`, of which only one triangle is read
 * @returns w `[…, n]` ascending, real; V `[…, n, n]`, orthonormal columns
 * @throws {LinAlgError} if a is not square.
 * @example
 * import { array, linalg } from '@chainer/xp';
 * linalg.eigh(array([[2, 1], [1, 2]]))[0].toArraySync(); // [1.000, 3.000]
 */
export function eigh(a: ArrayLike, options: EighOptions = {}): [eigenvalues: NdArray, eigenvectors: NdArray] {
  checkOptions('linalg.eigh', options, ['UPLO']);
  const { w, v } = hermitian(a, options, 'linalg.eigh');
  return [w, v];
}

/** Eigenvalues of Hermitian matrices, ascending: `[…, n]`. */
export function eigvalsh(a: ArrayLike, options: EighOptions = {}): NdArray {
  checkOptions('linalg.eigvalsh', options, ['UPLO']);
  return hermitian(a, options, 'linalg.eigvalsh').w;
}

function general(a: ArrayLike, vectors: boolean, who: string): { w: NdArray; v: NdArray | null } {
  const A = matricesOf(a, who, true);
  const d = complexType(workType(A.dtype, who));
  const x = workCopy(A, who, d);
  const w = emptyOn(A.device, A.shape.slice(0, -1), d);
  const v = vectors ? emptyOn(A.device, A.shape, d) : null;
  if (isEmpty(x)) return { w, v };
  const info = reports(x);
  eigOn(A.device).eig(x, w, v, info);
  refuse(info, () => `[${who}] the eigenvalues did not converge`);
  return { w, v };
}

/**
 * Eigenvalues and right eigenvectors of square matrices: `a V = V diag(w)`. Both are complex, as in CuPy.
 *
 * @param a `[…, n, n]`
 * @returns w `[…, n]` in no order; V `[…, n, n]`, columns of length 1
 * @throws {LinAlgError} if a is not square or the iteration does not converge.
 * @example
 * import { array, linalg } from '@chainer/xp';
 * linalg.eig(array([[2, 0], [0, 3]]))[0].real.toArraySync(); // [2, 3]
 */
export function eig(a: ArrayLike): [eigenvalues: NdArray, eigenvectors: NdArray] {
  const { w, v } = general(a, true, 'linalg.eig');
  return [w, v as NdArray];
}

/** Eigenvalues of square matrices, complex, in no order: `[…, n]`. */
export function eigvals(a: ArrayLike): NdArray {
  return general(a, false, 'linalg.eigvals').w;
}
