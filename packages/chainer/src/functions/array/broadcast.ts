import { broadcastShapes } from '@chainer/xp/functions';
import { expectArray, invalid } from '../../core/type-check.ts';
import { asArray, asVariable, type Variable, type VariableLike } from '../../core/variable.ts';
import { broadcastTo } from './broadcast-to.ts';

/**
 * Broadcasts arrays to one common shape, by NumPy's rule. No element is copied.
 *
 * @param xs one or more arrays.
 * @returns one variable per argument; a single argument comes back as a variable, not as a list.
 * @throws {InvalidType} if the shapes do not broadcast.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const pair = F.broadcast(new Variable(xp.ones([3, 1])), xp.ones([1, 4]));
 * pair.map((x) => x.shape); // [[3, 4], [3, 4]]
 */
export function broadcast(x: VariableLike): Variable;
export function broadcast(...xs: VariableLike[]): Variable[];
export function broadcast(...xs: VariableLike[]): Variable | Variable[] {
  xs.forEach((x, i) => {
    expectArray('broadcast', `x${i}`, x);
  });
  const [first] = xs;
  if (first === undefined) throw new TypeError('[broadcast] takes at least one array, got none');
  if (xs.length === 1) return asVariable(first);
  let shape: readonly number[];
  try {
    shape = broadcastShapes(...xs.map((x) => x.shape));
  } catch {
    invalid(
      'broadcast',
      'shapes do not broadcast together',
      Object.fromEntries(xs.map((x, i) => [`x${i}`, asArray(x)])),
    );
  }
  return xs.map((x) => broadcastTo(x, shape));
}
