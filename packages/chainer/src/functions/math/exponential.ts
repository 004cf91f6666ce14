import { apply } from '@chainer/xp/functions';
import { elementwise } from '../../core/elementwise.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';

const expNode = /*#__PURE__*/ elementwise('exp', (x) => x.exp());
const expm1Node = /*#__PURE__*/ elementwise('expm1', (x) => x.expm1());
const logNode = /*#__PURE__*/ elementwise('log', (x) => x.log());
const log1pNode = /*#__PURE__*/ elementwise('log1p', (x) => x.log1p());
const log2Node = /*#__PURE__*/ elementwise('log2', (x) => apply('log2', x));
const log10Node = /*#__PURE__*/ elementwise('log10', (x) => apply('log10', x));

/**
 * Exponential, elementwise.
 *
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.exp(new Variable(xp.array([0]))).array.toArraySync(); // [1]
 */
export function exp(x: VariableLike): Variable {
  return expNode(x);
}

/**
 * `exp(x) - 1`, accurate near 0.
 *
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.expm1(new Variable(xp.array([0]))).array.toArraySync(); // [0]
 */
export function expm1(x: VariableLike): Variable {
  return expm1Node(x);
}

/**
 * Natural logarithm, elementwise.
 *
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.log(new Variable(xp.array([1]))).array.toArraySync(); // [0]
 */
export function log(x: VariableLike): Variable {
  return logNode(x);
}

/**
 * `log(1 + x)`, accurate near 0.
 *
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.log1p(new Variable(xp.array([0]))).array.toArraySync(); // [0]
 */
export function log1p(x: VariableLike): Variable {
  return log1pNode(x);
}

/**
 * Logarithm to base 2, elementwise.
 *
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.log2(new Variable(xp.array([8]))).array.toArraySync(); // [3]
 */
export function log2(x: VariableLike): Variable {
  return log2Node(x);
}

/**
 * Logarithm to base 10, elementwise.
 *
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.log10(new Variable(xp.array([1]))).array.toArraySync(); // [0]
 */
export function log10(x: VariableLike): Variable {
  return log10Node(x);
}
