import { deflateSync, inflateSync } from 'fflate';

/** Compression as in zip files. Node's own zlib serves where it is, being several times as fast. */
interface Zlib {
  deflateRawSync(data: Uint8Array): Uint8Array;
  inflateRawSync(data: Uint8Array, options: { maxOutputLength: number }): Uint8Array;
}

function nodeZlib(): Zlib | null {
  const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } };
  return (process?.getBuiltinModule?.('node:zlib') as Zlib | undefined) ?? null;
}

/** The bytes without the methods of Node's Buffer, some of which differ. */
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Raw deflate. */
export function deflate(data: Uint8Array, zlib: Zlib | null = nodeZlib()): Uint8Array {
  return zlib === null ? deflateSync(data) : plain(zlib.deflateRawSync(data));
}

/** Its inverse, for data of known size. @throws {Error} for data that no compressor made, or of another size. */
export function inflate(data: Uint8Array, size: number, zlib: Zlib | null = nodeZlib()): Uint8Array {
  // Deflate cannot shrink more than 1032-fold: a size beyond that is not worth an allocation.
  if (size > data.length * 1032) throw new Error(`${data.length} compressed bytes cannot hold ${size}`);
  const out =
    zlib === null
      ? inflateSync(data, { out: new Uint8Array(size) })
      : zlib.inflateRawSync(data, { maxOutputLength: size + 1 });
  if (out.length !== size) throw new Error(`${size} bytes were announced, ${out.length} came out`);
  return plain(out);
}
