import type { Kernels, NdArray } from '@chainer/xp/internal';
import type { Context } from '../context.ts';
import { Dense } from '../dense.ts';
import { blockOf, type KernelText } from '../kernel.ts';
import { count, each, extents, lanes, larger, plus, sharedText, together, withWork } from './group.ts';
import { reflect, unitary } from './orthogonal.ts';

/** Sweeps over all pairs at most: float32 needs less than 10. A matrix whose last sweep changed nothing is left alone. */
const sweeps = 14;

/** Reads what makes up the rows: a matrix, its transpose, or a symmetric one from its lower triangle. */
type Source = 'rows' | 'columns' | 'symmetric';

/**
 * Rows of length `p.l` that are to become orthogonal, divided by their largest element, and as many rows of the identity. Symmetric
 * matrices are shifted, so that all eigenvalues are positive, and left unshifted in `b5`.
 */
const loadText = (source: Source): KernelText => ({
  access: source === 'symmetric' ? 'rwwwww' : 'rwwww',
  types: ['f32', 'f32', 'f32', 'f32', 'f32', 'f32'],
  fields: ['count: i32', 'k: i32', 'l: i32', 'oa: i32'],
  size: lanes,
  declarations: `${sharedText('f32')}
fn element(base: i32, row: i32, i: i32) -> f32 {
  return b0[base + ${{ rows: 'row * p.l + i', columns: 'i * p.k + row', symmetric: 'max(row, i) * p.l + min(row, i)' }[source]}];
}`,
  body: `if (group >= p.count) { return; }
let size = p.k * p.l;
let base = p.oa + group * size;
var top = 0f;
${each('e', '0i', 'size', 'top = max(top, abs(element(base, e / p.l, e % p.l)));')}
${together('top', larger)}
let scale = select(top, 1f, top == 0f);
if (lane == 0i) { b3[group] = scale; }
${each('e', '0i', `${sweeps}i`, `b4[group * ${sweeps}i + e] = 0f;`)}
${each('e', '0i', 'p.k * p.k', 'b2[group * p.k * p.k + e] = select(0f, 1f, e / p.k == e % p.k);')}
var shift = 0f;
${
  source === 'symmetric'
    ? `${each('e', '0i', 'size', 'let v = element(base, e / p.l, e % p.l) / scale; shift += v * v;')}
${together('shift', plus)}
shift = 1.05f * sqrt(shift) + 1e-6f;`
    : ''
}
${each(
  'e',
  '0i',
  'size',
  `let v = element(base, e / p.l, e % p.l) / scale;
  b1[group * size + e] = v + select(0f, shift, e / p.l == e % p.l);
  ${source === 'symmetric' ? 'b5[group * size + e] = v;' : ''}`,
)}`,
});

/** A round of a sweep: rows meet in pairs, each row in one, and a group of threads turns a pair until it is orthogonal. */
const roundText = (): KernelText => ({
  access: 'www',
  types: ['f32', 'f32', 'f32'],
  fields: ['count: i32', 'k: i32', 'l: i32', 'players: i32', 'round_: i32', 'sweep: i32'],
  size: lanes,
  declarations: `${sharedText('vec3<f32>')}\nvar<workgroup> moving: f32;`,
  body: `let pairs = p.players / 2i;
let matrix = group / pairs;
let pair = group % pairs;
if (matrix >= p.count) { return; }
if (p.sweep > 0i) {
  if (lane == 0i) { moving = b2[matrix * ${sweeps}i + p.sweep - 1i]; }
  if (workgroupUniformLoad(&moving) == 0f) { return; }
}
let others = p.players - 1i;
let one = select((p.round_ + pair) % others, others, pair == 0i);
let two = select((p.round_ - pair + others) % others, p.round_, pair == 0i);
let low = min(one, two);
let high = max(one, two);
if (high >= p.k) { return; }
let a = (matrix * p.k + low) * p.l;
let b = (matrix * p.k + high) * p.l;
var dots = vec3<f32>();
${each('i', '0i', 'p.l', 'let x = b0[a + i]; let y = b0[b + i]; dots += vec3<f32>(x * x, y * y, x * y);')}
${together('dots', plus)}
if (abs(dots.z) <= 1.2e-7f * sqrt(dots.x) * sqrt(dots.y)) { return; }
let zeta = (dots.y - dots.x) / (2f * dots.z);
let size = abs(zeta);
let t = select(1f, -1f, zeta < 0f) * select(1f / (size + sqrt(1f + size * size)), 0.5f / size, size > 1e9f);
let c = 1f / sqrt(1f + t * t);
let s = c * t;
${each('i', '0i', 'p.l', 'let x = b0[a + i]; let y = b0[b + i]; b0[a + i] = c * x - s * y; b0[b + i] = s * x + c * y;')}
let u = (matrix * p.k + low) * p.k;
let v = (matrix * p.k + high) * p.k;
${each('i', '0i', 'p.k', 'let x = b1[u + i]; let y = b1[v + i]; b1[u + i] = c * x - s * y; b1[v + i] = s * x + c * y;')}
if (lane == 0i) { b2[matrix * ${sweeps}i + p.sweep] = 1f; }`,
});

/** Lengths of rows. */
const lengthsText = (): KernelText => ({
  access: 'wr',
  types: ['f32', 'f32'],
  fields: ['rows: i32', 'l: i32'],
  size: lanes,
  declarations: sharedText('f32'),
  body: `if (group >= p.rows) { return; }
var sum = 0f;
${each('i', '0i', 'p.l', 'let v = b1[group * p.l + i]; sum += v * v;')}
${together('sum', plus)}
if (lane == 0i) { b0[group] = sqrt(sum); }`,
});

/** Rayleigh's quotients: `tᵀ A t / tᵀ t` for every row t. */
const quotientsText = (): KernelText => ({
  access: 'wrrr',
  types: ['f32', 'f32', 'f32', 'f32'],
  fields: ['rows: i32', 'k: i32'],
  size: lanes,
  declarations: sharedText('f32'),
  body: `if (group >= p.rows) { return; }
let t = group * p.k;
let base = group / p.k * p.k * p.k;
var sum = 0f;
${each('i', '0i', 'p.k', 'var product = 0f; for (var j = 0i; j < p.k; j++) { product += b2[base + i * p.k + j] * b1[t + j]; } sum += product * b1[t + i];')}
${together('sum', plus)}
if (lane == 0i) { b0[group] = sum / (b3[group] * b3[group]); }`,
});

/** Values in order, scaled, and the row that each comes from. */
const orderText = (descending: boolean): KernelText => ({
  access: 'wwrr',
  types: ['f32', 'f32', 'f32', 'f32'],
  fields: ['rows: i32', 'k: i32', 'os: i32'],
  size: 64,
  body: `if (id >= p.rows) { return; }
let matrix = id / p.k;
let value = b2[id];
var place = 0i;
for (var i = matrix * p.k; i < (matrix + 1i) * p.k; i++) {
  let other = b2[i];
  let before = ${descending ? 'other > value' : 'other < value'};
  let after = ${descending ? 'other < value' : 'other > value'};
  if (before || (!after && i < id)) { place++; }
}
b0[p.os + matrix * p.k + place] = value * b3[matrix];
b1[matrix * p.k + place] = f32(id - matrix * p.k);`,
});

/** Whether the length of row `from` counts beside that of the first in order. */
const countsText = `fn counts(matrix: i32, from_: i32) -> bool {
  let length = b2[matrix * p.k + from_];
  return length > 1e-30f && length > 1e-8f * b2[matrix * p.k + i32(b1[matrix * p.k])];
}`;

/** Rows in order as columns of length 1, those that do not count as zeros; or what the completion has for these. */
const columnsText = (completed: boolean): KernelText => ({
  access: `wrrr${completed ? 'r' : ''}`,
  types: ['f32', 'f32', 'f32', 'f32', 'f32'],
  fields: ['total: i32', 'k: i32', 'l: i32', 'width: i32', 'o: i32', 'alongRow: i32', 'alongColumn: i32'],
  size: 64,
  declarations: countsText,
  body: `if (id >= p.total) { return; }
let matrix = id / (p.l * p.width);
let i = id / p.width % p.l;
let j = id % p.width;
var value = ${completed ? 'b4[id]' : '0f'};
if (j < p.k) {
  let from_ = i32(b1[matrix * p.k + j]);
  if (counts(matrix, from_)) { value = b3[(matrix * p.k + from_) * p.l + i] / b2[matrix * p.k + from_]; }
}
b0[p.o + matrix * p.l * p.width + i * p.alongColumn + j * p.alongRow] = value;`,
});

/** Rows in order, of length 1. */
const turnsText = (): KernelText => ({
  access: 'wrrr',
  types: ['f32', 'f32', 'f32', 'f32'],
  fields: ['total: i32', 'k: i32', 'o: i32', 'alongRow: i32', 'alongColumn: i32'],
  size: 64,
  body: `if (id >= p.total) { return; }
let matrix = id / (p.k * p.k);
let i = id / p.k % p.k;
let j = id % p.k;
let from_ = matrix * p.k + i32(b1[matrix * p.k + j]);
b0[p.o + matrix * p.k * p.k + i * p.alongColumn + j * p.alongRow] = b3[from_ * p.k + i] / b2[from_];`,
});

/** Singular values and eigenvalues by Jacobi's one-sided rotations, all pairs of a round at once. */
export function jacobiKernels(ctx: Context, copy: Kernels['copy']): Pick<Kernels, 'svd' | 'eigh'> {
  const { kernels } = ctx;
  const over = (key: string, text: () => KernelText, arrays: readonly NdArray[], params: readonly number[]) =>
    kernels.get(key, text).runOver(params[0]!, arrays.map(blockOf), params);
  const grouped = (
    key: string,
    text: () => KernelText,
    arrays: readonly NdArray[],
    params: readonly number[],
  ) => kernels.get(key, text).run(arrays.map(blockOf), params, params[0]!);

  /** Turns the rows until they are orthogonal. */
  function rotate(rows: NdArray, turns: NdArray, active: NdArray, n: number, k: number, l: number): void {
    const kernel = kernels.get('jacobi;round', roundText);
    const players = k + (k % 2);
    for (let sweep = 0; sweep < sweeps; sweep++) {
      for (let round = 0; round < players - 1; round++)
        kernel.run([rows, turns, active].map(blockOf), [n, k, l, players, round, sweep], (n * players) / 2);
    }
  }

  /** Columns of length 1 in order, completed to an orthonormal base where some do not count or more are wanted. */
  function columns(
    rows: NdArray,
    order: NdArray,
    lengths: NdArray,
    y: NdArray,
    { n, k, l, width, turned }: { n: number; k: number; l: number; width: number; turned: boolean },
  ): void {
    withWork(
      rows,
      [
        [n, l, k],
        [n, k],
        [n, l, width],
      ],
      (x, tau, q) => {
        over(
          'jacobi;columns',
          () => columnsText(false),
          [x!, order, lengths, rows],
          [n * l * k, k, l, k, 0, 1, k],
        );
        reflect(ctx, x!, tau!);
        unitary(ctx, x!, tau!, q!);
        const steps = turned ? [l, 1] : [1, width];
        over(
          'jacobi;completed',
          () => columnsText(true),
          [y, order, lengths, rows, q!],
          [n * l * width, k, l, width, y.offset, ...steps],
        );
      },
    );
  }

  return {
    svd(a, u, s, vh) {
      const dense = new Dense(copy);
      const [toU, toS, toV] = [u && dense.output(u), dense.output(s), vh && dense.output(vh)];
      const x = dense.input(a);
      const [m, n] = extents(a);
      const tall = m >= n;
      const [k, l] = [Math.min(m, n), Math.max(m, n)];
      const stack = count(a);
      const shapes = [
        [stack, k, l],
        [stack, k, k],
        [stack],
        [stack, sweeps],
        [stack, k],
        [stack, k],
        [stack, k],
      ];
      withWork(a, shapes, (...work) => {
        const [rows, turns, scale, active, lengths, order, unit] = work as [
          NdArray,
          NdArray,
          NdArray,
          NdArray,
          NdArray,
          NdArray,
          NdArray,
        ];
        const source = tall ? 'columns' : 'rows';
        grouped(
          `jacobi;load;${source}`,
          () => loadText(source),
          [x, rows, turns, scale, active],
          [stack, k, l, x.offset],
        );
        rotate(rows, turns, active, stack, k, l);
        grouped('jacobi;lengths', lengthsText, [lengths, rows], [stack * k, l]);
        over(
          'jacobi;descending',
          () => orderText(true),
          [toS, order, lengths, scale],
          [stack * k, k, toS.offset],
        );
        if (toU === null || toV === null) return;
        const [long, short] = tall ? [toU, toV] : [toV, toU];
        const width = long.size / stack / l;
        columns(rows, order, lengths, long, { n: stack, k, l, width, turned: !tall });
        grouped('jacobi;lengths', lengthsText, [unit, turns], [stack * k, k]);
        // The rows of Vᴴ are the rows as they are; those of U are its columns.
        over(
          'jacobi;turns',
          turnsText,
          [short, order, unit, turns],
          [stack * k * k, k, short.offset, ...(tall ? [k, 1] : [1, k])],
        );
      });
      dense.finish();
    },

    eigh(a, w) {
      const dense = new Dense(copy);
      const [v, values] = [dense.changed(a), dense.output(w)];
      const [n] = extents(a);
      const stack = count(a);
      const matrices = [stack, n, n];
      const shapes = [
        matrices,
        matrices,
        [stack],
        [stack, sweeps],
        matrices,
        [stack, n],
        [stack, n],
        [stack, n],
      ];
      withWork(a, shapes, (...work) => {
        const [rows, turns, scale, active, plain, unit, found, order] = work as [
          NdArray,
          NdArray,
          NdArray,
          NdArray,
          NdArray,
          NdArray,
          NdArray,
          NdArray,
        ];
        grouped(
          'jacobi;load;symmetric',
          () => loadText('symmetric'),
          [v, rows, turns, scale, active, plain],
          [stack, n, n, v.offset],
        );
        rotate(rows, turns, active, stack, n, n);
        grouped('jacobi;lengths', lengthsText, [unit, turns], [stack * n, n]);
        grouped('jacobi;quotients', quotientsText, [found, turns, plain, unit], [stack * n, n]);
        over(
          'jacobi;ascending',
          () => orderText(false),
          [values, order, found, scale],
          [stack * n, n, values.offset],
        );
        over('jacobi;turns', turnsText, [v, order, unit, turns], [stack * n * n, n, v.offset, 1, n]);
      });
      dense.finish();
    },
  };
}
