import { asVariable, type Variable, type VariableLike } from '../../core/variable.ts';

/**
 * Its arguments as variables; a single one comes back as itself, several as a list.
 *
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.identity(new Variable(xp.array([1, 2]))).array.toArraySync(); // [1, 2]
 */
export function identity(x: VariableLike): Variable;
export function identity(...inputs: VariableLike[]): Variable[];
export function identity(...inputs: VariableLike[]): Variable | Variable[] {
  const all = inputs.map(asVariable);
  return all.length === 1 ? (all[0] as Variable) : all;
}
