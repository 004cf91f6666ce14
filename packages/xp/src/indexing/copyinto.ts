import { sameShape, shapeText } from '../core/layout.ts';
import type { NdArray } from '../core/ndarray.ts';
import { castable } from '../core/promotion.ts';
import { DTypeError, ValueError } from '../errors.ts';

/** A result left in `out` if one is given, else as it is. */
export function copyInto(result: NdArray, out: NdArray | null | undefined, who: string): NdArray {
  if (!out) return result;
  if (!sameShape(out.shape, result.shape)) {
    throw new ValueError(
      `[${who}] out has shape ${shapeText(out.shape)} but the result has shape ${shapeText(result.shape)}`,
    );
  }
  if (!castable(result.dtype, out.dtype, 'same_kind')) {
    throw new DTypeError(
      `[${who}] cannot cast the result from ${result.dtype.name} to out's ${out.dtype.name} under rule 'same_kind'`,
    );
  }
  if (out.size > 0) out.device.kernels.copy(result, out);
  return out;
}
