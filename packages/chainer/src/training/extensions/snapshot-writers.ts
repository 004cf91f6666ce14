import { checkOptions } from '../../core/check-options.ts';
import type { CanSerialize } from '../../core/serializer.ts';
import { writeAtomically } from '../../files.ts';
import { saveNpz, toNpz } from '../../serializers/npz.ts';

/** Saves an object to a file, whole or not at all. */
export type SaveFunction = (file: string, object: CanSerialize) => void | Promise<void>;

/** Writes the files of snapshots. */
export interface SnapshotWriter {
  write(file: string, object: CanSerialize): void | Promise<void>;
  /** Waits for what is under way. */
  finalize?(): void | Promise<void>;
}

/** Writes a file and has training wait for it. */
export class SimpleWriter implements SnapshotWriter {
  private readonly save: SaveFunction;

  constructor(save: SaveFunction = saveNpz) {
    this.save = save;
  }

  async write(file: string, object: CanSerialize): Promise<void> {
    await this.save(file, object);
  }
}

/**
 * Takes the values at once and writes them while training goes on. A write that fails is thrown by the next one, or at the end.
 *
 * (Chainer's ThreadWriter; here the file system works beside the program without a thread of ours.)
 */
export class ThreadWriter implements SnapshotWriter {
  private under: Promise<void> = Promise.resolve();
  private readonly compression: boolean;

  constructor(options: { readonly compression?: boolean } = {}) {
    checkOptions('ThreadWriter', options, ['compression']);
    this.compression = options.compression ?? true;
  }

  async write(file: string, object: CanSerialize): Promise<void> {
    await this.under;
    const bytes = await toNpz(object, { compression: this.compression });
    this.under = writeAtomically('ThreadWriter', file, bytes);
    // It is awaited later; until then a failure must not end the process.
    this.under.catch(() => {});
  }

  finalize(): Promise<void> {
    return this.under;
  }
}
