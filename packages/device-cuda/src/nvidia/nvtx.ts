import { DeviceError } from '@chainer/xp/internal';
import { Libraries, type Library } from '../libraries.ts';
import { cstring, loadNative } from '../native.ts';

/** NVTX by CuPy's names: ranges and marks that NVIDIA's profilers show. Where the library is missing they do nothing, as no profiler looks. */

/** The library, or null where it is missing; undefined: nobody has looked. */
let library: Library | null | undefined;

/** Whether ranges go anywhere. */
export function available(libraries: Libraries = new Libraries(loadNative())): boolean {
  library ??= libraries.find('nvtx').library;
  return library !== null;
}

function opened(): Library | null {
  if (library === undefined) available();
  return library ?? null;
}

function named(f: string, name: string): void {
  const nvtx = opened();
  if (nvtx === null) return;
  const text = cstring(name);
  nvtx.native.status(nvtx.fn(f), nvtx.native.bytes(text));
}

/** Opens a range. Ranges of a thread nest. */
export function RangePush(name: string): void {
  named('nvtxRangePushA', name);
}

/** Closes the range that was opened last. @throws {DeviceError} if none is open. */
export function RangePop(): void {
  const nvtx = opened();
  if (nvtx !== null && nvtx.native.status(nvtx.fn('nvtxRangePop')) < 0)
    throw new DeviceError('[nvtx] RangePop without RangePush');
}

/** A mark at this moment. */
export function Mark(name: string): void {
  named('nvtxMarkA', name);
}
