/** The file format of MNIST and its relatives: a magic number, the extents, and bytes. */

/** An array of bytes of an IDX file. */
export interface IdxArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/** Reads an IDX file of unsigned bytes. @throws {Error} if it is none, or its items have another shape. */
export function readIdx(content: Uint8Array, who: string, what: string, item: readonly number[]): IdxArray {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const magic = content.length >= 4 ? view.getUint32(0) : 0;
  const ndim = magic & 0xff;
  if (magic >>> 8 !== 0x08 || ndim === 0)
    throw new Error(`[${who}] ${what} is no IDX file of bytes: it begins with 0x${magic.toString(16)}`);
  const shape = Array.from({ length: ndim }, (_, i) => view.getUint32(4 + 4 * i));
  if (shape.slice(1).join() !== item.join())
    throw new Error(
      `[${who}] ${what} holds items of shape [${shape.slice(1).join(', ')}], expected [${item.join(', ')}]`,
    );
  const data = content.subarray(4 + 4 * ndim);
  const size = shape.reduce((a, b) => a * b, 1);
  if (data.length !== size)
    throw new Error(`[${who}] ${what} is incomplete: ${data.length} bytes of ${size}`);
  return { shape, data };
}

/** Decompresses gzip. @throws {Error} if it is broken off or no gzip. */
export async function unzipped(packed: Uint8Array, who: string, what: string): Promise<Uint8Array> {
  try {
    const stream = new Blob([packed as Uint8Array<ArrayBuffer>])
      .stream()
      .pipeThrough(new DecompressionStream('gzip'));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch (error) {
    throw new Error(
      `[${who}] ${what} is no complete gzip file: ${(error as Error).message}; remove it and try again`,
      { cause: error },
    );
  }
}

/** SHA-256 in hexadecimal digits. */
export async function sha256(content: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', content as Uint8Array<ArrayBuffer>));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
