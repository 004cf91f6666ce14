import type { Device } from '../core/device.ts';
import { int32 } from '../core/dtype.ts';
import { emptyOn, type NdArray } from '../core/ndarray.ts';
import { IndexError, ValueError } from '../errors.ts';
import { Kernel } from '../kernel/kernel.ts';
import { launchFresh } from '../kernel/launch.ts';
import { input, select } from '../scalar/expr.ts';
import type { IndexList } from './grammar.ts';
import { arrayIndex, asInt32 } from './integers.ts';

/** How indices out of range are met: an error, counted round and round, or moved to the nearest end. */
export type IndexMode = 'raise' | 'wrap' | 'clip';

/** Arrays, lists or single numbers of indices. */
export type IntegerIndices = NdArray | IndexList | number | Int32Array;

const wrapped = /*#__PURE__*/ new Kernel('wrap', [input(0).mod(input(1))]);
const clipped = /*#__PURE__*/ new Kernel('clip', [
  select(input(0).lt(0), 0, select(input(0).ge(input(1)), input(1).sub(1), input(0))),
]);

/** Integer indices as int32, made to fit `extent` unless the mode is `raise`. */
export function indicesFor(
  indices: IntegerIndices,
  extent: number,
  mode: IndexMode,
  device: Device,
  who: string,
): NdArray {
  if (mode !== 'raise' && mode !== 'wrap' && mode !== 'clip')
    throw new ValueError(`[${who}] mode is 'raise', 'wrap' or 'clip', got '${String(mode)}'`);
  const given =
    typeof indices === 'number' ? scalarIndex(indices, device, who) : arrayIndex(indices, device, who);
  if (given.dtype.kind === 'b') throw new IndexError(`[${who}] indices are integers, got bool`);
  const index = asInt32(given, who);
  if (mode === 'raise' || index.size === 0) return index;
  if (extent === 0) throw new IndexError(`[${who}] cannot take from an empty axis`);
  const kernel = mode === 'wrap' ? wrapped : clipped;
  return launchFresh(kernel.program([index, extent]), [index, extent], who);
}

function scalarIndex(index: number, device: Device, who: string): NdArray {
  if (!Number.isInteger(index)) throw new IndexError(`[${who}] an index is an integer, got ${index}`);
  const out = emptyOn(device, [], int32);
  device.kernels.fill(out, Math.max(-2147483648, Math.min(2147483647, index)));
  return out;
}
