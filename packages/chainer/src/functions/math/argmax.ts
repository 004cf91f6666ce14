import { type NdArray, argmax as xpArgmax, argmin as xpArgmin } from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import { FunctionNode } from '../../core/function-node.ts';
import { expectFloat } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { axesOf, checkAxis } from './axes.ts';

/** Seen by hooks and by who traces functions; cut from the graph. */
export class ArgExtreme extends FunctionNode {
  readonly label: string;
  readonly axis: number | null;
  private readonly who: 'argmax' | 'argmin';

  constructor(who: 'argmax' | 'argmin', axis: number | null) {
    super();
    this.who = who;
    this.axis = axis;
    this.label = who === 'argmax' ? 'ArgMax' : 'ArgMin';
  }

  override checkTypes([x]: readonly [NdArray]): void {
    expectFloat(this.who, 'x', x);
    checkAxis(this.who, this.axis);
    if (this.axis !== null) axesOf(this.who, this.axis, x);
  }

  forward([x]: readonly [NdArray]): readonly NdArray[] {
    return [(this.who === 'argmax' ? xpArgmax : xpArgmin)(x, { axis: this.axis })];
  }
}

function found(who: 'argmax' | 'argmin', x: VariableLike, axis: number | null): Variable {
  return new ArgExtreme(who, axis).apply1([asArray(x)]);
}

/**
 * Place (int32) of the greatest element along an axis, or in the flat array; the first of equals. It has no gradient.
 *
 * @throws {InvalidType} if x is not floating or the axis is out of range.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.argmax(new Variable(xp.array([[1, 3], [2, 0]])), { axis: 1 }).array.toArraySync(); // [1, 0]
 */
export function argmax(x: VariableLike, options: { readonly axis?: number | null } = {}): Variable {
  checkOptions('argmax', options, ['axis']);
  return found('argmax', x, options.axis ?? null);
}

/**
 * Place (int32) of the smallest element along an axis, or in the flat array; the first of equals. It has no gradient.
 *
 * @throws {InvalidType} if x is not floating or the axis is out of range.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.argmin(new Variable(xp.array([[1, 3], [2, 0]])), { axis: 1 }).array.toArraySync(); // [0, 1]
 */
export function argmin(x: VariableLike, options: { readonly axis?: number | null } = {}): Variable {
  checkOptions('argmin', options, ['axis']);
  return found('argmin', x, options.axis ?? null);
}
