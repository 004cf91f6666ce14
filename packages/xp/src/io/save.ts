import { writeFileAtomic } from './files.ts';
import { encodeNpy, type Saveable } from './npy.ts';
import { encodeNpz } from './npz.ts';

/** Arrays to save together: by name, or a list, whose items are named `arr_0`, `arr_1`, … */
export type Entries =
  | Readonly<Record<string, Saveable>>
  | ReadonlyMap<string, Saveable>
  | readonly Saveable[];

/** A path with an ending, unless it has it. */
function ending(path: string, suffix: string): string {
  return path.endsWith(suffix) ? path : path + suffix;
}

/**
 * Saves one array as a `.npy` file (the ending is added if the path lacks it), byte for byte as NumPy does. Under Node; elsewhere
 * `toNpy(x)` gives the bytes. A file of that name stays as it was until the new one is complete.
 *
 * @throws {NeedsHostSyncError} for an array on an asynchronous device: pass `await hostArray(x)`.
 */
export function save(file: string, arr: Saveable): void {
  writeFileAtomic(ending(file, '.npy'), encodeNpy(arr, 'save'), 'save');
}

/**
 * Saves arrays as an `.npz` file (the ending is added if the path lacks it), not compressed. Under Node; elsewhere
 * `writeNpz(entries)` gives the bytes.
 *
 * @throws {NeedsHostSyncError} for an array on an asynchronous device: pass `await hostArray(x)`.
 */
export function savez(file: string, entries: Entries): void {
  saveAll(file, entries, false, 'savez');
}

/** The same, compressed. */
export function savezCompressed(file: string, entries: Entries): void {
  saveAll(file, entries, true, 'savezCompressed');
}

function saveAll(file: string, entries: Entries, compressed: boolean, who: string): void {
  const named = isList(entries) ? new Map(entries.map((x, i) => [`arr_${i}`, x])) : entries;
  writeFileAtomic(ending(file, '.npz'), encodeNpz(named, { compressed }, who), who);
}

function isList(entries: Entries): entries is readonly Saveable[] {
  return Array.isArray(entries);
}
