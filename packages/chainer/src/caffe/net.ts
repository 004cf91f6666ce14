import { decode } from '../protobuf/message.ts';
import { type CaffeBlob, type CaffeLayer, netFields, oldTypes } from './fields.ts';

/**
 * The layers of a binary `.caffemodel`, in order, old layers told as new ones.
 *
 * @throws {Error} if the file is damaged, or has no layers (a `.prototxt` text, for example).
 */
export function readNet(who: string, bytes: Uint8Array): CaffeLayer[] {
  const net = decode(who, netFields, bytes);
  const old = (net.layers ?? []).map(
    ({ type = 0, ...rest }): CaffeLayer => ({ ...rest, type: oldTypes[type] ?? `type ${type}` }),
  );
  const layers = net.layer?.length ? [...net.layer] : old;
  if (layers.length === 0)
    throw new Error(`[${who}] the file holds no layers: it is not a binary .caffemodel`);
  return layers;
}

/** Elements of a blob. */
export function blobData(blob: CaffeBlob): Float32Array {
  return blob.data ?? (blob.doubleData ? Float32Array.from(blob.doubleData) : new Float32Array(0));
}

/** Shape of a blob; old ones have four axes. */
export function blobShape(blob: CaffeBlob): readonly number[] {
  if (blob.shape !== undefined) return blob.shape.dim ?? [];
  const { num = 0, channels = 0, height = 0, width = 0 } = blob;
  return [num, channels, height, width];
}
