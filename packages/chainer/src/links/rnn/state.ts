import type { NdArray } from '@chainer/xp/functions';
import * as xp from '@chainer/xp/functions';
import { Variable } from '../../core/variable.ts';

/** Zeros that need no gradient, beside another array. */
export function zeroState(like: NdArray, shape: readonly number[]): Variable {
  return new Variable(xp.zeros(shape, { dtype: like.dtype, device: like.device }), { requiresGrad: false });
}

/** A state on another device, cut from its graph. */
export function moved(state: Variable | null, device: string): Variable | null {
  return state === null ? null : new Variable(state.array.to(device));
}
