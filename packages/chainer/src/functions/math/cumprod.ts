import * as xp from '@chainer/xp/functions';
import { coord, ElementwiseKernel, fold, type NdArray } from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import { FunctionNode } from '../../core/function-node.ts';
import { expectFloat } from '../../core/type-check.ts';
import { asArray, asVariable, type Variable, type VariableLike } from '../../core/variable.ts';
import { concat } from '../array/concat.ts';
import { flatten } from '../array/flatten.ts';
import { flip } from '../array/flip.ts';
import { getItem } from '../array/get-item.ts';
import { moveaxis } from '../array/moveaxis.ts';
import { reshape } from '../array/reshape.ts';
import { mul } from './arithmetic.ts';
import { axesOf, checkAxis } from './axes.ts';

/** Along the last of two axes. */
export class Cumprod extends FunctionNode {
  readonly label = 'Cumprod';

  override checkTypes([x]: readonly [NdArray]): void {
    expectFloat('cumprod', 'x', x);
  }

  forward([x]: readonly [NdArray]): readonly NdArray[] {
    this.retainInputs([0]);
    this.retainOutputs([0]);
    return [xp.cumprod(x, { axis: 1 })];
  }

  /** gxₖ = y₍ₖ₋₁₎ rₖ with rₖ = gyₖ + x₍ₖ₊₁₎ r₍ₖ₊₁₎: no division, so that zeros do no harm. */
  override backward(
    _targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    if (!gy || gy.size === 0) return [gy ?? null];
    const x = this.getRetainedInput(0);
    const y = this.getRetainedOutput(0);
    return [mul(shifted(y), new Recurrence().apply1([gy, x]))];
  }
}

/** Along the last of two axes, what stands before each place; one before the first. */
function shifted(y: VariableLike): Variable {
  const { shape, device, dtype } = asArray(y);
  const ones = xp.ones([shape[0] as number, 1], { dtype, device });
  return concat(
    [ones, getItem(y, [new xp.Slice(null, null, null), new xp.Slice(null, (shape[1] as number) - 1, null)])],
    { axis: 1 },
  );
}

const recur = /*#__PURE__*/ new ElementwiseKernel(
  'recurrence',
  3,
  (g, a, size) => {
    const [row, k] = [coord(0), coord(1)];
    return fold(size.sub(k), [g.at(row, k).mul(0), g.at(row, k).mul(0).add(1)], ([sum, factor], i) => {
      const f = i.gt(0).where((factor as typeof g).mul(a.at(row, k.add(i))), factor as typeof g);
      return [(sum as typeof g).add(f.mul(g.at(row, k.add(i)))), f];
    })[0] as typeof g;
  },
  { raw: [0, 1], scalars: [null, null, 'int32'] },
);

/** rₖ = gₖ + a₍ₖ₊₁₎ r₍ₖ₊₁₎, from the end of the last of two axes. */
class Recurrence extends FunctionNode {
  readonly label = 'CumprodGrad';

  forward([g, a]: readonly [NdArray, NdArray]): readonly NdArray[] {
    this.retainInputs([1]);
    this.retainOutputs([0]);
    return [recur.call([g, a, g.shape[1] as number], { shape: g.shape })];
  }

  /** The gradient towards g is the same recurrence from the front; towards a₍ₖ₊₁₎ it is that times r₍ₖ₊₁₎. */
  override backward(
    _targets: readonly number[],
    [gr]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    if (!gr) return [null, null];
    const a = this.getRetainedInput(1);
    const r = this.getRetainedOutput(0);
    const { shape, device, dtype } = gr.array;
    const zeros = xp.zeros([shape[0] as number, 1], { dtype, device });
    // From the front the coefficient of place k is a₍ₖ₎ itself; flipped, the recurrence reads it at k + 1 after a shift.
    const moved = concat(
      [zeros, flip(getItem(a, [new xp.Slice(null, null, null), new xp.Slice(1, null, null)]), 1)],
      { axis: 1 },
    );
    const gg = flip(new Recurrence().apply1([flip(gr, 1), moved]), 1);
    const before = concat(
      [
        zeros,
        getItem(gg, [new xp.Slice(null, null, null), new xp.Slice(null, (shape[1] as number) - 1, null)]),
      ],
      { axis: 1 },
    );
    return [gg, mul(before, r)];
  }
}

/**
 * Running product along an axis, or over the flat array. Zeros among the elements are no trouble to its gradients.
 *
 * @throws {InvalidType} if x is not floating or the axis is out of range.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.cumprod(new Variable(xp.array([1, 2, 3]))).array.toArraySync(); // [1, 2, 6]
 */
export function cumprod(x: VariableLike, options: { readonly axis?: number | null } = {}): Variable {
  checkOptions('cumprod', options, ['axis']);
  const { axis = null } = options;
  checkAxis('cumprod', axis);
  const flat = axis === null ? flatten(x) : x;
  const at = axesOf('cumprod', axis ?? 0, asArray(flat))[0] as number;
  const last = moveaxis(flat, at, flat.shape.length - 1);
  const size = flat.shape[at] as number;
  const rows = last.shape.slice(0, -1).reduce((n, d) => n * d, 1);
  return moveaxis(reshape(cumprodOfRows(reshape(last, [rows, size])), last.shape), flat.shape.length - 1, at);
}

/** Running product along the last of two axes. */
export function cumprodOfRows(x: VariableLike): Variable {
  return new Cumprod().apply1([x]);
}

/** Product of all elements before each place, along the last of two axes. */
export function exclusiveProduct(x: VariableLike): Variable {
  return x.shape.includes(0) ? asVariable(x) : shifted(cumprodOfRows(x));
}
