import type { Device, NdArray } from '@chainer/xp/functions';
import { copy as xpCopy } from '@chainer/xp/functions';
import { FunctionNode } from '../../core/function-node.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';

export class Copy extends FunctionNode {
  readonly label = 'Copy';
  private readonly to: Device | string;
  private from: Device | null = null;

  constructor(to: Device | string) {
    super();
    this.to = to;
  }

  forward([x]: readonly [NdArray]): readonly NdArray[] {
    this.from = x.device;
    const y = x.to(this.to);
    return [y === x ? xpCopy(x) : y];
  }

  override backward(
    _targets: readonly number[],
    [gy]: readonly (Variable | null)[],
  ): readonly (Variable | null)[] {
    return [gy && this.from ? copy(gy, this.from) : null];
  }
}

/**
 * A copy on a device; its gradient is copied back.
 *
 * @param dst device, by name or as an object.
 * @throws {DeviceError} if there is no such device.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * F.copy(new Variable(xp.array([1, 2])), 'js').array.device.name; // 'js'
 */
export function copy(x: VariableLike, dst: Device | string): Variable {
  return new Copy(dst).apply1([x]);
}
