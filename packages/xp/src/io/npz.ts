import { checkOptions } from '../core/check-options.ts';
import type { Device } from '../core/device.ts';
import type { NdArray } from '../core/ndarray.ts';
import { type HostArray, toDevice } from './host-array.ts';
import { decodeNpy, encodeNpy, type HostValue, type Saveable, type Strings } from './npy.ts';
import { readZip, writeZip } from './zip.ts';

/** What a file of arrays may hold: an array, text, or Python's None. */
export type NpzValue = NdArray | Strings | null;

/** How a file is read. */
export interface ReadNpzOptions {
  /** Where arrays are put; the default device where left out. */
  readonly device?: Device | string | null;
  /** Names the file in errors. */
  readonly file?: string;
}

/** How a file is written. */
export interface WriteNpzOptions {
  /** Deflate the entries; they are stored as they are where left out. */
  readonly compressed?: boolean;
}

/**
 * What the bytes of an `.npz` file hold, by name and in order: arrays on the default device, text as strings, a pickled None
 * as null.
 *
 * @throws {ValueError} naming the file and the entry that is cut off or damaged, or has a type that no array here has.
 * @example
 * import { array, readNpz, writeNpz } from '@chainer/xp';
 * const bytes = writeNpz({ x: array([1, 2]), note: 'two numbers' });
 * readNpz(bytes).get('note'); // 'two numbers'
 */
export function readNpz(bytes: Uint8Array, options: ReadNpzOptions = {}): Map<string, NpzValue> {
  checkOptions('readNpz', options, ['device', 'file']);
  return entriesOnDevice(bytes, placeOf(options.file), options.device);
}

/** The same with arrays left on the host, which works beside asynchronous devices too. */
export function readNpzHost(bytes: Uint8Array, file?: string): Map<string, HostValue> {
  return hostEntries(bytes, placeOf(file));
}

function placeOf(file: string | undefined): string {
  return `[readNpz] ${file === undefined ? 'the archive' : `'${file}'`}`;
}

/** The body of `readNpzHost`; `where` names the file in errors. */
function hostEntries(bytes: Uint8Array, where: string): Map<string, HostValue> {
  const members = readZip(bytes, where).filter((m) => m.name.endsWith('.npy'));
  return new Map(
    members.map((m) => {
      const name = m.name.slice(0, -4);
      return [name, decodeNpy(m.read(), `${where} entry '${name}'`)];
    }),
  );
}

/** The body of `readNpz`; `where` names the file in errors. */
export function entriesOnDevice(
  bytes: Uint8Array,
  where: string,
  device: Device | string | null = null,
): Map<string, NpzValue> {
  return new Map([...hostEntries(bytes, where)].map(([name, value]) => [name, onDevice(value, device)]));
}

/** A host value with arrays put on a device. */
export function onDevice(value: HostValue, device: Device | string | null = null): NpzValue {
  return isHostArray(value) ? toDevice(value, device) : value;
}

/** Whether a value read from a file is an array. */
export function isHostArray(value: HostValue): value is HostArray {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The bytes of an `.npz` file of named values: arrays, strings, and null for Python's None.
 *
 * @throws {NeedsHostSyncError} for an array on an asynchronous device: pass `await hostArray(x)`.
 */
export function writeNpz(
  entries: Readonly<Record<string, Saveable>> | ReadonlyMap<string, Saveable>,
  options: WriteNpzOptions = {},
): Uint8Array<ArrayBuffer> {
  checkOptions('writeNpz', options, ['compressed']);
  return encodeNpz(entries, options, 'writeNpz');
}

/** The body of `writeNpz`, for whoever writes files. */
export function encodeNpz(
  entries: Readonly<Record<string, Saveable>> | ReadonlyMap<string, Saveable>,
  options: WriteNpzOptions,
  who: string,
): Uint8Array<ArrayBuffer> {
  const named: [string, Saveable][] = entries instanceof Map ? [...entries] : Object.entries(entries);
  return writeZip(
    named.map(([name, value]) => [`${name}.npy`, encodeNpy(value, who)] as const),
    options.compressed ?? false,
    who,
  );
}
