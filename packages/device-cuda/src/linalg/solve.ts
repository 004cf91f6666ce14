import type { DType, Kernels, NdArray, TriangularForm } from '@chainer/xp/internal';
import type { Context } from '../context.ts';
import { Dense } from '../dense.ts';
import { blocksFor } from '../grid.ts';
import type { KernelText } from '../kernel.ts';
import { added, blockText, count, each, extents, lanes } from './group.ts';

/** LU factors in place. A column without pivot stays as it is. */
const luText = (d: DType): KernelText =>
  blockText(
    'lu',
    d,
    ['int n', 'T* a', 'int* pivots'],
    `const int n = p.n;
  __shared__ Found found[32];
  T* const a = p.a + (long long)item * n * n;
  for (int j = 0; j < n; j++) {
    Found best;
    best.size = -1;
    best.row = n;
    ${each('i', 'j', 'n', 'Found other; other.size = x_size(a[i * n + j]); other.row = i; best = better(best, other);')}
    best = x_together<${lanes}>(best, found, [](Found x, Found y) { return better(x, y); });
    // Where no element compares, the pivot stays where it is.
    const int row = best.row < n ? best.row : j;
    if (lane == 0) p.pivots[(long long)item * n + j] = row;
    if (best.size == 0) continue;
    if (row != j) { ${each('c', '0', 'n', 'const T t = a[j * n + c]; a[j * n + c] = a[row * n + c]; a[row * n + c] = t;')} }
    __syncthreads();
    const T pivot = a[j * n + j];
    ${each('i', 'j + 1', 'n', 'a[i * n + j] = a[i * n + j] / pivot;')}
    __syncthreads();
    const int width = n - j - 1;
    ${each('e', '0', 'width * width', 'const int i = j + 1 + e / width, c = j + 1 + e % width; a[i * n + c] -= a[i * n + j] * a[j * n + c];')}
    __syncthreads();
  }`,
    `struct Found { R size; int row; };
__device__ inline Found better(Found a, Found b) { return b.size > a.size || (b.size == a.size && b.row < a.row) ? b : a; }`,
  );

/** Substitution in one column `x[i * m]`, by the matrix `a`. */
function substitution({ lower, unit, op }: TriangularForm): string {
  const turned = op !== 'none';
  const downwards = lower !== turned;
  const element = (i: string, k: string) => {
    const at = `a[${turned ? `${k} * n + ${i}` : `${i} * n + ${k}`}]`;
    return op === 'adjoint' ? `x_conj(${at})` : at;
  };
  return `for (int turn = 0; turn < n; turn++) {
    const int k = ${downwards ? 'turn' : 'n - 1 - turn'};
    ${unit ? '' : `if (lane == 0) x[k * m] = x[k * m] / ${element('k', 'k')};\n    __syncthreads();`}
    const T value = x[k * m];
    ${each('i', downwards ? 'k + 1' : '0', downwards ? 'n' : 'k', `x[i * m] -= ${element('i', 'k')} * value;`)}
    __syncthreads();
  }`;
}

/** A block for each column of each right-hand side. */
const solveText = (d: DType, pivots: boolean, forms: readonly TriangularForm[]): KernelText =>
  blockText(
    'solve',
    d,
    ['int n', 'int m', 'T* b', 'const T* a', ...(pivots ? ['const int* pivots'] : [])],
    `const int n = p.n, m = p.m, matrix = item / m;
  const T* const a = p.a + (long long)matrix * n * n;
  T* const x = p.b + (long long)matrix * n * m + item % m;
  ${
    pivots
      ? `if (lane == 0) {
    for (int i = 0; i < n; i++) {
      const int row = p.pivots[(long long)matrix * n + i];
      const T t = x[i * m];
      x[i * m] = x[row * m];
      x[row * m] = t;
    }
  }
  __syncthreads();`
      : ''
  }
  ${forms.map((form) => `{ ${substitution(form)} }`).join('\n  ')}`,
  );

/** Cholesky's factor, column by column; what stands above the diagonal becomes 0. */
const choleskyText = (d: DType): KernelText =>
  blockText(
    'cholesky',
    d,
    ['int n', 'T* a', 'int* info'],
    `const int n = p.n;
  T* const a = p.a + (long long)item * n * n;
  int failed = 0;
  for (int j = 0; j < n && failed == 0; j++) {
    T* const row = a + j * n;
    R d = lane == 0 ? x_real(row[j]) : R(0);
    ${each('k', '0', 'j', 'd -= x_square(row[k]);')}
    ${added('d')}
    if (!(d > 0)) { failed = j + 1; continue; }
    const R root = x_sqrt(d);
    if (lane == 0) row[j] = T(root);
    ${each(
      'i',
      'j + 1',
      'n',
      `T* const other = a + i * n;
      T r = other[j];
      for (int k = 0; k < j; k++) r -= other[k] * x_conj(row[k]);
      other[j] = r / root;
      row[i] = T(0);`,
    )}
    __syncthreads();
  }
  if (lane == 0) p.info[item] = failed;`,
  );

/** Factors and solutions of linear systems, a block for each matrix or column. */
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
      .get(`solve;${b.dtype.name};${pivots !== null};${key}`, () =>
        solveText(b.dtype, pivots !== null, forms),
      )
      .run([count(b) * m, n, m, ...arrays], blocksFor(count(b) * m, 1));
    dense.finish();
  }

  /** Factors in place. */
  function factor(name: string, text: (d: DType) => KernelText, a: NdArray, found: NdArray): void {
    const dense = new Dense(copy);
    const arrays = [dense.changed(a), dense.output(found)];
    kernels
      .get(`${name};${a.dtype.name}`, () => text(a.dtype))
      .run([count(a), extents(a)[0], ...arrays], blocksFor(count(a), 1));
    dense.finish();
  }

  return {
    lu: (a, pivots) => factor('lu', luText, a, pivots),
    luSolve: (factors, pivots, b) => solve(factors, pivots, b, [unitLower, upper]),
    triangularSolve: (a, b, form) => solve(a, null, b, [form]),
    cholesky: (a, info) => factor('cholesky', choleskyText, a, info),
  };
}
