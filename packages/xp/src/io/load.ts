import { checkOptions } from '../core/check-options.ts';
import type { Device } from '../core/device.ts';
import { ValueError } from '../errors.ts';
import { readFileBytes } from './files.ts';
import { decodeNpy } from './npy.ts';
import { isNpy } from './npy-header.ts';
import { entriesOnDevice, type NpzValue, onDevice } from './npz.ts';
import { isZip } from './zip.ts';

/** How a file is loaded. */
export interface LoadOptions {
  /** Where arrays are put; the default device where left out. */
  readonly device?: Device | string | null;
}

/** A file's path (under Node), or its bytes. */
export type FileLike = string | Uint8Array | ArrayBuffer;

/** The bytes of a file, and how errors name it. */
export function bytesOf(
  file: FileLike,
  who: string,
): { readonly bytes: Uint8Array; readonly name: string | null } {
  if (typeof file === 'string') return { bytes: readFileBytes(file, who), name: file };
  return { bytes: file instanceof ArrayBuffer ? new Uint8Array(file) : file, name: null };
}

/**
 * Loads a `.npy` file as an array, or an `.npz` file as a `Map` of arrays by name. Text comes as strings, Python's None as null;
 * an array that was saved in Fortran order is F-contiguous.
 *
 * @throws {ValueError} naming the file and what is wrong with it: cut off, damaged, of another kind, or with a type that no array
 * here has.
 * @example
 * import { array, load, toNpy } from '@chainer/xp';
 * load(toNpy(array([1, 2]))); // array([1., 2.], dtype=float32)
 */
export function load(file: FileLike, options: LoadOptions = {}): NpzValue | Map<string, NpzValue> {
  checkOptions('load', options, ['device']);
  const { bytes, name } = bytesOf(file, 'load');
  const where = `[load] ${name === null ? 'the file' : `'${name}'`}`;
  const { device = null } = options;
  if (isZip(bytes)) return entriesOnDevice(bytes, where, device);
  if (!isNpy(bytes))
    throw new ValueError(`${where} is neither a .npy nor an .npz file (${bytes.length} bytes)`);
  return onDevice(decodeNpy(bytes, where), device);
}

/**
 * What the bytes of a `.npy` file hold: an array on the default device, text, or Python's None as null.
 *
 * @throws {ValueError} for bytes that are no such file, are cut off, or hold a type that no array here has.
 */
export function fromNpy(bytes: Uint8Array, options: LoadOptions = {}): NpzValue {
  checkOptions('fromNpy', options, ['device']);
  return onDevice(decodeNpy(bytes, '[fromNpy] the file'), options.device);
}
