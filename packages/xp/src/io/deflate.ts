import { inflateRaw } from '#raw-deflate';

export { deflateRaw as deflate } from '#raw-deflate';

/** The inverse of `deflate`, for data of known size. @throws {Error} for data that no compressor made, or of another size. */
export function inflate(data: Uint8Array, size: number, raw = inflateRaw): Uint8Array {
  // Deflate cannot shrink more than 1032-fold: a size beyond that is not worth an allocation.
  if (size > data.length * 1032) throw new Error(`${data.length} compressed bytes cannot hold ${size}`);
  const out = raw(data, size);
  if (out.length !== size) throw new Error(`${size} bytes were announced, ${out.length} came out`);
  return out;
}
