import { type DType, float64, type Kernels } from '@chainer/xp/internal';
import type { Context } from './context.ts';
import { Dense } from './dense.ts';
import { blocksFor, type Index, indexFor, walking } from './grid.ts';
import type { KernelText } from './kernel.ts';
import { powerOfTwo } from './sort.ts';

/** The place of element k of a line whose length is `p.<n>`. */
const at = (n: string, k: string) => `((line / p.inner) * p.${n} + ${k}) * p.inner + line % p.inner`;

/** Texts for parts of one type. */
class Texts {
  private readonly types: string;
  private readonly index: Index;

  constructor(d: DType, index: Index) {
    const part = d.name === 'float64' ? 'double' : 'float';
    this.types = `typedef ${part} R;\ntypedef x_complex<${part}> Z;`;
    this.index = index;
  }

  private over(name: string, fields: readonly string[], body: string): KernelText {
    return walking(
      name,
      this.index,
      fields.map((f) => f.replace('INDEX', this.index)),
      body.replaceAll('INDEX', this.index),
      this.types,
    );
  }

  /** Lines one after another as pairs: cut or continued with zeros, or with their own mirror image. */
  load(complex: boolean, mirrored: boolean): KernelText {
    return this.over(
      'fft_load',
      [
        'INDEX length',
        'INDEX inner',
        'INDEX given',
        'Z* y',
        'const R* re',
        ...(complex ? ['const R* im'] : []),
      ],
      `const INDEX line = id / p.length;
  INDEX k = id % p.length;
  R sign = 1;
  ${mirrored ? 'if (k > p.length / 2) { k = p.length - k; sign = -1; }' : ''}
  Z value(0, 0);
  if (k < p.given) {
    value.re = p.re[${at('given', 'k')}];
    ${complex ? `value.im = sign * p.im[${at('given', 'k')}];` : ''}
  }
  p.y[id] = value;`,
    );
  }

  /**
   * A pass of Stockham's algorithm for any radix: transforms of length `p.done` become transforms of length `p.done * p.radix`. The
   * exponents are reduced by integers, so that long transforms lose no digits.
   */
  pass(): KernelText {
    return this.over(
      'fft_pass',
      ['int length', 'int done', 'int radix', 'int sign', 'Z* y', 'const Z* x'],
      `const INDEX line = id / p.length;
  const int o = (int)(id % p.length), whole = p.done * p.radix, parts = p.length / whole, block = o / whole, t = o % whole;
  const Z* const x = p.x + line * p.length;
  Z sum(0, 0);
  int turn = 0;
  for (int s = 0; s < p.radix; s++) {
    const R angle = p.sign * R(6.283185307179586) * ((R)turn / (R)whole);
    sum += x[(block + s * parts) * p.done + t % p.done] * Z(x_cos(angle), x_sin(angle));
    turn += t;
    if (turn >= whole) turn -= whole;
  }
  p.y[id] = sum;`,
    );
  }

  /** The first frequencies of each line, scaled. */
  store(complex: boolean): KernelText {
    return this.over(
      'fft_store',
      [
        'INDEX length',
        'INDEX inner',
        'INDEX wanted',
        'double scale',
        'R* re',
        ...(complex ? ['R* im'] : []),
        'const Z* x',
      ],
      `const INDEX line = id / p.wanted, k = id % p.wanted;
  const Z value = p.x[line * p.length + k] * (R)p.scale;
  p.re[${at('wanted', 'k')}] = value.re;
  ${complex ? `p.im[${at('wanted', 'k')}] = value.im;` : ''}`,
    );
  }

  /**
   * The chirp `exp(∓ iπ k² / n)`, and its conjugate, mirrored, divided by the padded length and with zeros between. Exponents are reduced
   * by integers.
   */
  chirps(): KernelText {
    return this.over(
      'fft_chirps',
      ['int length', 'int sign', 'Z* chirp', 'Z* filter'],
      `const INDEX k = id < p.n - id ? id : p.n - id;
  Z value(0, 0);
  if (k < p.length) {
    const double angle = 3.141592653589793 * (double)((unsigned long long)k * k % (2ull * p.length)) / p.length;
    value = Z((R)cos(angle), (R)(p.sign * sin(angle)));
  }
  if (id < p.length) p.chirp[id] = value;
  p.filter[id] = x_cconj(value) / (R)p.n;`,
    );
  }

  /** Lines times the chirp, as longer lines that end in zeros. */
  spread(): KernelText {
    return this.over(
      'fft_spread',
      ['int length', 'int longer', 'Z* y', 'const Z* x', 'const Z* chirp'],
      `const int k = (int)(id % p.longer);
  p.y[id] = k < p.length ? p.x[id / p.longer * p.length + k] * p.chirp[k] : Z(0, 0);`,
    );
  }

  /** Lines times the response of the filter. */
  filter(): KernelText {
    return this.over(
      'fft_filter',
      ['int longer', 'Z* y', 'const Z* response'],
      'p.y[id] = p.y[id] * p.response[id % p.longer];',
    );
  }

  /** The beginnings of the longer lines, times the chirp. */
  gather(): KernelText {
    return this.over(
      'fft_gather',
      ['int length', 'int longer', 'Z* y', 'const Z* x', 'const Z* chirp'],
      `const int k = (int)(id % p.length);
  p.y[id] = p.x[id / p.length * p.longer + k] * p.chirp[k];`,
    );
  }
}

/** Prime factors, the small ones first; pairs of twos together. */
function radices(n: number): number[] {
  const found: number[] = [];
  let rest = n;
  for (const p of [4, 2]) for (; rest % p === 0; rest /= p) found.push(p);
  for (let p = 3; p * p <= rest; p += 2) for (; rest % p === 0; rest /= p) found.push(p);
  if (rest > 1) found.push(rest);
  return found;
}

/** The largest prime factor for which a pass is taken: it does that many multiplications for each element. */
const mostRadix = 61;

/** Transforms `lines` of `n` complex numbers that stand behind each other, in place. */
export type Transform = (
  address: number,
  lines: number,
  n: number,
  inverse: boolean,
  double: boolean,
) => void;

/**
 * Fourier transforms of any length: a pass for each prime factor, by Bluestein's algorithm where one of them is large; or by a library, which
 * is given the lines as pairs.
 */
export function fftKernels(
  ctx: Context,
  copy: Kernels['copy'],
  library: Transform | null = null,
): Pick<Kernels, 'fft'> {
  const { kernels, memory } = ctx;
  type Scratch = ReturnType<typeof memory.scratch>;

  return {
    fft(re, im, outRe, outIm, { axis, n, inverse, scale }) {
      if (outRe.size === 0) return;
      const d = outRe.dtype;
      const dense = new Dense(copy);
      const [yRe, yIm] = [dense.output(outRe), outIm && dense.output(outIm)];
      const [xRe, xIm] = [dense.input(re), im && dense.input(im)];
      const given = re.shape[axis]!;
      const wanted = outRe.shape[axis]!;
      const inner = re.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
      const lines = outRe.size / wanted;
      const longer = powerOfTwo(2 * n - 1);
      const index = indexFor(lines * longer);
      const texts = new Texts(d, index);
      const bytes = d === float64 ? 16 : 8;
      const get = (key: string, text: () => KernelText) => kernels.get(`fft;${key};${d.name};${index}`, text);

      /** Transforms lines of pairs. Gives back what it takes and does not return. */
      const passes = (from: Scratch, count: number, length: number, sign: number): Scratch => {
        let now = from;
        let next = memory.scratch(count * length * bytes);
        let done = 1;
        for (const radix of radices(length)) {
          get('pass', () => texts.pass()).run(
            [count * length, length, done, radix, sign, next, now],
            blocksFor(count * length),
          );
          [now, next] = [next, now];
          done *= radix;
        }
        memory.giveScratchBack(next);
        return now;
      };

      /** The same as a convolution with a chirp, by transforms whose length is a power of two. */
      const bluestein = (from: Scratch): Scratch => {
        const [chirp, filter] = [memory.scratch(n * bytes), memory.scratch(longer * bytes)];
        get('chirps', () => texts.chirps()).run(
          [longer, n, inverse ? 1 : -1, chirp, filter],
          blocksFor(longer),
        );
        const total = lines * longer;
        const spread = memory.scratch(total * bytes);
        get('spread', () => texts.spread()).run([total, n, longer, spread, from, chirp], blocksFor(total));
        const transformed = passes(spread, lines, longer, -1);
        const response = passes(filter, 1, longer, -1);
        get('filter', () => texts.filter()).run([total, longer, transformed, response], blocksFor(total));
        const convolved = passes(transformed, lines, longer, 1);
        get('gather', () => texts.gather()).run(
          [lines * n, n, longer, from, convolved, chirp],
          blocksFor(lines * n),
        );
        for (const scratch of [chirp, response, convolved]) memory.giveScratchBack(scratch);
        return from;
      };

      const pairs = memory.scratch(lines * n * bytes);
      get(`load;${xIm !== null};${yIm === null}`, () => texts.load(xIm !== null, yIm === null)).run(
        [lines * n, n, inner, given, pairs, xRe, ...(xIm ? [xIm] : [])],
        blocksFor(lines * n),
      );
      const largest = radices(n).at(-1) ?? 1;
      let found = pairs;
      if (library !== null) library(pairs.address, lines, n, inverse, d === float64);
      else found = largest > mostRadix ? bluestein(pairs) : passes(pairs, lines, n, inverse ? 1 : -1);
      get(`store;${yIm !== null}`, () => texts.store(yIm !== null)).run(
        [outRe.size, n, inner, wanted, scale, yRe, ...(yIm ? [yIm] : []), found],
        blocksFor(outRe.size),
      );
      memory.giveScratchBack(found);
      dense.finish();
    },
  };
}
