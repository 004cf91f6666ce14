import { isScalar } from '../core/arguments.ts';

/**
 * Whether a value is a JavaScript scalar: number, bigint, boolean, string or complex number. A 0-d array is none.
 *
 * @example
 * import { array, isscalar } from '@chainer/xp';
 * isscalar(3); // true
 * isscalar(array(3)); // false
 */
export function isscalar(element: unknown): boolean {
  return isScalar(element) || typeof element === 'string';
}
