import { astype, type DTypeLike, dtype, type NdArray } from '@chainer/xp/functions';
import { config } from '../../core/config.ts';
import { FunctionNode } from '../../core/function-node.ts';
import { expectArray } from '../../core/type-check.ts';
import { asVariable, type Variable, type VariableLike, type VariableNode } from '../../core/variable.ts';

export class Cast extends FunctionNode {
  readonly label = 'Cast';
  private readonly type: ReturnType<typeof dtype>;

  constructor(type: ReturnType<typeof dtype>) {
    super();
    this.type = type;
  }

  forward([x]: readonly [NdArray]): readonly NdArray[] {
    return [astype(x, this.type)];
  }

  override backward(
    _targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    const from = (this.inputs[0] as VariableNode).dtype;
    return [gy && from.kind === 'f' && this.type.kind === 'f' ? cast(gy, from) : null];
  }
}

/**
 * The same numbers in another dtype. Gradients flow between floating dtypes.
 *
 * @param typ dtype, by name or as an object.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.cast(new Variable(xp.ones([2])), 'float64').dtype.name; // 'float64'
 */
export function cast(x: VariableLike, typ: DTypeLike): Variable {
  expectArray('cast', 'x', x);
  const type = dtype(typ);
  return x.dtype === type && !config.enableBackprop ? asVariable(x) : new Cast(type).apply1([x]);
}
