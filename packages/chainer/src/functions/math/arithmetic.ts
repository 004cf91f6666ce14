import { apply } from '@chainer/xp/functions';
import { type ElementwiseOperand, elementwise } from '../../core/elementwise.ts';
import type { Variable } from '../../core/variable.ts';

const subTwo = /*#__PURE__*/ elementwise('sub', (a, b) => a.sub(b), { label: '_ - _' });
const mulTwo = /*#__PURE__*/ elementwise('mul', (a, b) => a.mul(b), { label: '_ * _' });
const divTwo = /*#__PURE__*/ elementwise('div', (a, b) => a.div(b), { label: '_ / _' });
const floordivTwo = /*#__PURE__*/ elementwise('floordiv', (a, b) => a.floordiv(b), {
  label: '_ // _',
  derivative: () => [null, null],
});
const powTwo = /*#__PURE__*/ elementwise('pow', (a, b) => apply('pow', a, b), { label: '_ ** _' });
const squareOne = /*#__PURE__*/ elementwise('pow', (a) => a.square(), { label: '_ ** 2' });

/**
 * Difference, elementwise; operands broadcast.
 *
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.sub(new Variable(xp.array([1, 2])), 3).array.toArraySync(); // [-2, -1]
 */
export function sub(a: ElementwiseOperand, b: ElementwiseOperand): Variable {
  return subTwo(a, b);
}

/**
 * Product, elementwise; operands broadcast.
 *
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.mul(new Variable(xp.array([1, 2])), 3).array.toArraySync(); // [3, 6]
 */
export function mul(a: ElementwiseOperand, b: ElementwiseOperand): Variable {
  return mulTwo(a, b);
}

/**
 * Quotient, elementwise; operands broadcast.
 *
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.div(new Variable(xp.array([1, 2])), 2).array.toArraySync(); // [0.5, 1]
 */
export function div(a: ElementwiseOperand, b: ElementwiseOperand): Variable {
  return divTwo(a, b);
}

/**
 * Largest integer not above the quotient; it has no gradient.
 *
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.floordiv(new Variable(xp.array([7])), 2).array.toArraySync(); // [3]
 */
export function floordiv(a: ElementwiseOperand, b: ElementwiseOperand): Variable {
  return floordivTwo(a, b);
}

/**
 * Power, elementwise; operands broadcast.
 *
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.pow(new Variable(xp.array([2, 3])), 3).array.toArraySync(); // [8, 27]
 */
export function pow(a: ElementwiseOperand, b: ElementwiseOperand): Variable {
  return b === 2 ? squareOne(a) : powTwo(a, b);
}
