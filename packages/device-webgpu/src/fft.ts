import type { Kernels } from '@chainer/xp/internal';
import type { Context } from './context.ts';
import { Dense } from './dense.ts';
import type { Block } from './gpu.ts';
import { blockOf, type KernelText } from './kernel.ts';
import { powerOfTwo } from './sort.ts';

const size = 64;
const product =
  'fn product(a: vec2<f32>, b: vec2<f32>) -> vec2<f32> { return vec2<f32>(a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x); }';
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

/** Lines of `p.n` elements, times the chirp, as lines of `p.m` that end in zeros. */
const spreadText = (): KernelText => ({
  access: 'wrr',
  types: ['vec2<f32>', 'vec2<f32>', 'vec2<f32>'],
  fields: ['total: i32', 'n: i32', 'm: i32'],
  size,
  declarations: product,
  body: `if (id >= p.total) { return; }
let k = id % p.m;
var value = vec2<f32>();
if (k < p.n) { value = product(b1[id / p.m * p.n + k], b2[k]); }
b0[id] = value;`,
});

/** Lines times what all of them are multiplied by, in place. */
const filterText = (): KernelText => ({
  access: 'wr',
  types: ['vec2<f32>', 'vec2<f32>'],
  fields: ['total: i32', 'm: i32'],
  size,
  declarations: product,
  body: `if (id >= p.total) { return; }
b0[id] = product(b0[id], b1[id % p.m]);`,
});

/** The first `p.n` elements of lines of `p.m`, times the chirp. */
const gatherText = (): KernelText => ({
  access: 'wrr',
  types: ['vec2<f32>', 'vec2<f32>', 'vec2<f32>'],
  fields: ['total: i32', 'n: i32', 'm: i32'],
  size,
  declarations: product,
  body: `if (id >= p.total) { return; }
let k = id % p.n;
b0[id] = product(b1[id / p.n * p.m + k], b2[k]);`,
});

/** The largest prime factor for which a pass is taken: it does that many multiplications for each element. */
const mostRadix = 61;

/**
 * The chirp `exp(∓ iπ k² / n)`, and its conjugate, mirrored, divided by `m` and with zeros between, with which Bluestein's algorithm
 * convolves. In double precision, with exponents reduced by integers: `k² mod 2n` grows by `2k + 1` from one to the next.
 */
export function chirps(
  n: number,
  m: number,
  inverse: boolean,
): { chirp: Float32Array; filter: Float32Array } {
  const chirp = new Float32Array(2 * n);
  const filter = new Float32Array(2 * m);
  for (let k = 0, square = 0; k < n; square = (square + 2 * k + 1) % (2 * n), k++) {
    const angle = ((inverse ? 1 : -1) * Math.PI * square) / n;
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    chirp.set([c, s], 2 * k);
    filter.set([c / m, -s / m], 2 * k);
    if (k > 0) filter.set([c / m, -s / m], 2 * (m - k));
  }
  return { chirp, filter };
}

/** Fourier transforms of any length: a pass for each prime factor, by Bluestein's algorithm where one of them is large. */
export function fftKernels(ctx: Context, copy: Kernels['copy']): Pick<Kernels, 'fft'> {
  const { kernels, memory } = ctx;

  /** Transforms lines of pairs. Gives back what it takes and does not return. */
  function passes(from: Block, lines: number, n: number, sign: number): Block {
    let now = from;
    let next = memory.scratch(lines * n * 8);
    let done = 1;
    for (const radix of radices(n)) {
      kernels.get('fft;pass', passText).runOver(lines * n, [next, now], [lines * n, n, done, radix, sign]);
      [now, next] = [next, now];
      done *= radix;
    }
    memory.giveScratchBack(next);
    return now;
  }

  /** The same as a convolution with a chirp, by transforms whose length is a power of two. */
  function bluestein(from: Block, lines: number, n: number, inverse: boolean): Block {
    const m = powerOfTwo(2 * n - 1);
    const { chirp, filter } = chirps(n, m, inverse);
    const chirpBlock = memory.scratch(n * 8);
    const filterBlock = memory.scratch(m * 8);
    ctx.gpu.write(chirpBlock, 0, chirp);
    ctx.gpu.write(filterBlock, 0, filter);
    const spread = memory.scratch(lines * m * 8);
    kernels.get('fft;spread', spreadText).runOver(lines * m, [spread, from, chirpBlock], [lines * m, n, m]);
    const transformed = passes(spread, lines, m, -1);
    const response = passes(filterBlock, 1, m, -1);
    kernels.get('fft;filter', filterText).runOver(lines * m, [transformed, response], [lines * m, m]);
    const convolved = passes(transformed, lines, m, 1);
    kernels
      .get('fft;gather', gatherText)
      .runOver(lines * n, [from, convolved, chirpBlock], [lines * n, n, m]);
    for (const block of [chirpBlock, response, convolved]) memory.giveScratchBack(block);
    return from;
  }

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
      const pairs = memory.scratch(total * 8);
      kernels
        .get(`fft;load;${xIm !== null};${yIm === null}`, () => loadText(xIm !== null, yIm === null))
        .runOver(
          total,
          [pairs, blockOf(xRe), ...(xIm ? [blockOf(xIm)] : [])],
          [total, n, inner, given, xRe.offset, ...(xIm ? [xIm.offset] : [])],
        );
      const largest = radices(n).at(-1) ?? 1;
      const found =
        largest > mostRadix ? bluestein(pairs, lines, n, inverse) : passes(pairs, lines, n, inverse ? 1 : -1);
      kernels
        .get(`fft;store;${yIm !== null}`, () => storeText(yIm !== null))
        .runOver(
          outRe.size,
          [blockOf(yRe), found, ...(yIm ? [blockOf(yIm)] : [])],
          [outRe.size, n, inner, wanted, scale, yRe.offset, ...(yIm ? [yIm.offset] : [])],
        );
      memory.giveScratchBack(found);
      dense.finish();
    },
  };
}
