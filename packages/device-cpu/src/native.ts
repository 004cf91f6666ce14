import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { DeviceError, IndexError, ValueError } from '@chainer/xp/internal';
import { defaultThreads } from './threads.ts';

/** What the addon exports. */
interface Addon {
  /** Counters, slab cells, arguments (doubles), words (int32): one memory that both sides write. */
  readonly buffer: ArrayBuffer;
  /** Address of that memory. */
  readonly address: number;
  /** Names of commands and of block operations; positions are their numbers. */
  readonly commands: readonly string[];
  readonly ops: readonly string[];
  /** What the libraries beneath call themselves. */
  readonly libraries: { readonly oneDNN: string; readonly OpenBLAS: string };
  run(command: number): void;
  /** Reads size, coldness, cell and charge from the arguments; leaves address, record, and base and size of the region. Undefined if nothing fits. */
  allocate(): unknown;
  /** A buffer over memory: reads its address and size from the arguments. */
  window(): ArrayBuffer;
  /** Reads bytecode; leaves the program's address. */
  program(): unknown;
  /** Number of a new weak reference, which is clear as soon as a collection has found the object. */
  weak(object: object): number;
  /** The object of a weak reference; undefined when it was collected. */
  strong(reference: number): unknown;
  /** Ends a weak reference. */
  forget(reference: number): void;
  /** Sets the number of threads if positive; returns it. */
  threads(n: number): number;
  /** Takes the classes of complaints about values and about indices, which commands find while they run. */
  errors(value: typeof ValueError, index: typeof IndexError): void;
}

/** The same as in native/context.h. */
const counterBytes = 64;
const cellCount = 4096;
export const argumentCount = 1 << 15;
/** So many arguments at most are written by calls that happen while another call's are being written: of memory, layouts and pending results. */
export const innerArgumentCount = 1 << 10;

/**
 * The loaded addon and its command buffer. A kernel writes its arguments to `D` (or their raw bits through `B` and `W`, views
 * of the same memory), then makes one call: `run(command)`.
 */
export interface Native {
  readonly addon: Addon;
  readonly run: (command: number) => void;
  /** Arguments as doubles. */
  readonly D: Float64Array;
  /** The same memory as 64-bit integers, and as 32-bit words. */
  readonly B: BigInt64Array;
  readonly W: Int32Array;
  /** Bytecode. */
  readonly I: Int32Array;
  /** live, peak, held, releases. */
  readonly counters: Float64Array;
  /** Live bytes of each slab; -1 where free. */
  readonly cells: Float64Array;
  /** Address of the first cell. */
  readonly cellsAddress: number;
  /** Number of a command. @throws if the addon has none of that name. */
  command(name: string): number;
}

/** Where the addon of this machine lies, whether it has been built or not. */
export function addonPath(): string {
  const require = createRequire(import.meta.url);
  const key = require('#key') as { addonFolder(): string };
  return join(key.addonFolder(), 'device_cpu.node');
}

/**
 * Loads the addon for this thread.
 *
 * @throws {DeviceError} if it was not built, or does not load; the message says what was looked for and the remedy.
 */
export function loadNative(path: string = addonPath()): Native {
  const remedy =
    "run 'npm run build' in the repository (it needs g++, libdnnl-dev and libopenblas-openmp-dev)";
  if (!existsSync(path))
    throw new DeviceError(
      `[cpu] the native addon was not built for this machine: looked for ${path}; ${remedy}`,
    );
  // Threads that wait for work spin for a microsecond or so, then sleep: two processes may share the cores.
  process.env.GOMP_SPINCOUNT ??= '2000';
  const module = { exports: {} as Addon };
  try {
    process.dlopen(module, path);
  } catch (cause) {
    throw new DeviceError(
      `[cpu] the native addon ${path} does not load: ${(cause as Error).message}; ${remedy}`,
      { cause },
    );
  }
  const addon = module.exports;
  const { buffer } = addon;
  const argumentsAt = counterBytes + cellCount * 8;
  const wordsAt = argumentsAt + argumentCount * 8;
  const numbers = new Map(addon.commands.map((name, k) => [name, k]));
  addon.threads(defaultThreads());
  addon.errors(ValueError, IndexError);
  return {
    addon,
    run: addon.run,
    D: new Float64Array(buffer, argumentsAt, argumentCount),
    B: new BigInt64Array(buffer, argumentsAt, argumentCount),
    W: new Int32Array(buffer, argumentsAt, argumentCount * 2),
    I: new Int32Array(buffer, wordsAt, argumentCount * 2),
    counters: new Float64Array(buffer, 0, 4),
    cells: new Float64Array(buffer, counterBytes, cellCount),
    cellsAddress: addon.address + counterBytes,
    command(name) {
      const k = numbers.get(name);
      if (k === undefined)
        throw new DeviceError(`[cpu] the native addon has no command '${name}'; ${remedy}`);
      return k;
    },
  };
}
