import type { DType, Kernels, NdArray } from '@chainer/xp/internal';
import type { Context } from '../context.ts';
import { elementType } from '../cuda/types.ts';
import { Dense } from '../dense.ts';
import { blocksFor, walking } from '../grid.ts';
import type { KernelText } from '../kernel.ts';
import { added, blockText, count, each, extents, largest, withWork } from './group.ts';

/**
 * Householder's reflections `1 - tau v vᴴ`: below the diagonal stand the vectors `v`, whose first element is 1; a column with nothing to
 * remove has the factor 0.
 */
const reflectText = (d: DType): KernelText =>
  blockText(
    'qr_reflect',
    d,
    ['int m', 'int n', 'T* x', 'T* tau'],
    `const int m = p.m, n = p.n, least = m < n ? m : n;
  T* const x = p.x + (long long)item * m * n;
  for (int k = 0; k < least; k++) {
    R top = 0;
    ${each('i', 'k', 'm', 'const R s = x_size(x[i * n + k]); top = s > top ? s : top;')}
    ${largest('top')}
    const R scale = top == 0 ? R(1) : top;
    R rest = 0;
    ${each('i', 'k + 1', 'm', 'rest += x_square(x[i * n + k] / scale);')}
    ${added('rest')}
    const T alpha = x[k * n + k] / scale;
    if (rest == 0 && x_imag(alpha) == 0) {
      if (lane == 0) p.tau[(long long)item * least + k] = T(0);
      continue;
    }
    const R beta = (x_real(alpha) < 0 ? R(1) : R(-1)) * x_sqrt(rest + x_square(alpha));
    const T tau = (T(beta) - alpha) / beta, under = alpha - T(beta);
    __syncthreads();
    ${each('i', 'k + 1', 'm', 'x[i * n + k] = x[i * n + k] / scale / under;')}
    if (lane == 0) {
      x[k * n + k] = T(beta * scale);
      p.tau[(long long)item * least + k] = tau;
    }
    __syncthreads();
    ${each(
      'j',
      'k + 1',
      'n',
      `T w = x[k * n + j];
      for (int i = k + 1; i < m; i++) w += x_conj(x[i * n + k]) * x[i * n + j];
      w = w * x_conj(tau);
      x[k * n + j] -= w;
      for (int i = k + 1; i < m; i++) x[i * n + j] -= w * x[i * n + k];`,
    )}
    __syncthreads();
  }`,
  );

/** The first columns of Q, each by a thread: the reflections in reverse order, applied to a column of the identity. */
const unitaryText = (d: DType): KernelText =>
  walking(
    'qr_unitary',
    'int',
    ['int m', 'int columns', 'int width', 'T* q', 'const T* x', 'const T* tau'],
    `const int matrix = id / p.width, j = id % p.width, m = p.m, n = p.columns, width = p.width;
  T* const q = p.q + (long long)matrix * m * width + j;
  const T* const x = p.x + (long long)matrix * m * n;
  const int least = m < n ? m : n;
  for (int i = 0; i < m; i++) q[i * width] = T(i == j ? 1 : 0);
  for (int k = least - 1; k >= 0; k--) {
    const T tau = p.tau[(long long)matrix * least + k];
    if (tau == T(0)) continue;
    T w = q[k * width];
    for (int i = k + 1; i < m; i++) w += x_conj(x[i * n + k]) * q[i * width];
    w = w * tau;
    q[k * width] -= w;
    for (int i = k + 1; i < m; i++) q[i * width] -= w * x[i * n + k];
  }`,
    `typedef ${elementType(d)} T;`,
  );

/** R: the upper triangle of what the reflections left. */
const upperText = (d: DType): KernelText =>
  walking(
    'qr_upper',
    'int',
    ['int m', 'int columns', 'int height', 'T* r', 'const T* x'],
    `const int matrix = id / (p.height * p.columns), i = id / p.columns % p.height, j = id % p.columns;
  p.r[id] = j >= i ? p.x[((long long)matrix * p.m + i) * p.columns + j] : T(0);`,
    `typedef ${elementType(d)} T;`,
  );

/** Reflections of `x`, which stays with their vectors. */
export function reflect(ctx: Context, x: NdArray, tau: NdArray): void {
  const [m, n] = extents(x);
  ctx.kernels
    .get(`qr;reflect;${x.dtype.name}`, () => reflectText(x.dtype))
    .run([count(x), m, n, x, tau], blocksFor(count(x), 1));
}

/** Q from the reflections. */
export function unitary(ctx: Context, x: NdArray, tau: NdArray, q: NdArray): void {
  const [m, n] = extents(x);
  const [, width] = extents(q);
  const total = count(q) * width;
  ctx.kernels
    .get(`qr;unitary;${x.dtype.name}`, () => unitaryText(x.dtype))
    .run([total, m, n, width, q, x, tau], blocksFor(total));
}

/** QR factors by Householder's reflections. */
export function qrKernels(ctx: Context, copy: Kernels['copy']): Pick<Kernels, 'qr'> {
  return {
    qr(a, q, r) {
      const dense = new Dense(copy);
      const [x, toQ, toR] = [dense.changed(a), dense.output(q), dense.output(r)];
      const [m, n] = extents(a);
      const [height] = extents(r);
      withWork(a, [[[count(a), Math.min(m, n)], a.dtype]], (tau) => {
        reflect(ctx, x, tau!);
        unitary(ctx, x, tau!, toQ);
      });
      ctx.kernels
        .get(`qr;upper;${a.dtype.name}`, () => upperText(a.dtype))
        .run([r.size, m, n, height, toR, x], blocksFor(r.size));
      dense.finish();
    },
  };
}
