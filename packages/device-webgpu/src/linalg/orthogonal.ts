import type { Kernels, NdArray } from '@chainer/xp/internal';
import type { Context } from '../context.ts';
import { Dense } from '../dense.ts';
import { blockOf, type KernelText } from '../kernel.ts';
import {
  columnRanges,
  count,
  each,
  extents,
  lanes,
  larger,
  plus,
  sharedText,
  together,
  withWork,
} from './group.ts';

/**
 * Householder's reflections of the columns from `p.from` to `p.to`: a group for each matrix. Below the diagonal stand the vectors `v`,
 * whose first element is 1, in `b1` their factors; a column with nothing to remove has the factor 0.
 */
const reflectText = (): KernelText => ({
  access: 'ww',
  types: ['f32', 'f32'],
  fields: ['count: i32', 'm: i32', 'n: i32', 'from_: i32', 'to: i32', 'ox: i32', 'ot: i32'],
  size: lanes,
  declarations: sharedText('f32'),
  body: `if (group >= p.count) { return; }
let base = p.ox + group * p.m * p.n;
for (var k = p.from_; k < p.to; k++) {
  let diagonal = base + k * p.n + k;
  var top = 0f;
  ${each('i', 'k', 'p.m', 'top = max(top, abs(b0[base + i * p.n + k]));')}
  ${together('top', larger)}
  let scale = select(top, 1f, top == 0f);
  var rest = 0f;
  ${each('i', 'k + 1i', 'p.m', 'let v = b0[base + i * p.n + k] / scale; rest += v * v;')}
  ${together('rest', plus)}
  if (rest == 0f) {
    if (lane == 0i) { b1[p.ot + group * min(p.m, p.n) + k] = 0f; }
    continue;
  }
  let alpha = b0[diagonal] / scale;
  let beta = select(-1f, 1f, alpha < 0f) * sqrt(rest + alpha * alpha);
  let tau = (beta - alpha) / beta;
  storageBarrier();
  ${each('i', 'k + 1i', 'p.m', 'b0[base + i * p.n + k] = b0[base + i * p.n + k] / scale / (alpha - beta);')}
  if (lane == 0i) {
    b0[diagonal] = beta * scale;
    b1[p.ot + group * min(p.m, p.n) + k] = tau;
  }
  storageBarrier();
  ${each(
    'j',
    'k + 1i',
    'p.n',
    `var w = b0[base + k * p.n + j];
  for (var i = k + 1i; i < p.m; i++) { w += b0[base + i * p.n + k] * b0[base + i * p.n + j]; }
  w = w * tau;
  b0[base + k * p.n + j] -= w;
  for (var i = k + 1i; i < p.m; i++) { b0[base + i * p.n + j] -= w * b0[base + i * p.n + k]; }`,
  )}
  storageBarrier();
}`,
});

/** The first columns of Q, each by a thread: the reflections in reverse order, applied to a column of the identity. */
const unitaryText = (): KernelText => ({
  access: 'wrr',
  types: ['f32', 'f32', 'f32'],
  fields: ['total: i32', 'm: i32', 'n: i32', 'width: i32', 'oq: i32', 'ox: i32', 'ot: i32'],
  size: lanes,
  body: `if (id >= p.total) { return; }
let matrix = id / p.width;
let j = id % p.width;
let q = p.oq + matrix * p.m * p.width + j;
let base = p.ox + matrix * p.m * p.n;
let least = min(p.m, p.n);
for (var i = 0i; i < p.m; i++) { b0[q + i * p.width] = select(0f, 1f, i == j); }
for (var k = least - 1i; k >= 0i; k--) {
  let tau = b2[p.ot + matrix * least + k];
  if (tau == 0f) { continue; }
  var w = b0[q + k * p.width];
  for (var i = k + 1i; i < p.m; i++) { w += b1[base + i * p.n + k] * b0[q + i * p.width]; }
  w = w * tau;
  b0[q + k * p.width] -= w;
  for (var i = k + 1i; i < p.m; i++) { b0[q + i * p.width] -= w * b1[base + i * p.n + k]; }
}`,
});

/** R: the upper triangle of what the reflections left. */
const upperText = (): KernelText => ({
  access: 'wr',
  fields: ['total: i32', 'm: i32', 'n: i32', 'height: i32', 'or: i32', 'ox: i32'],
  size: 64,
  body: `if (id >= p.total) { return; }
let matrix = id / (p.height * p.n);
let i = id / p.n % p.height;
let j = id % p.n;
b0[p.or + id] = select(0u, b1[p.ox + (matrix * p.m + i) * p.n + j], j >= i);`,
});

/** Reflections of `x`, which stays with their vectors. */
export function reflect(ctx: Context, x: NdArray, tau: NdArray): void {
  const [m, n] = extents(x);
  const kernel = ctx.kernels.get('qr;reflect', reflectText);
  for (const [from, to] of columnRanges(Math.min(m, n), (k) => 2 * (m - k) * (n - k)))
    kernel.run([x, tau].map(blockOf), [count(x), m, n, from, to, x.offset, tau.offset], count(x));
}

/** Q from the reflections. */
export function unitary(ctx: Context, x: NdArray, tau: NdArray, q: NdArray): void {
  const [m, n] = extents(x);
  const [, width] = extents(q);
  const total = count(q) * width;
  ctx.kernels
    .get('qr;unitary', unitaryText)
    .runOver(total, [q, x, tau].map(blockOf), [total, m, n, width, q.offset, x.offset, tau.offset]);
}

/** QR factors by Householder's reflections. */
export function qrKernels(ctx: Context, copy: Kernels['copy']): Pick<Kernels, 'qr'> {
  return {
    qr(a, q, r) {
      const dense = new Dense(copy);
      const [x, toQ, toR] = [dense.changed(a), dense.output(q), dense.output(r)];
      const [m, n] = extents(a);
      const [height] = extents(r);
      withWork(a, [[count(a), Math.min(m, n)]], (tau) => {
        reflect(ctx, x, tau!);
        unitary(ctx, x, tau!, toQ);
      });
      ctx.kernels
        .get('qr;upper', upperText)
        .runOver(r.size, [toR, x].map(blockOf), [r.size, m, n, height, toR.offset, x.offset]);
      dense.finish();
    },
  };
}
