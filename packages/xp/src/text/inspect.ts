import { shapeText } from '../core/layout.ts';
import type { NdArray } from '../core/ndarray.ts';
import { ReleasedError } from '../errors.ts';
import { arrayRepr, arrayStr } from './array-repr.ts';

/**
 * What `console.log(x)` shows: as `arrayRepr`, beside which the opaque layout of a device is named (numbers stand in their usual order), and
 * for an array whose elements cannot be read at once (an asynchronous device, memory that was released) its shape and dtype. Never throws.
 */
export function inspectArray(x: NdArray): string {
  const layout = x.storage.layoutName;
  const text = whenReadable(x, arrayRepr);
  return layout === null ? text : `${text.slice(0, -1)}, layout=${layout})`;
}

/** What `String(x)` gives: as `arrayStr`, or what `inspectArray` says where the elements cannot be read. Never throws. */
export function arrayToString(x: NdArray): string {
  return whenReadable(x, arrayStr);
}

function whenReadable(x: NdArray, print: (x: NdArray) => string): string {
  const facts = `shape=${shapeText(x.shape)}, dtype=${x.dtype.name}`;
  if (!x.device.synchronous) return `array(<on ${x.device.name}: await x.data() reads it>, ${facts})`;
  if (x.storage.released) return `array(<released>, ${facts})`;
  try {
    return print(x);
  } catch (error) {
    if (error instanceof ReleasedError) return `array(<released>, ${facts})`;
    throw error;
  }
}
