import type { Kernels } from '@chainer/xp/internal';
import type { Context } from './context.ts';
import { Dense } from './dense.ts';
import { blockOf, type KernelText } from './kernel.ts';

const size = 64;
const float = (buffer: string, at: string) => `bitcast<f32>(${buffer}[${at}])`;

/** The place of element k of a line whose length is `p.<n>`. */
const at = (n: string, k: string) => `((line / p.inner) * p.${n} + ${k}) * p.inner + line % p.inner`;

/** Lines one after another as pairs: cut or continued with zeros, or with their own mirror image. */
const loadText = (complex: boolean, mirrored: boolean): KernelText => ({
  access: complex ? 'wrr' : 'wr',
  fields: ['total: i32', 'n: i32', 'inner: i32', 'given: i32', 'ore: i32', ...(complex ? ['oim: i32'] : [])],
  size,
  body: `if (id >= p.total) { return; }
let line = id / p.n;
var k = id % p.n;
var sign = 1f;
${mirrored ? 'if (k > p.n / 2i) { k = p.n - k; sign = -1f; }' : ''}
var value = vec2<f32>();
if (k < p.given) {
  value.x = ${float('b1', `p.ore + ${at('given', 'k')}`)};
  ${complex ? `value.y = sign * ${float('b2', `p.oim + ${at('given', 'k')}`)};` : ''}
}
b0[2i * id] = bitcast<u32>(value.x);
b0[2i * id + 1i] = bitcast<u32>(value.y);`,
});

/**
 * A pass of Stockham's algorithm for any radix: transforms of length `p.done` become transforms of length `p.done * p.radix`. The
 * exponents are reduced by integers, so that long transforms lose no digits.
 */
const passText = (): KernelText => ({
  access: 'wr',
  fields: ['total: i32', 'n: i32', 'done: i32', 'radix: i32', 'sign: f32'],
  size,
  body: `if (id >= p.total) { return; }
let line = id / p.n;
let o = id % p.n;
let length = p.done * p.radix;
let parts = p.n / length;
let block = o / length;
let t = o % length;
var sum = vec2<f32>();
var turn = 0i;
for (var s = 0i; s < p.radix; s++) {
  let from_ = 2i * (line * p.n + (block + s * parts) * p.done + t % p.done);
  let x = vec2<f32>(${float('b1', 'from_')}, ${float('b1', 'from_ + 1i')});
  let angle = p.sign * 6.28318530718f * (f32(turn) / f32(length));
  let c = x_cos(angle);
  let d = x_sin(angle);
  sum += vec2<f32>(x.x * c - x.y * d, x.x * d + x.y * c);
  turn += t;
  if (turn >= length) { turn -= length; }
}
b0[2i * id] = bitcast<u32>(sum.x);
b0[2i * id + 1i] = bitcast<u32>(sum.y);`,
});

/** The first frequencies of each line, scaled. */
const storeText = (complex: boolean): KernelText => ({
  access: complex ? 'wrw' : 'wr',
  fields: [
    ...['total: i32', 'n: i32', 'inner: i32', 'wanted: i32', 'scale: f32', 'ore: i32'],
    ...(complex ? ['oim: i32'] : []),
  ],
  size,
  body: `if (id >= p.total) { return; }
let line = id / p.wanted;
let k = id % p.wanted;
let found = 2i * (line * p.n + k);
let to = ${at('wanted', 'k')};
b0[p.ore + to] = bitcast<u32>(${float('b1', 'found')} * p.scale);
${complex ? `b2[p.oim + to] = bitcast<u32>(${float('b1', 'found + 1i')} * p.scale);` : ''}`,
});

/** Prime factors, the small ones first; pairs of twos together. */
function radices(n: number): number[] {
  const found: number[] = [];
  let rest = n;
  for (const p of [4, 2]) for (; rest % p === 0; rest /= p) found.push(p);
  for (let p = 3; p * p <= rest; p += 2) for (; rest % p === 0; rest /= p) found.push(p);
  if (rest > 1) found.push(rest);
  return found;
}

/** Fourier transforms of any length, a pass for each prime factor. */
export function fftKernels(ctx: Context, copy: Kernels['copy']): Pick<Kernels, 'fft'> {
  return {
    fft(re, im, outRe, outIm, { axis, n, inverse, scale }) {
      if (outRe.size === 0) return;
      const dense = new Dense(copy);
      const [yRe, yIm] = [dense.output(outRe), outIm && dense.output(outIm)];
      const [xRe, xIm] = [dense.input(re), im && dense.input(im)];
      const given = re.shape[axis]!;
      const wanted = outRe.shape[axis]!;
      const inner = re.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
      const lines = outRe.size / wanted;
      const total = lines * n;
      let now = ctx.memory.scratch(total * 8);
      let next = ctx.memory.scratch(total * 8);
      ctx.kernels
        .get(`fft;load;${xIm !== null};${yIm === null}`, () => loadText(xIm !== null, yIm === null))
        .runOver(
          total,
          [now, blockOf(xRe), ...(xIm ? [blockOf(xIm)] : [])],
          [total, n, inner, given, xRe.offset, ...(xIm ? [xIm.offset] : [])],
        );
      let done = 1;
      for (const radix of radices(n)) {
        ctx.kernels
          .get('fft;pass', passText)
          .runOver(total, [next, now], [total, n, done, radix, inverse ? 1 : -1]);
        [now, next] = [next, now];
        done *= radix;
      }
      ctx.kernels
        .get(`fft;store;${yIm !== null}`, () => storeText(yIm !== null))
        .runOver(
          outRe.size,
          [blockOf(yRe), now, ...(yIm ? [blockOf(yIm)] : [])],
          [outRe.size, n, inner, wanted, scale, yRe.offset, ...(yIm ? [yIm.offset] : [])],
        );
      ctx.memory.giveScratchBack(now);
      ctx.memory.giveScratchBack(next);
      dense.finish();
    },
  };
}
