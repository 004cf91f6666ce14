import { type DType, realType } from '@chainer/xp/internal';
import { elementType } from '../cuda/types.ts';
import { threads, walking } from '../grid.ts';
import type { KernelText } from '../kernel.ts';
import { added, blockText, each, largest } from './group.ts';

/** Reads what makes up the rows that become orthogonal: the columns of a matrix, of its adjoint, or of a Hermitian one. */
export type Source = 'columns' | 'rows' | 'hermitian';

/** Sweeps over all pairs at most; few matrices need more than 10. */
const sweeps = 24;

const element = (source: Source): string =>
  ({
    columns: 'return a[i * k + row];',
    rows: 'return x_conj(a[row * l + i]);',
    hermitian:
      'if (row == i) return T(x_real(a[i * l + i])); return i > row ? a[i * l + row] : x_conj(a[row * l + i]);',
  })[source];

/**
 * Rows of length `l` divided by their largest element, and as many rows of the identity. Hermitian matrices are shifted, so that all
 * eigenvalues are positive, and left unshifted in `plain`.
 */
export const loadText = (d: DType, source: Source): KernelText =>
  blockText(
    'jacobi_load',
    d,
    [
      'int k',
      'int l',
      'const T* a',
      'T* rows',
      'T* turns',
      'R* scale',
      ...(source === 'hermitian' ? ['T* plain'] : []),
    ],
    `const int k = p.k, l = p.l, size = k * l;
  const T* const a = p.a + (long long)item * size;
  T* const rows = p.rows + (long long)item * size;
  T* const turns = p.turns + (long long)item * k * k;
  R top = 0;
  ${each('e', '0', 'size', 'const R s = x_size(element(a, e / l, e % l, k, l)); top = s > top || s != s ? s : top;')}
  ${largest('top')}
  const R scale = top > 0 && x_isfinite(top) ? top : R(1);
  if (lane == 0) p.scale[item] = scale;
  ${each('e', '0', 'k * k', 'turns[e] = T(e / k == e % k ? 1 : 0);')}
  ${
    source === 'hermitian'
      ? `R shift = 0;
  ${each('e', '0', 'size', 'shift += x_square(element(a, e / l, e % l, k, l) / scale);')}
  ${added('shift')}
  shift = R(1.05) * x_sqrt(shift) + R(1e-6);
  T* const plain = p.plain + (long long)item * size;`
      : 'const R shift = 0;'
  }
  ${each(
    'e',
    '0',
    'size',
    `const T v = element(a, e / l, e % l, k, l) / scale;
    ${source === 'hermitian' ? 'plain[e] = v;' : ''}
    rows[e] = e / l == e % l ? v + T(shift) : v;`,
  )}`,
    `__device__ inline T element(const T* a, int row, int i, int k, int l) { ${element(source)} }`,
  );

/**
 * Turns rows by one-sided rotations until they are orthogonal, and `turns` with them. In each round of a sweep every row meets another,
 * and a warp turns a pair; a sweep that turns nothing is the last.
 */
export const rotateText = (d: DType): KernelText => {
  const least = realType(d).name === 'float64' ? '2.2e-16' : '1.2e-7f';
  return {
    name: 'jacobi_rotate',
    fields: ['int count', 'int k', 'int l', 'T* rows', 'T* turns'],
    declarations: `typedef ${elementType(d)} T;
typedef ${elementType(realType(d))} R;
__device__ inline void turn(T* a, T* b, int n, R c, R s, T w) {
  for (int i = (int)threadIdx.x % 32; i < n; i += 32) {
    const T x = a[i], y = w * b[i];
    a[i] = x * c - y * s;
    b[i] = x * s + y * c;
  }
}`,
    block: threads,
    body: `__shared__ int moved;
const int warp = (int)threadIdx.x / 32, lane = (int)threadIdx.x % 32;
const int k = p.k, l = p.l, players = k + k % 2, others = players - 1;
// What rounding leaves of a product of orthogonal rows.
const R least = R(${least}) * x_sqrt((R)l);
// Rows so short beside the largest element, 1, are rounding alone, which never comes to rest.
const R nothing = R(${realType(d).name === 'float64' ? '1e-40' : '1e-22f'});
for (int item = blockIdx.x; item < p.count; item += gridDim.x) {
  T* const rows = p.rows + (long long)item * k * l;
  T* const turns = p.turns + (long long)item * k * k;
  for (int sweep = 0; sweep < ${sweeps}; sweep++) {
    __syncthreads();
    if (threadIdx.x == 0) moved = 0;
    __syncthreads();
    for (int round = 0; round < others; round++) {
      for (int pair = warp; pair < players / 2; pair += ${threads / 32}) {
        const int one = pair == 0 ? others : (round + pair) % others;
        const int two = pair == 0 ? round : (round - pair + others) % others;
        const int low = one < two ? one : two, high = one < two ? two : one;
        if (high >= k) continue;
        T* const a = rows + low * l;
        T* const b = rows + high * l;
        R aa = 0, bb = 0;
        T ab = T(0);
        for (int i = lane; i < l; i += 32) {
          aa += x_square(a[i]);
          bb += x_square(b[i]);
          ab += x_conj(a[i]) * b[i];
        }
        for (int s = 16; s > 0; s /= 2) {
          aa += x_xor(aa, s);
          bb += x_xor(bb, s);
          ab += x_xor(ab, s);
        }
        const R g = x_abs(ab);
        if (!(g > least * x_sqrt(aa) * x_sqrt(bb)) || aa < nothing || bb < nothing) continue;
        if (lane == 0) moved = 1;
        const R zeta = (bb - aa) / (2 * g), size = x_fabs(zeta);
        const R t = (zeta < 0 ? R(-1) : R(1)) * (size > R(1e9) ? R(0.5) / size : 1 / (size + x_sqrt(1 + size * size)));
        const R c = 1 / x_sqrt(1 + t * t), s = c * t;
        const T w = x_conj(ab) / g;
        turn(a, b, l, c, s, w);
        turn(turns + low * k, turns + high * k, k, c, s, w);
      }
      __syncthreads();
    }
    if (moved == 0) break;
  }
  __syncthreads();
}`,
  };
};

/** Lengths of rows; `count` counts rows. */
export const lengthsText = (d: DType): KernelText =>
  blockText(
    'jacobi_lengths',
    d,
    ['int l', 'const T* rows', 'R* lengths'],
    `R sum = 0;
  ${each('i', '0', 'p.l', 'sum += x_square(p.rows[(long long)item * p.l + i]);')}
  ${added('sum')}
  if (lane == 0) p.lengths[item] = x_sqrt(sum);`,
  );

/** Rayleigh's quotients: `tᴴ A t / tᴴ t` for every row t; `count` counts rows. */
export const quotientsText = (d: DType): KernelText =>
  blockText(
    'jacobi_quotients',
    d,
    ['int k', 'const T* turns', 'const T* plain', 'const R* lengths', 'R* found'],
    `const int k = p.k;
  const T* const t = p.turns + (long long)item * k;
  const T* const a = p.plain + (long long)(item / k) * k * k;
  R sum = 0;
  // Rows of the copy are columns of the matrix.
  ${each('i', '0', 'k', 'T v = T(0); for (int j = 0; j < k; j++) v += a[j * k + i] * t[j]; sum += x_real(x_conj(t[i]) * v);')}
  ${added('sum')}
  if (lane == 0) p.found[item] = sum / (p.lengths[item] * p.lengths[item]);`,
  );

const types = (d: DType) => `typedef ${elementType(d)} T;\ntypedef ${elementType(realType(d))} R;`;

/** Values in order, scaled, and the row that each comes from; NaN last. */
export const orderText = (d: DType, descending: boolean): KernelText =>
  walking(
    'jacobi_order',
    'int',
    ['int k', 'const R* found', 'const R* scale', 'R* y', 'int* order'],
    `const int matrix = id / p.k;
  const R value = p.found[id];
  int place = 0;
  for (int i = matrix * p.k; i < (matrix + 1) * p.k; i++) {
    const R other = p.found[i];
    const bool first = ${descending ? 'other > value' : 'other < value'} || (value != value && other == other);
    const bool after = ${descending ? 'other < value' : 'other > value'} || (other != other && value == value);
    if (first || (!after && i < id)) place++;
  }
  p.y[matrix * p.k + place] = value * p.scale[matrix];
  p.order[matrix * p.k + place] = id - matrix * p.k;`,
    types(d),
  );

/** Rows in order as columns of length 1, those that do not count as zeros; or what the completion has for these. */
export const columnsText = (d: DType, completed: boolean): KernelText =>
  walking(
    'jacobi_columns',
    'int',
    [
      ...['int k', 'int l', 'int width', 'int alongRow', 'int alongColumn', 'int conjugated'],
      ...['T* y', 'const int* order', 'const R* lengths', 'const T* rows'],
      ...(completed ? ['const T* more'] : []),
    ],
    `const int matrix = id / (p.l * p.width), i = id / p.width % p.l, j = id % p.width;
  T value = ${completed ? 'p.more[id]' : 'T(0)'};
  if (j < p.k) {
    const int from = p.order[matrix * p.k + j];
    const R length = p.lengths[matrix * p.k + from], first = p.lengths[matrix * p.k + p.order[matrix * p.k]];
    // Beside the first in order it may be nothing but rounding.
    if (length > R(1e-30) && length > R(${realType(d).name === 'float64' ? '1e-17' : '1e-8'}) * first)
      value = p.rows[((long long)matrix * p.k + from) * p.l + i] / length;
  }
  p.y[(long long)matrix * p.l * p.width + i * p.alongColumn + j * p.alongRow] = p.conjugated ? x_conj(value) : value;`,
    types(d),
  );

/** Rows in order, of length 1. */
export const turnsText = (d: DType): KernelText =>
  walking(
    'jacobi_turns',
    'int',
    [
      ...['int k', 'int alongRow', 'int alongColumn', 'int conjugated'],
      ...['T* y', 'const int* order', 'const R* lengths', 'const T* turns'],
    ],
    `const int matrix = id / (p.k * p.k), i = id / p.k % p.k, j = id % p.k;
  const int from = matrix * p.k + p.order[matrix * p.k + j];
  const T value = p.turns[(long long)from * p.k + i] / p.lengths[from];
  p.y[(long long)matrix * p.k * p.k + i * p.alongColumn + j * p.alongRow] = p.conjugated ? x_conj(value) : value;`,
    types(d),
  );
