/** The same as `raw-deflate.ts` by Node's own zlib, which is several times as fast and is loaded when it is first needed. */
interface Zlib {
  deflateRawSync(data: Uint8Array): Uint8Array;
  inflateRawSync(data: Uint8Array, options: { maxOutputLength: number }): Uint8Array;
}

function zlib(): Zlib {
  const { process } = globalThis as unknown as { process: { getBuiltinModule(name: string): Zlib } };
  return process.getBuiltinModule('node:zlib');
}

/** The bytes without the methods of Node's Buffer, some of which differ. */
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Raw deflate, as in zip files. */
export function deflateRaw(data: Uint8Array): Uint8Array {
  return plain(zlib().deflateRawSync(data));
}

/** Its inverse, for data of known size. @throws {Error} for data that no compressor made, or that exceeds the size by more than one byte. */
export function inflateRaw(data: Uint8Array, size: number): Uint8Array {
  return plain(zlib().inflateRawSync(data, { maxOutputLength: size + 1 }));
}
