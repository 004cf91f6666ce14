import { DeviceError } from '@chainer/xp/internal';
import type { Context } from '../context.ts';
import type { Library, LibraryName } from '../libraries.ts';
import type { Native } from '../native.ts';

/** An open library of a device: calls that return a status, and a handle of its own. */
export class Bound {
  readonly ctx: Context;
  readonly native: Native;
  readonly library: Library;
  /** What a status means. */
  private readonly describe: (status: number) => string;

  /** @throws {DeviceError} if the library is missing. */
  constructor(ctx: Context, name: LibraryName, describe: (status: number, library: Library) => string) {
    this.ctx = ctx;
    this.native = ctx.launcher.native;
    this.library = ctx.device.libraries.open(name);
    this.describe = (status) => describe(status, this.library);
    ctx.device.gpu.use();
  }

  /** @throws {DeviceError} if the call fails. */
  check(name: string, ...ints: readonly number[]): void {
    this.verify(name, this.status(name, ...ints));
  }

  /** The status of a call. */
  status(name: string, ...ints: readonly number[]): number {
    // Handles belong to a GPU, which must be the thread's current one.
    this.ctx.device.gpu.use();
    return this.native.status(this.library.fn(name), ...ints);
  }

  /** Throws what a status that is not 0 means. */
  verify(name: string, status: number): void {
    if (status !== 0)
      throw new DeviceError(`[${this.ctx.device.name}] ${name} failed: ${this.describe(status)}`);
  }

  /** What a function leaves through its first argument: a handle or a descriptor. */
  made(name: string, ...ints: readonly number[]): number {
    this.native.set(0, 0);
    this.check(name, this.native.slot(), ...ints);
    return this.native.pointer();
  }

  /** The stream that is current, for functions that are given one. */
  get stream(): number {
    return this.ctx.device.stream.handle;
  }
}

/** A description of an enumeration's values. */
export const named = (names: Readonly<Record<number, string>>) => (status: number) =>
  names[status] ?? `status ${status}`;
