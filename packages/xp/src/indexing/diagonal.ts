import { normalizeAxis } from '../core/arguments.ts';
import { checkOptions } from '../core/check-options.ts';
import type { NdArray } from '../core/ndarray.ts';
import { diagonalView } from '../core/views.ts';
import { AxisError, ValueError } from '../errors.ts';

/** Options of `diagonal`. */
export interface DiagonalOptions {
  /** Above (positive) or below the main diagonal. */
  readonly offset?: number;
  readonly axis1?: number;
  readonly axis2?: number;
}

/**
 * A diagonal over two axes, which becomes the last axis; a view.
 *
 * @throws {AxisError} if the axes are one.
 * @example
 * import { array, diagonal } from '@chainer/xp';
 * diagonal(array([[1, 2], [3, 4]])).toArraySync(); // [1, 4]
 */
export function diagonal(x: NdArray, options: DiagonalOptions = {}): NdArray {
  checkOptions('diagonal', options, ['offset', 'axis1', 'axis2']);
  if (x.ndim < 2) throw new ValueError(`[diagonal] expected at least 2 dimensions, got ${x.ndim}`);
  const { offset = 0 } = options;
  const a = normalizeAxis(options.axis1 ?? 0, x.ndim, 'diagonal');
  const b = normalizeAxis(options.axis2 ?? 1, x.ndim, 'diagonal');
  if (a === b) throw new AxisError(`[diagonal] axis1 and axis2 are both ${a}`);
  return diagonalView(x, offset, a, b);
}
