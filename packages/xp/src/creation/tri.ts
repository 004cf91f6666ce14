import { checkOptions } from '../core/check-options.ts';
import { defaultDtype } from '../core/config.ts';
import { dtype, int32 } from '../core/dtype.ts';
import type { NdArray } from '../core/ndarray.ts';
import { castTo } from '../core/views.ts';
import { ValueError } from '../errors.ts';
import { Kernel } from '../kernel/kernel.ts';
import { launch } from '../kernel/launch.ts';
import { broadcastView } from '../manipulation/broadcast.ts';
import { coord, input, select } from '../scalar/expr.ts';
import { Generator } from './generate.ts';
import { type ShapedOptions, shapeFrom } from './zeros.ts';

/** Options of `eye` and `tri`. */
export interface MatrixOptions extends ShapedOptions {
  /** Number of columns; square unless given. */
  readonly M?: number | null;
  /** Which diagonal: above (positive) or below the main one. */
  readonly k?: number;
}

const diagonal = /*#__PURE__*/ new Generator('eye', [int32], (c, k) => c(1).eq(c(0).add(k)));
const triangle = /*#__PURE__*/ new Generator('tri', [int32], (c, k) => c(1).le(c(0).add(k)));

function matrix(generator: Generator, N: number, options: MatrixOptions, who: string): NdArray {
  const d = options.dtype ? dtype(options.dtype) : defaultDtype();
  return generator.make(shapeFrom([N, options.M ?? N], who), d, options.device, [options.k ?? 0]);
}

/**
 * Ones on a diagonal, zeros elsewhere.
 *
 * @example
 * import { eye } from '@chainer/xp';
 * eye(2, { M: 3, k: 1 }).toArraySync(); // [[0, 1, 0], [0, 0, 1]]
 */
export function eye(N: number, options: MatrixOptions = {}): NdArray {
  checkOptions('eye', options, ['M', 'k', 'order', 'dtype', 'device']);
  return matrix(diagonal, N, options, 'eye');
}

/** The identity matrix. */
export function identity(n: number, options: ShapedOptions = {}): NdArray {
  checkOptions('identity', options, ['order', 'dtype', 'device']);
  return matrix(diagonal, n, options, 'identity');
}

/**
 * Ones on and below a diagonal, zeros above.
 *
 * @example
 * import { tri } from '@chainer/xp';
 * tri(2, { M: 3 }).toArraySync(); // [[1, 0, 0], [1, 1, 0]]
 */
export function tri(N: number, options: MatrixOptions = {}): NdArray {
  checkOptions('tri', options, ['M', 'k', 'order', 'dtype', 'device']);
  return matrix(triangle, N, options, 'tri');
}

const lower: Kernel[] = [];
const upper: Kernel[] = [];

function cut(x: NdArray, k: number, kernels: Kernel[], who: string): NdArray {
  if (x.ndim === 0) throw new ValueError(`[${who}] expected at least 1 dimension, got 0`);
  const n = x.shape[x.ndim - 1] as number;
  // A vector is taken as every row of a square matrix, as in NumPy.
  const from = x.ndim === 1 ? broadcastView(x, [n, n], who) : x;
  const ndim = from.ndim;
  let kernel = kernels[ndim];
  if (kernel === undefined) {
    const row = coord(ndim - 2).add(input(1));
    const column = coord(ndim - 1);
    kernel = new Kernel(
      who,
      [select(kernels === lower ? column.le(row) : column.ge(row), input(0), 0)],
      [],
      [],
      [null, int32],
    );
    kernels[ndim] = kernel;
  }
  const inputs = [from, k];
  // The zeros are numbers, which make booleans integers.
  return castTo(launch(kernel.program(inputs), inputs, null, who)[0] as NdArray, x.dtype);
}

/**
 * The lower triangle of matrices (the last two axes): zeros above diagonal `k`.
 *
 * @example
 * import { array, tril } from '@chainer/xp';
 * tril(array([[1, 2], [3, 4]])).toArraySync(); // [[1, 0], [3, 4]]
 */
export function tril(x: NdArray, options: { readonly k?: number } = {}): NdArray {
  checkOptions('tril', options, ['k']);
  return cut(x, options.k ?? 0, lower, 'tril');
}

/** The upper triangle of matrices (the last two axes): zeros below diagonal `k`. */
export function triu(x: NdArray, options: { readonly k?: number } = {}): NdArray {
  checkOptions('triu', options, ['k']);
  return cut(x, options.k ?? 0, upper, 'triu');
}
