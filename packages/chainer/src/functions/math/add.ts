import { type ElementwiseOperand, elementwise } from '../../core/elementwise.ts';
import { asVariable, type Variable } from '../../core/variable.ts';

const addTwo = /*#__PURE__*/ elementwise('add', (a, b) => a.add(b), { label: '_ + _' });

/**
 * Sum of its arguments, elementwise; arguments broadcast.
 *
 * `y = x₀ + x₁ + …`
 *
 * @param xs one or more floating arrays of one dtype (or numbers).
 * @throws {InvalidType} if dtypes differ.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.add(new Variable(xp.array([1, 2])), 3).array.toArraySync(); // [4, 5]
 */
export function add(...xs: ElementwiseOperand[]): Variable {
  const [first, ...rest] = xs;
  if (first === undefined) throw new TypeError('[add] takes at least one argument, got none');
  if (rest.length === 0) {
    if (typeof first === 'number') throw new TypeError('[add] takes at least one array, got only a number');
    return asVariable(first);
  }
  return rest.reduce<ElementwiseOperand>((sum, x) => addTwo(sum, x), first) as Variable;
}
