import { crc32, deflateRawSync } from 'node:zlib';
import { kinds, type Storage } from '../raw.ts';

const ascii = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));

/** A number as little-endian bytes. */
export const little = (value: number, width: number): number[] =>
  Array.from({ length: width }, (_, i) => Math.floor(value / 256 ** i) % 256);

/** A `.npy` as the format's description has it: magic, version, header length, header, data. */
export function npy(
  descr: string,
  shape: string,
  data: ArrayLike<number>,
  { fortran = false, version = 1 } = {},
): Uint8Array {
  const text = `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${shape}), }\n`;
  const length = little(text.length, version === 1 ? 2 : 4);
  return Uint8Array.from([
    0x93,
    ...ascii('NUMPY'),
    version,
    0,
    ...length,
    ...ascii(text),
    ...Array.from(data),
  ]);
}

export interface ZipEntry {
  readonly name: string;
  readonly content: ArrayLike<number>;
  readonly deflate?: boolean;
  /** A checksum other than the right one. */
  readonly sum?: number;
}

/** A zip archive. Its local headers carry an extra field that the central ones have not. */
export function zip(entries: readonly ZipEntry[]): Uint8Array {
  const bytes: number[] = [];
  const central: number[] = [];
  for (const { name, content, deflate = false, sum } of entries) {
    const plain = Uint8Array.from(content);
    const body = deflate ? deflateRawSync(plain) : plain;
    const common = [
      ...little(20, 2),
      ...little(0, 2),
      ...little(deflate ? 8 : 0, 2),
      ...little(0, 4),
      ...little(sum ?? crc32(plain), 4),
      ...little(body.length, 4),
      ...little(plain.length, 4),
      ...little(name.length, 2),
    ];
    const offset = bytes.length;
    bytes.push(0x50, 0x4b, 3, 4, ...common, ...little(3, 2), ...ascii(name), 7, 7, 7, ...body);
    central.push(0x50, 0x4b, 1, 2, ...little(20, 2), ...common, ...little(0, 12), ...little(offset, 4));
    central.push(...ascii(name));
  }
  const start = bytes.length;
  bytes.push(...central, 0x50, 0x4b, 5, 6, ...little(0, 4), ...little(entries.length, 2));
  bytes.push(...little(entries.length, 2), ...little(central.length, 4), ...little(start, 4), 0, 0);
  return Uint8Array.from(bytes);
}

const descrs: { readonly [dtype: string]: string } = {
  bool: '|b1',
  int32: '<i4',
  int64: '<i8',
  float16: '<f2',
  float32: '<f4',
  float64: '<f8',
  complex128: '<c16',
};

/** Arrays for a test's `.npz`: `[dtype, shape, data]` by key. */
export type Arrays = { readonly [key: string]: readonly [dtype: string, shape: number[], data: Storage] };

/** An `.npz` of arrays. */
export const npz = (arrays: Arrays): Uint8Array =>
  zip(
    Object.entries(arrays).map(([key, [dtype, shape, data]]) => {
      const descr = descrs[dtype];
      if (descr === undefined || kinds[dtype] === undefined) throw new Error(`no descr for ${dtype}`);
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      return {
        name: `${key}.npy`,
        content: npy(descr, shape.join(', ') + (shape.length === 1 ? ',' : ''), bytes),
        deflate: true,
      };
    }),
  );
