import type { Kernels, NdArray, TriangularForm } from '@chainer/xp/internal';
import type { Context } from '../context.ts';
import { Dense } from '../dense.ts';
import { blockOf, type KernelText } from '../kernel.ts';
import { columnRanges, count, each, extents, lanes, plus, sharedText, together } from './group.ts';

/** Factors of the columns from `p.from` to `p.to`: a group for each matrix. A column without pivot stays as it is. */
const luText = (): KernelText => ({
  access: 'ww',
  types: ['f32', 'i32'],
  fields: ['count: i32', 'n: i32', 'from_: i32', 'to: i32', 'oa: i32', 'op: i32'],
  size: lanes,
  declarations: `struct Found { size: f32, row: i32 };
${sharedText('Found')}
fn better(a: Found, b: Found) -> Found {
  if (b.size > a.size || (b.size == a.size && b.row < a.row)) { return b; }
  return a;
}`,
  body: `if (group >= p.count) { return; }
let base = p.oa + group * p.n * p.n;
for (var j = p.from_; j < p.to; j++) {
  var best = Found(-1f, j);
  ${each('i', 'j', 'p.n', 'best = better(best, Found(abs(b0[base + i * p.n + j]), i));')}
  ${together('best', (a, b) => `better(${a}, ${b})`)}
  if (lane == 0i) { b1[p.op + group * p.n + j] = best.row; }
  if (best.size == 0f) { continue; }
  if (best.row != j) {
    ${each('c', '0i', 'p.n', 'let x = base + j * p.n + c; let y = base + best.row * p.n + c; let t = b0[x]; b0[x] = b0[y]; b0[y] = t;')}
  }
  storageBarrier();
  let pivot = b0[base + j * p.n + j];
  ${each('i', 'j + 1i', 'p.n', 'b0[base + i * p.n + j] = b0[base + i * p.n + j] / pivot;')}
  storageBarrier();
  let width = p.n - j - 1i;
  ${each(
    'e',
    '0i',
    'width * width',
    'let i = j + 1i + e / width; let c = j + 1i + e % width; b0[base + i * p.n + c] -= b0[base + i * p.n + j] * b0[base + j * p.n + c];',
  )}
  storageBarrier();
}`,
});

/** Substitution in one column `b0[x + i * p.m]`, by the matrix `b1[base + …]`. */
function substitution({ lower, unit, op }: TriangularForm): string {
  const turned = op !== 'none';
  const downwards = lower !== turned;
  const element = (i: string, k: string) =>
    `b1[base + ${turned ? `${k} * p.n + ${i}` : `${i} * p.n + ${k}`}]`;
  return `for (var turn = 0i; turn < p.n; turn++) {
  let k = ${downwards ? 'turn' : 'p.n - 1i - turn'};
  ${unit ? '' : `if (lane == 0i) { b0[x + k * p.m] = b0[x + k * p.m] / ${element('k', 'k')}; }\n  storageBarrier();`}
  let value = b0[x + k * p.m];
  ${each('i', downwards ? 'k + 1i' : '0i', downwards ? 'p.n' : 'k', `b0[x + i * p.m] -= ${element('i', 'k')} * value;`)}
  storageBarrier();
}`;
}

/** A group for each column of each right-hand side. */
const solveText = (pivots: boolean, forms: readonly TriangularForm[]): KernelText => ({
  access: pivots ? 'wrr' : 'wr',
  types: ['f32', 'f32', 'i32'],
  fields: ['columns: i32', 'n: i32', 'm: i32', 'ob: i32', 'oa: i32', ...(pivots ? ['op: i32'] : [])],
  size: lanes,
  body: `if (group >= p.columns) { return; }
let matrix = group / p.m;
let base = p.oa + matrix * p.n * p.n;
let x = p.ob + matrix * p.n * p.m + group % p.m;
${
  pivots
    ? `if (lane == 0i) {
  for (var i = 0i; i < p.n; i++) {
    let y = x + b2[p.op + matrix * p.n + i] * p.m;
    let t = b0[x + i * p.m]; b0[x + i * p.m] = b0[y]; b0[y] = t;
  }
}
storageBarrier();`
    : ''
}
${forms.map((form) => `{ ${substitution(form)} }`).join('\n')}`,
});

/** Cholesky's factor, column by column; what stands above the diagonal becomes 0. */
const choleskyText = (): KernelText => ({
  access: 'ww',
  types: ['f32', 'i32'],
  fields: ['count: i32', 'n: i32', 'from_: i32', 'to: i32', 'oa: i32', 'oi: i32'],
  size: lanes,
  declarations: `${sharedText('f32')}\nvar<workgroup> failed: i32;`,
  body: `if (group >= p.count) { return; }
let base = p.oa + group * p.n * p.n;
if (lane == 0i) {
  if (p.from_ == 0i) { b1[p.oi + group] = 0i; }
  failed = b1[p.oi + group];
}
if (workgroupUniformLoad(&failed) != 0i) { return; }
for (var j = p.from_; j < p.to; j++) {
  let row = base + j * p.n;
  var d = select(0f, b0[row + j], lane == 0i);
  ${each('k', '0i', 'j', 'd -= b0[row + k] * b0[row + k];')}
  ${together('d', plus)}
  if (d <= 0f || x_isnan(d)) {
    if (lane == 0i) { b1[p.oi + group] = j + 1i; }
    return;
  }
  let root = sqrt(d);
  if (lane == 0i) { b0[row + j] = root; }
  ${each(
    'i',
    'j + 1i',
    'p.n',
    'let other = base + i * p.n; var r = b0[other + j]; for (var k = 0i; k < j; k++) { r -= b0[other + k] * b0[row + k]; } b0[other + j] = r / root; b0[row + i] = 0f;',
  )}
  storageBarrier();
}`,
});

/** Factors and solutions of linear systems, a group of threads for each matrix or column. */
export function solveKernels(
  ctx: Context,
  copy: Kernels['copy'],
): Pick<Kernels, 'lu' | 'luSolve' | 'triangularSolve' | 'cholesky'> {
  const { kernels } = ctx;
  const unitLower: TriangularForm = { lower: true, unit: true, op: 'none' };
  const upper: TriangularForm = { lower: false, unit: false, op: 'none' };

  function solve(a: NdArray, pivots: NdArray | null, b: NdArray, forms: readonly TriangularForm[]): void {
    const dense = new Dense(copy);
    const x = dense.changed(b);
    const arrays = [x, dense.input(a), ...(pivots === null ? [] : [dense.input(pivots)])];
    const [n, m] = extents(b);
    const key = forms.map(({ lower, unit, op }) => `${lower}${unit}${op}`).join();
    kernels
      .get(`solve;${pivots !== null};${key}`, () => solveText(pivots !== null, forms))
      .run(arrays.map(blockOf), [count(b) * m, n, m, ...arrays.map((y) => y.offset)], count(b) * m);
    dense.finish();
  }

  return {
    lu(a, pivots) {
      const dense = new Dense(copy);
      const arrays = [dense.changed(a), dense.output(pivots)];
      const [n] = extents(a);
      const kernel = kernels.get('lu', luText);
      for (const [from, to] of columnRanges(n, (j) => (n - j) ** 2))
        kernel.run(arrays.map(blockOf), [count(a), n, from, to, ...arrays.map((x) => x.offset)], count(a));
      dense.finish();
    },
    luSolve(factors, pivots, b) {
      solve(factors, pivots, b, [unitLower, upper]);
    },
    triangularSolve(a, b, form) {
      solve(a, null, b, [form]);
    },
    cholesky(a, info) {
      const dense = new Dense(copy);
      const arrays = [dense.changed(a), dense.output(info)];
      const [n] = extents(a);
      const kernel = kernels.get('cholesky', choleskyText);
      for (const [from, to] of columnRanges(n, (j) => (n - j) * (j + 1)))
        kernel.run(arrays.map(blockOf), [count(a), n, from, to, ...arrays.map((x) => x.offset)], count(a));
      dense.finish();
    },
  };
}
