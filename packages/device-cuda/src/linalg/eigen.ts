import { complex128, type DType, float64, type Kernels } from '@chainer/xp/internal';
import type { Context } from '../context.ts';
import { Dense } from '../dense.ts';
import { blocksFor } from '../grid.ts';
import type { KernelText } from '../kernel.ts';
import { blockText, count, each, extents, lanes, withWork } from './group.ts';

/** Steps for one eigenvalue after which it is given up. */
const most = 300;

/** Rotations of two neighbouring rows or columns, by all threads of a block. */
const rotations = `typedef x_complex<double> Z;
__device__ inline double size(Z a) { return x_fabs(a.re) + x_fabs(a.im); }
// A plane rotation [c, s; -conj(s), c] that takes (a, b) to (r, 0).
struct Turn { double c; Z s; };
__device__ inline Turn givens(Z a, Z b) {
  const double p = x_hypot(a.re, a.im), q = x_hypot(b.re, b.im);
  Turn t;
  t.c = 1;
  t.s = Z(0, 0);
  if (q == 0) return t;
  if (p == 0) {
    t.c = 0;
    t.s = Z(b.re / q, -b.im / q);
    return t;
  }
  const double r = x_hypot(p, q);
  t.c = p / r;
  t.s = a * x_conj(b) / (p * r);
  return t;
}
// Rows k and k + 1 from a column on.
__device__ inline void rotateRows(Z* x, int n, int k, Turn t, int from) {
  for (int j = from + (int)threadIdx.x; j < n; j += (int)blockDim.x) {
    const Z a = x[k * n + j], b = x[(k + 1) * n + j];
    x[k * n + j] = a * t.c + t.s * b;
    x[(k + 1) * n + j] = b * t.c - x_conj(t.s) * a;
  }
  __syncthreads();
}
// Columns k and k + 1 of the first rows: times the adjoint of the same rotation.
__device__ inline void rotateColumns(Z* x, int n, int k, Turn t, int rows) {
  for (int i = (int)threadIdx.x; i < rows; i += (int)blockDim.x) {
    const Z a = x[i * n + k], b = x[i * n + k + 1];
    x[i * n + k] = a * t.c + x_conj(t.s) * b;
    x[i * n + k + 1] = b * t.c - t.s * a;
  }
  __syncthreads();
}
// The eigenvalue of the last 2 by 2 block that is nearer to its corner (Wilkinson's shift).
__device__ inline Z shiftOf(const Z* h, int n, int hi) {
  const Z a = h[(hi - 1) * n + hi - 1], b = h[(hi - 1) * n + hi], c = h[hi * n + hi - 1], d = h[hi * n + hi];
  const Z half = (a - d) / 2.0, bc = b * c;
  Z root = x_csqrt(half * half + bc);
  if (half.re * root.re + half.im * root.im < 0) root = -root;
  const Z e = half + root;
  const double square = e.re * e.re + e.im * e.im;
  return square == 0 ? d : d - bc * x_conj(e) / square;
}`;

/**
 * Eigenvalues by shifted QR steps on Hessenberg's form, and vectors by substitution in the triangle that is left: a block for each
 * matrix, in double precision. All threads decide alike, as they read the same numbers.
 */
const eigText = (d: DType, vectors: boolean): KernelText =>
  blockText(
    'eig',
    d,
    [
      ...['int n', 'const T* a', 'T* w', ...(vectors ? ['T* v'] : []), 'int* info'],
      ...['Z* h', ...(vectors ? ['Z* z', 'Z* y'] : []), 'Turn* turns'],
    ],
    `const int n = p.n;
  const T* const a = p.a + (long long)item * n * n;
  Z* const h = p.h + (long long)item * n * n;
  ${vectors ? 'Z* const z = p.z + (long long)item * n * n;\n  Z* const y = p.y + (long long)item * n * n;' : ''}
  Turn* const turns = p.turns + (long long)item * n;
  ${each('e', '0', 'n * n', `h[e] = Z(a[e].re, a[e].im); ${vectors ? 'z[e] = Z(e / n == e % n ? 1 : 0, 0);' : ''}`)}
  __syncthreads();
  for (int j = 0; j < n - 2; j++) {
    for (int i = n - 1; i > j + 1; i--) {
      const Turn t = givens(h[(i - 1) * n + j], h[i * n + j]);
      __syncthreads();
      rotateRows(h, n, i - 1, t, j);
      rotateColumns(h, n, i - 1, t, n);
      ${vectors ? 'rotateColumns(z, n, i - 1, t, n);' : ''}
      if (lane == 0) h[i * n + j] = Z(0, 0);
      __syncthreads();
    }
  }
  int failed = 0, tries = 0;
  for (int hi = n - 1; hi > 0;) {
    int lo = hi;
    for (; lo > 0; lo--) {
      const double scale = size(h[(lo - 1) * n + lo - 1]) + size(h[lo * n + lo]);
      if (size(h[lo * n + lo - 1]) <= 1.2e-16 * (scale == 0 ? 1 : scale)) break;
    }
    __syncthreads();
    if (lo > 0 && lane == 0) h[lo * n + lo - 1] = Z(0, 0);
    if (lo == hi) {
      hi--;
      tries = 0;
      __syncthreads();
      continue;
    }
    if (++tries > ${most}) { failed = 1; break; }
    // Now and then a shift out of line, in case the usual one goes in circles.
    const Z corner = h[hi * n + hi];
    const Z shift = tries % 10 == 0 ? Z(corner.re + size(h[hi * n + hi - 1]), corner.im) : shiftOf(h, n, hi);
    __syncthreads();
    ${each('i', 'lo', 'hi + 1', 'h[i * n + i] -= shift;')}
    __syncthreads();
    for (int k = lo; k < hi; k++) {
      const Turn t = givens(h[k * n + k], h[(k + 1) * n + k]);
      __syncthreads();
      if (lane == 0) turns[k] = t;
      rotateRows(h, n, k, t, k);
    }
    for (int k = lo; k < hi; k++) {
      const Turn t = turns[k];
      rotateColumns(h, n, k, t, k + 2 < n ? k + 2 : n);
      ${vectors ? 'rotateColumns(z, n, k, t, n);' : ''}
    }
    ${each('i', 'lo', 'hi + 1', 'h[i * n + i] += shift;')}
    __syncthreads();
  }
  if (lane == 0) p.info[item] = failed;
  ${each('i', '0', 'n', `p.w[(long long)item * n + i] = T(h[i * n + i].re, h[i * n + i].im);`)}
  ${
    vectors
      ? `double top = 0;
  ${each('e', '0', 'n * n', 'const double s = size(h[e]); top = s > top ? s : top;')}
  __shared__ double tops[32];
  top = x_together<${lanes}>(top, tops, [](double b, double c) { return b > c ? b : c; });
  const double least = 2.3e-16 * (top == 0 ? 1 : top);
  ${each(
    'k',
    '0',
    'n',
    `for (int i = n - 1; i > k; i--) y[i * n + k] = Z(0, 0);
    y[k * n + k] = Z(1, 0);
    for (int i = k - 1; i >= 0; i--) {
      Z r(0, 0);
      for (int j = i + 1; j <= k; j++) r -= h[i * n + j] * y[j * n + k];
      Z q = h[i * n + i] - h[k * n + k];
      // Equal eigenvalues are pushed apart by rounding's size.
      if (x_hypot(q.re, q.im) < least) q.re = least;
      y[i * n + k] = r / q;
    }
    double length = 0;
    T* const v = p.v + (long long)item * n * n + k;
    for (int i = 0; i < n; i++) {
      Z r(0, 0);
      for (int j = 0; j <= k; j++) r += z[i * n + j] * y[j * n + k];
      length = x_hypot(length, x_hypot(r.re, r.im));
    }
    for (int i = 0; i < n; i++) {
      Z r(0, 0);
      for (int j = 0; j <= k; j++) r += z[i * n + j] * y[j * n + k];
      v[i * n] = T(r.re / length, r.im / length);
    }`,
  )}`
      : ''
  }`,
    rotations,
  );

/** Eigenvalues and right eigenvectors of any square matrices. */
export function eigenKernels(ctx: Context, copy: Kernels['copy']): Pick<Kernels, 'eig'> {
  return {
    eig(a, w, v, info) {
      const dense = new Dense(copy);
      const [toW, toV, toInfo] = [dense.output(w), v && dense.output(v), dense.output(info)];
      const x = dense.input(a, w.dtype);
      const [n] = extents(a);
      const stack = count(a);
      const square = [[stack, n, n], complex128] as const;
      const shapes = [square, ...(toV ? [square, square] : []), [[stack, n, 4], float64] as const];
      withWork(a, shapes, (...work) => {
        ctx.kernels
          .get(`eig;${w.dtype.name};${toV !== null}`, () => eigText(w.dtype, toV !== null))
          .run([stack, n, x, toW, ...(toV ? [toV] : []), toInfo, ...work], blocksFor(stack, 1));
      });
      dense.finish();
    },
  };
}
