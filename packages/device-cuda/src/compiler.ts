import { DeviceError } from '@chainer/xp/internal';
import { DiskCache } from './cache.ts';
import type { Gpu } from './driver.ts';
import type { Libraries, Library } from './libraries.ts';
import { cstring, type Native } from './native.ts';

/** A kernel on the processor. */
export interface Compiled {
  /** The function's handle. */
  readonly address: number;
}

/** NVRTC compiles text that does not compile with this status. */
const compilationFailed = 6;

/** CUDA C to functions, by NVRTC, through the cache on disk. */
export class Compiler {
  readonly native: Native;
  private readonly gpu: Gpu;
  private readonly libraries: Libraries;
  private readonly cache: DiskCache;
  private opened: Library | null = null;
  private version = '';
  /** Texts that were compiled, and found on disk; for tests and reports. */
  compiled = 0;
  found = 0;

  constructor(gpu: Gpu, libraries: Libraries, cache: DiskCache = new DiskCache()) {
    this.gpu = gpu;
    this.libraries = libraries;
    this.native = libraries.native;
    this.cache = cache;
  }

  private get nvrtc(): Library {
    if (this.opened === null) {
      const library = this.libraries.open('nvrtc');
      const { native } = this;
      this.opened = library;
      this.check('nvrtcVersion', native.slot(), native.slot(1));
      this.version = `${native.int()}.${native.int(1)}`;
    }
    return this.opened;
  }

  private check(name: string, ...ints: readonly number[]): void {
    const library = this.nvrtc;
    const code = this.native.status(library.fn(name), ...ints);
    if (code !== 0) throw new DeviceError(`[cuda] ${name} failed: ${this.describe(code)}`);
  }

  private describe(code: number): string {
    return this.native.addon.text(this.native.value(this.nvrtc.fn('nvrtcGetErrorString'), code));
  }

  /** The architecture that texts are compiled for. */
  get architecture(): string {
    return `sm_${this.gpu.capability}`;
  }

  /**
   * A kernel of a text.
   *
   * @throws {DeviceError} if it does not compile, with the compiler's words and the lines they are about.
   */
  compile(text: string, name: string): Compiled {
    return { address: this.gpu.load(this.image(text, name, []), name) };
  }

  /** The compiled image of a text, with options of the compiler. */
  image(text: string, name: string, options: readonly string[]): Uint8Array {
    const { nvrtc } = this;
    const all = [`--gpu-architecture=${this.architecture}`, '--std=c++17', ...options];
    const key = DiskCache.key(text, name, this.version, nvrtc.path, ...all);
    const kept = this.cache.read(key);
    if (kept !== null) {
      this.found++;
      return kept;
    }
    const image = this.build(text, name, all);
    this.compiled++;
    this.cache.write(key, image);
    return image;
  }

  private build(text: string, name: string, options: readonly string[]): Uint8Array {
    const { native, nvrtc } = this;
    const source = cstring(text);
    const file = cstring(`${name}.cu`);
    this.check('nvrtcCreateProgram', native.slot(), native.bytes(source), native.bytes(file), 0, 0, 0);
    const program = native.pointer();
    try {
      const strings = options.map(cstring);
      const list = native.list(strings.map((s) => native.bytes(s)));
      const code = native.status(nvrtc.fn('nvrtcCompileProgram'), program, strings.length, list);
      if (code !== 0) {
        const log = this.bytes('ProgramLog', program);
        const words = new TextDecoder().decode(log.subarray(0, Math.max(0, log.length - 1)));
        const what = code === compilationFailed ? 'does not compile' : `failed: ${this.describe(code)}`;
        throw new DeviceError(`[cuda] kernel ${name} ${what}\n${withLines(words, text)}`);
      }
      return this.bytes('CUBIN', program);
    } finally {
      native.set(0, program);
      native.status(nvrtc.fn('nvrtcDestroyProgram'), native.slot());
    }
  }

  /** One of a program's results. */
  private bytes(what: 'CUBIN' | 'ProgramLog', program: number): Uint8Array {
    const { native } = this;
    this.check(`nvrtcGet${what}Size`, program, native.slot());
    const data = new Uint8Array(native.pointer());
    if (data.length > 0) this.check(`nvrtcGet${what}`, program, native.bytes(data));
    return data;
  }
}

/** The compiler's words, each with the line that it is about: NVRTC says `name.cu(12): error: …`. */
function withLines(words: string, text: string): string {
  const lines = text.split('\n');
  return words
    .split('\n')
    .map((word) => {
      const line = lines[Number(/^[^\s(]+\((\d+)\)/.exec(word)?.[1]) - 1];
      return line === undefined ? word : `${word}\n    | ${line.trim()}`;
    })
    .join('\n')
    .trim();
}
