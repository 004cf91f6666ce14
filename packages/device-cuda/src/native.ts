import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { DeviceError } from '@chainer/xp/internal';

/** What the addon exports. */
interface Addon {
  /** Arguments of calls (doubles), then scratch bytes; one memory that both sides write. */
  readonly buffer: ArrayBuffer;
  readonly address: number;
  /** Numbers of collected handles: how many, then they. */
  readonly freed: ArrayBuffer;
  /** A library's handle, or why it does not open. */
  open(path: string): number | string;
  /** A function's address, or 0. */
  symbol(library: number, name: string): number;
  /** The file that holds a function. */
  path(address: number): string;
  call(): number;
  status(): number;
  later(calls: number): Promise<number>;
  handle(number: number): unknown;
  window(address: number, bytes: number): ArrayBuffer;
  addressOf(view: ArrayBufferView): number;
  text(address: number): string;
}

/** The same as in native/addon.cc. */
const argumentCount = 1 << 12;
const scratchBytes = 1 << 16;
/** Parts of the scratch memory: results by pointer, lists of pointers, a kernel's parameters. */
const listsAt = 1 << 14;
const paramsAt = listsAt + (1 << 13);
const paramBytes = scratchBytes - paramsAt;

/** Where the addon of this machine lies, whether it has been built or not. */
export function addonPath(): string {
  const require = createRequire(import.meta.url);
  const key = require('#key') as { addonFolder(): string };
  return join(key.addonFolder(), 'device_cuda.node');
}

/** A function of a C library: its address. */
export type CFunction = number;

/**
 * The addon, loaded for this thread. Functions of C libraries are called with integers, pointers (numbers, too) and doubles; what they
 * return through pointers is left in scratch memory, slot by slot of eight bytes.
 */
export class Native {
  readonly addon: Addon;
  /** Arguments: function, number of integers, number of doubles, then these. */
  readonly D: Float64Array;
  /** Scratch memory in several types; the parameters of the next kernel lie in it from 0 on. */
  readonly params: {
    readonly address: number;
    readonly U8: Uint8Array;
    readonly I32: Int32Array;
    readonly F32: Float32Array;
    readonly F64: Float64Array;
    readonly I64: BigInt64Array;
  };
  readonly freed: Int32Array;
  private readonly words: Uint32Array;
  private readonly longs: BigInt64Array;
  private readonly scratch: number;
  /** Address of a list with one entry, the parameters' address: what a kernel with one struct takes. */
  readonly onlyParameter: number;

  constructor(addon: Addon) {
    this.addon = addon;
    const { buffer, address } = addon;
    const at = argumentCount * 8;
    this.D = new Float64Array(buffer, 0, argumentCount);
    this.words = new Uint32Array(buffer, at, paramsAt / 4);
    this.longs = new BigInt64Array(buffer, at, paramsAt / 8);
    this.scratch = address + at;
    const start = at + paramsAt;
    this.params = {
      address: address + start,
      U8: new Uint8Array(buffer, start, paramBytes),
      I32: new Int32Array(buffer, start, paramBytes / 4),
      F32: new Float32Array(buffer, start, paramBytes / 4),
      F64: new Float64Array(buffer, start, paramBytes / 8),
      I64: new BigInt64Array(buffer, start, paramBytes / 8),
    };
    // The last place of the memory for lists.
    const last = paramsAt / 8 - 1;
    this.longs[last] = BigInt(this.params.address);
    this.onlyParameter = this.scratch + 8 * last;
    this.freed = new Int32Array(addon.freed);
  }

  /** Calls a function that returns a status of 32 bits. */
  status(f: CFunction, ...ints: readonly number[]): number {
    this.write(0, f, ints, []);
    return this.addon.status();
  }

  /** Calls a function with doubles among its arguments; they have registers of their own, so only their order counts. */
  statusWith(f: CFunction, ints: readonly number[], doubles: readonly number[]): number {
    this.write(0, f, ints, doubles);
    return this.addon.status();
  }

  /** Calls a function that returns a pointer or a 64-bit integer. */
  value(f: CFunction, ...ints: readonly number[]): number {
    this.write(0, f, ints, []);
    return this.addon.call();
  }

  /** Calls functions one after the other in another thread, until one returns a status other than 0, which is the result. */
  later(calls: readonly (readonly [CFunction, ...number[]])[]): Promise<number> {
    let at = 0;
    for (const [f, ...ints] of calls) at = this.write(at, f, ints, []);
    return this.addon.later(calls.length);
  }

  private write(at: number, f: CFunction, ints: readonly number[], doubles: readonly number[]): number {
    const { D } = this;
    D[at] = f;
    D[at + 1] = ints.length;
    D[at + 2] = doubles.length;
    let next = at + 3;
    for (const x of ints) D[next++] = x;
    for (const x of doubles) D[next++] = x;
    return next;
  }

  /** The address of a slot, for a function that returns something through a pointer. Slots are few: 2048. */
  slot(k = 0): number {
    return this.scratch + 8 * k;
  }

  /** What is in a slot, as a signed integer of 32 bits. */
  int(k = 0): number {
    return this.words[2 * k]! | 0;
  }

  /** What is in a slot, as a pointer or a 64-bit size. */
  pointer(k = 0): number {
    return this.words[2 * k]! + this.words[2 * k + 1]! * 2 ** 32;
  }

  /** Writes a slot. */
  set(k: number, value: number): void {
    this.longs[k] = BigInt(value);
  }

  /** Writes a list of pointers or 64-bit integers into slots behind those of results; its address. */
  list(values: readonly number[]): number {
    const first = listsAt / 8;
    values.forEach((value, k) => {
      this.longs[first + k] = BigInt(value);
    });
    return this.scratch + listsAt;
  }

  /** Bytes in memory of the host, and their address, valid while the buffer is referenced. */
  bytes(data: ArrayBufferView): number {
    return this.addon.addressOf(data);
  }
}

/** A string as C reads it. */
export function cstring(text: string): Uint8Array {
  return Buffer.from(`${text}\0`);
}

let loaded: Native | null = null;

/**
 * The addon of this thread.
 *
 * @throws {DeviceError} if it was not built, or does not load; the message says what was looked for and the remedy.
 */
export function loadNative(path: string = addonPath()): Native {
  if (loaded !== null) return loaded;
  const remedy = "run 'npm run build' in the repository (it needs g++, and nothing of CUDA)";
  if (!existsSync(path))
    throw new DeviceError(`[cuda] the native addon was not built: looked for ${path}; ${remedy}`);
  const module = { exports: {} as Addon };
  try {
    process.dlopen(module, path);
  } catch (cause) {
    throw new DeviceError(
      `[cuda] the native addon ${path} does not load: ${(cause as Error).message}; ${remedy}`,
      { cause },
    );
  }
  loaded = new Native(module.exports);
  return loaded;
}
