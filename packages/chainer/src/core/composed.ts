import type { Variable } from './variable.ts';

/**
 * Declares a function built from other functions: there is nothing to differentiate. The name stands in errors thrown inside.
 *
 * @example
 * import { composed, functions as F, type Variable } from 'chainer';
 * const rootMeanSquare = composed('rootMeanSquare', (x: Variable) => F.sqrt(F.mean(F.square(x))));
 */
export function composed<A extends readonly unknown[], R extends Variable | readonly Variable[]>(
  name: string,
  body: (...args: A) => R,
): (...args: A) => R {
  const f = (...args: A): R => body(...args);
  Object.defineProperty(f, 'name', { value: name });
  return f;
}
