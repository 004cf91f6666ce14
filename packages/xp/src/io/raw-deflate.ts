import { deflateSync, inflateSync } from 'fflate';

/** Raw deflate, as in zip files. */
export function deflateRaw(data: Uint8Array): Uint8Array {
  return deflateSync(data);
}

/** Its inverse, for data of known size; what exceeds it is cut off. @throws {Error} for data that no compressor made. */
export function inflateRaw(data: Uint8Array, size: number): Uint8Array {
  return inflateSync(data, { out: new Uint8Array(size) });
}
