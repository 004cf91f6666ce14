import { DatasetMixin } from '../dataset/dataset-mixin.ts';
import { builtin, DamagedFileError, hasFiles } from '../files.ts';
import { pack, unpack } from '../workers/packing.ts';

type Fs = typeof import('node:fs');
type V8 = typeof import('node:v8');

/** What a file begins with. */
const magic = 'ChainerTSrecords';

function fileSystem(who: string): Fs {
  if (!hasFiles()) throw new Error(`[${who}] needs a file system, which this runtime does not have`);
  return builtin<Fs>('node:fs');
}

/** Writes examples of a `PickleDataset`, one after another: `openPickleDatasetWriter(path)`. */
export class PickleDatasetWriter {
  private readonly path: string;
  private readonly fs: Fs;
  private descriptor: number | null;

  /** @throws {Error} if the file cannot be written. */
  constructor(path: string) {
    this.path = path;
    this.fs = fileSystem('PickleDatasetWriter');
    this.descriptor = this.fs.openSync(path, 'w');
    this.fs.writeSync(this.descriptor, magic);
  }

  /**
   * Appends an example: numbers, texts, lists, records, maps, typed arrays, and arrays, which are read.
   *
   * @throws {Error} after `close`, and for what cannot be cloned (functions, objects of classes of your own).
   */
  write(example: unknown): void {
    if (this.descriptor === null)
      throw new Error(`[PickleDatasetWriter.write] the writer of ${this.path} is closed`);
    const record = builtin<V8>('node:v8').serialize(pack(example));
    const head = Buffer.alloc(8);
    head.writeBigUInt64LE(BigInt(record.length));
    // In one call, so that no reader meets a length without its record.
    const bytes = Buffer.concat([head, record]);
    for (let at = 0; at < bytes.length; ) at += this.fs.writeSync(this.descriptor, bytes, at);
  }

  /** Makes sure that everything is on the disk. */
  flush(): void {
    if (this.descriptor !== null) this.fs.fsyncSync(this.descriptor);
  }

  /** Ends the file. */
  close(): void {
    if (this.descriptor === null) return;
    this.fs.closeSync(this.descriptor);
    this.descriptor = null;
  }
}

/**
 * Examples of any kind in a file, of which one at a time is read: for datasets that do not fit into memory.
 *
 * The interface is that of Chainer's class of this name; the file is not: it holds JavaScript's values, not Python's pickles. In worker threads
 * (`MultiprocessIterator`), let each open the file by its name.
 *
 * @example
 * import { mkdtemp } from 'node:fs/promises';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { openPickleDataset, openPickleDatasetWriter } from 'chainer/datasets';
 * import { array, type NdArray } from '@chainer/xp';
 * const file = join(await mkdtemp(join(tmpdir(), 'records-')), 'examples');
 * const writer = openPickleDatasetWriter(file);
 * writer.write([array([1, 2]), 'hello']);
 * writer.write([array([3, 4, 5]), 'good-bye']);
 * writer.close();
 * const dataset = openPickleDataset<[NdArray, string]>(file);
 * dataset.length; // 2
 * dataset.at(1)[0].toArraySync(); // [3, 4, 5]
 * dataset.at(1)[1]; // 'good-bye'
 * dataset.close();
 */
export class PickleDataset<E = unknown> extends DatasetMixin<E> {
  private readonly path: string;
  private readonly fs: Fs;
  /** Where records begin, and how long they are. */
  private readonly records: (readonly [start: number, length: number])[] = [];
  private descriptor: number | null;

  /** Looks through the file once. @throws {Error} if it is no file of `PickleDatasetWriter`, or is cut off. */
  constructor(path: string) {
    super();
    this.path = path;
    this.fs = fileSystem('PickleDataset');
    const descriptor = this.fs.openSync(path, 'r');
    this.descriptor = descriptor;
    try {
      this.findRecords(descriptor);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  private findRecords(descriptor: number): void {
    const { size } = this.fs.fstatSync(descriptor);
    if (this.read(descriptor, 0, Math.min(size, magic.length)).toString('latin1') !== magic)
      throw new DamagedFileError(
        `[PickleDataset] ${this.path} is no file of PickleDatasetWriter (those of Python are not read)`,
      );
    for (let at = magic.length; at < size; ) {
      const length = at + 8 <= size ? Number(this.read(descriptor, at, 8).readBigUInt64LE()) : size;
      if (at + 8 + length > size)
        throw new DamagedFileError(
          `[PickleDataset] ${this.path} is cut off: example ${this.records.length} is not complete`,
        );
      this.records.push([at + 8, length]);
      at += 8 + length;
    }
  }

  private read(descriptor: number, start: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    for (let at = 0; at < length; ) {
      const n = this.fs.readSync(descriptor, bytes, at, length - at, start + at);
      if (n === 0)
        throw new DamagedFileError(`[PickleDataset] ${this.path} became shorter while it was read`);
      at += n;
    }
    return bytes;
  }

  get length(): number {
    return this.records.length;
  }

  /** @throws {Error} after `close`. */
  getExample(i: number): E {
    if (this.descriptor === null) throw new Error(`[PickleDataset] the dataset of ${this.path} is closed`);
    const [start, length] = this.records[i] as readonly [number, number];
    const value: unknown = builtin<V8>('node:v8').deserialize(this.read(this.descriptor, start, length));
    return unpack(value, () => {
      throw new DamagedFileError(`[PickleDataset] ${this.path}: example ${i} is damaged`);
    }) as E;
  }

  /** Closes the file. */
  close(): void {
    if (this.descriptor === null) return;
    this.fs.closeSync(this.descriptor);
    this.descriptor = null;
  }
}

/** Opens a file that a `PickleDatasetWriter` wrote. @throws {Error} if there is none, or it is cut off. */
export function openPickleDataset<E = unknown>(path: string): PickleDataset<E> {
  return new PickleDataset<E>(path);
}

/** Begins a file of examples; what was there is lost. @throws {Error} if it cannot be written. */
export function openPickleDatasetWriter(path: string): PickleDatasetWriter {
  return new PickleDatasetWriter(path);
}
