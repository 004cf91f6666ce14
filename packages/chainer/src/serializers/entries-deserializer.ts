import { array, asarray, type Device, type HostValue, isHostArray, NdArray } from '@chainer/xp/functions';
import { overwrite } from '@chainer/xp/internal';
import { checkOptions } from '../core/check-options.ts';
import type { Serializable, Serializer } from '../core/serializer.ts';

/** One entry of a file: an array, on the host or on a device, a text, or null (Python's None). */
export type StoredValue = HostValue | NdArray | number | boolean;

/** Names that are not loaded: one, a test, or a list of these. */
export type IgnoreNames =
  | string
  | ((name: string) => boolean)
  | readonly (string | ((name: string) => boolean))[];

/** Which keys are read, and whether they must be there. */
export interface DeserializerOptions {
  /** Prefix of the keys that are read: `updater/model:main/` loads the model out of a snapshot. */
  readonly path?: string;
  /** Whether a missing key is an error, or leaves its value as it is. */
  readonly strict?: boolean;
  /** Keys that are left as they are. */
  readonly ignoreNames?: IgnoreNames | null;
}

/** An array of the file on a device; null: on the default one. */
function onDevice(
  stored: Exclude<StoredValue, string | number | boolean | null | readonly unknown[]>,
  device: Device | string | null,
): NdArray {
  if (stored instanceof NdArray) return device === null ? stored : stored.to(device);
  const { data, dtype, shape, fortranOrder } = stored;
  return array(data, { dtype, shape, order: fortranOrder ? 'F' : 'C', device });
}

/**
 * Reads an object's values from the entries of a file, whatever its format. Arrays are read in place, in the dtype that they have.
 *
 * @throws {Error} for a missing key (unless `strict` is false), another shape, or a dtype that would lose its kind.
 * @throws {TypeError} for `ignoreNames` that are neither texts nor functions.
 */
export class EntriesDeserializer implements Serializer {
  readonly writing = false;
  /** The function that errors name. */
  private readonly who: string;
  private readonly entries: ReadonlyMap<string, StoredValue>;
  private readonly path: string;
  private readonly strict: boolean;
  private readonly ignored: readonly (string | ((name: string) => boolean))[];

  constructor(who: string, entries: ReadonlyMap<string, StoredValue>, options: DeserializerOptions = {}) {
    checkOptions(who, options, ['path', 'strict', 'ignoreNames']);
    this.who = who;
    this.entries = entries;
    this.path = options.path ?? '';
    this.strict = options.strict ?? true;
    const names = options.ignoreNames ?? [];
    this.ignored = typeof names === 'string' || typeof names === 'function' ? [names] : names;
    for (const name of this.ignored) {
      if (typeof name !== 'string' && typeof name !== 'function') {
        throw new TypeError(
          `[${this.who}] ignoreNames must be a text, a function, or a list of these, got ${String(name)}`,
        );
      }
    }
  }

  child(name: string): EntriesDeserializer {
    const path = `${this.path}${name.startsWith('/') ? name.slice(1) : name}/`;
    return new EntriesDeserializer(this.who, this.entries, {
      path,
      strict: this.strict,
      ignoreNames: this.ignored,
    });
  }

  private nameOf(key: string): string {
    return this.path + (key.startsWith('/') ? key.slice(1) : key);
  }

  has(key: string): boolean {
    const name = this.nameOf(key);
    return this.entries.has(name) && !this.ignores(name);
  }

  private ignores(name: string): boolean {
    return this.ignored.some((rule) => (typeof rule === 'string' ? rule === name : rule(name)));
  }

  value<T extends Serializable>(key: string, current: T): T {
    const name = this.nameOf(key);
    const stored = this.entries.get(name);
    if (this.ignores(name)) return current;
    if (stored === undefined) {
      if (!this.strict) return current;
      throw new Error(
        `[${this.who}] '${name}' is not in the file${this.hint(name)}; pass {strict: false} to leave what is missing as it is`,
      );
    }
    if (stored === null) return current instanceof NdArray ? current : (null as T);
    if (typeof stored === 'number' || typeof stored === 'boolean') return stored as T;
    if (!(stored instanceof NdArray || isHostArray(stored))) {
      if (typeof stored !== 'string') throw this.mismatch(name, 'a list of texts', current);
      if (current !== null && typeof current !== 'string') throw this.mismatch(name, 'a text', current);
      return stored as T;
    }
    if (current instanceof NdArray) {
      // What the device cannot hold is cast before it gets there.
      const { device } = current;
      const held = device.supports(stored.dtype);
      return this.copyInto(name, onDevice(stored, held ? device : 'js'), current) as T;
    }
    if (current === null) return onDevice(stored, null) as T;
    return this.scalar(name, onDevice(stored, 'js'), current) as T;
  }

  /** What the file has instead, for the message about a missing key. */
  private hint(name: string): string {
    const last = name.slice(name.lastIndexOf('/') + 1);
    const near = [...this.entries.keys()].find(
      (key) => key === `updater/model:main/${name}` || key.endsWith(`/${name}`),
    );
    if (near !== undefined) return ` (it has '${near}': pass {path: '${near.slice(0, -name.length)}'})`;
    const similar = [...this.entries.keys()].filter((key) => key.endsWith(last)).slice(0, 3);
    return similar.length > 0
      ? ` (it has ${similar.map((key) => `'${key}'`).join(', ')} …)`
      : ` (it has ${this.entries.size} entries)`;
  }

  private copyInto(name: string, stored: NdArray, current: NdArray): NdArray {
    if (stored.ndim !== current.ndim || stored.shape.some((d, i) => d !== current.shape[i])) {
      throw new Error(
        `[${this.who}] '${name}' has shape [${stored.shape.join(', ')}] in the file, but the object has [${current.shape.join(', ')}]`,
      );
    }
    const order = 'biufc';
    const [from, to] = [stored.dtype.kind, current.dtype.kind].map((kind) =>
      order.indexOf(kind === 'u' ? 'i' : kind),
    );
    if ((from as number) > (to as number)) {
      throw new TypeError(
        `[${this.who}] '${name}' is ${stored.dtype.name} in the file and cannot be loaded into ${current.dtype.name}`,
      );
    }
    const { dtype, device } = current;
    overwrite(current, stored.device === device ? stored : asarray(stored, { dtype, device }));
    return current;
  }

  private scalar(name: string, stored: NdArray, current: number | boolean | string): number | boolean {
    if (typeof current === 'string')
      throw this.mismatch(name, `${stored.dtype.name}[${stored.shape.join(',')}]`, current);
    if (stored.size !== 1)
      throw this.mismatch(name, `an array of shape [${stored.shape.join(', ')}]`, current);
    const value = stored.itemSync();
    return typeof current === 'boolean' ? Boolean(value) : Number(value);
  }

  private mismatch(name: string, stored: string, current: Serializable): TypeError {
    const kind = current instanceof NdArray ? 'an array' : `a ${typeof current}`;
    return new TypeError(`[${this.who}] '${name}' is ${stored} in the file, but the object has ${kind}`);
  }
}
