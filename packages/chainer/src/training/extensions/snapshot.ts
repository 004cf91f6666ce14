import { checkOptions } from '../../core/check-options.ts';
import type { CanSerialize } from '../../core/serializer.ts';
import { DamagedFileError, files } from '../../files.ts';
import { loadNpz } from '../../serializers/npz.ts';
import type { Extension, TrainerLike, TriggerLike } from '../types.ts';
import { formatName } from './format-name.ts';
import { type SaveFunction, SimpleWriter, type SnapshotWriter } from './snapshot-writers.ts';

/** Options of `snapshot` and `snapshotObject`. */
export interface SnapshotOptions {
  /** Saves an object to a file: `saveNpz` where none is given. */
  readonly savefun?: SaveFunction | null;
  /** When a snapshot is taken although the trigger fires: only where this is true. */
  readonly condition?: ((trainer: TrainerLike) => boolean) | null;
  /** What writes the files. */
  readonly writer?: SnapshotWriter | null;
  /** Take one when an iteration throws. */
  readonly snapshotOnError?: boolean;
  /** How many to keep, the newest; -1: all. */
  readonly nRetains?: number;
  /** Load the newest one before training begins, if there is any. */
  readonly autoload?: boolean;
}

/** A file name as a template (`snapshot_iter_{.updater.iteration}`), or made by a function. */
export type SnapshotName = string | ((trainer: TrainerLike) => string);

/**
 * Saves the trainer, from which training can be resumed exactly: at every epoch, after all other extensions.
 *
 * A file is there whole or not at all: it is written beside its place and renamed.
 *
 * @example
 * import { snapshot } from 'chainer/training/extensions';
 * const extension = snapshot({ nRetains: 2 }); // trainer.extend(extension)
 * extension.priority; // -100
 * // Later, with a trainer that was built in the same way: await loadNpz('result/snapshot_iter_1200', trainer)
 */
export function snapshot(
  options: SnapshotOptions & { readonly filename?: SnapshotName; readonly target?: CanSerialize | null } = {},
): Snapshot {
  checkOptions('snapshot', options, [
    'savefun',
    'condition',
    'writer',
    'snapshotOnError',
    'nRetains',
    'autoload',
    'filename',
    'target',
  ]);
  return new Snapshot(
    options.target ?? null,
    options.filename ?? 'snapshot_iter_{.updater.iteration}',
    options,
  );
}

/**
 * Saves one object: a model after each epoch, say.
 *
 * @example
 * import { links as L } from 'chainer';
 * import { snapshotObject } from 'chainer/training/extensions';
 * const model = new L.Linear(3, 2);
 * const extension = snapshotObject(model, 'model_epoch_{.updater.epoch}'); // trainer.extend(extension)
 * extension.trigger; // [1, 'epoch']
 */
export function snapshotObject(
  target: CanSerialize,
  filename: SnapshotName,
  options: SnapshotOptions = {},
): Snapshot {
  checkOptions('snapshotObject', options, [
    'savefun',
    'condition',
    'writer',
    'snapshotOnError',
    'nRetains',
    'autoload',
  ]);
  return new Snapshot(target, filename, options);
}

/** The extension that `snapshot` and `snapshotObject` make. */
export class Snapshot implements Extension {
  name: string | undefined;
  // The name of Chainer's class: it stands in the keys of snapshots.
  readonly defaultName = '_Snapshot';
  readonly trigger: TriggerLike = [1, 'epoch'];
  readonly priority = -100;
  private readonly target: CanSerialize | null;
  private readonly filename: SnapshotName;
  private readonly writer: SnapshotWriter;
  private readonly condition: ((trainer: TrainerLike) => boolean) | null;
  private readonly onErrorToo: boolean;
  private readonly nRetains: number;
  private readonly autoload: boolean;
  /** Iteration of the last one, its file, and the folder it went to. */
  private taken = -1;
  private last: string | null = null;
  private folder: string | null = null;

  constructor(target: CanSerialize | null, filename: SnapshotName, options: SnapshotOptions) {
    this.target = target;
    this.filename = filename;
    if (options.writer && options.savefun)
      throw new TypeError(
        '[snapshot] savefun and writer cannot both be given; give the writer its save function',
      );
    this.writer = options.writer ?? new SimpleWriter(options.savefun ?? undefined);
    this.condition = options.condition ?? null;
    this.onErrorToo = options.snapshotOnError ?? false;
    this.nRetains = options.nRetains ?? -1;
    this.autoload = options.autoload ?? false;
    if (!Number.isInteger(this.nRetains) || this.nRetains === 0)
      throw new Error(`[snapshot] nRetains must be a positive integer, or -1 for all, got ${this.nRetains}`);
    if (typeof filename !== 'string' && (this.nRetains > 0 || this.autoload)) {
      throw new Error(
        '[snapshot] nRetains and autoload find snapshots by their names; give filename as a template',
      );
    }
  }

  async load(trainer: TrainerLike): Promise<void> {
    if (!this.autoload) return;
    const newestFirst = (await this.existing(trainer.out)).reverse();
    for (const [k, file] of newestFirst.entries()) {
      try {
        await loadNpz(file, this.target ?? trainer);
        return;
      } catch (error) {
        // Only what was damaged has an earlier one that can stand in for it; it was not begun to load.
        const next = newestFirst[k + 1];
        if (!(error instanceof DamagedFileError) || next === undefined) throw error;
        console.error(`[snapshot] ${error.message}. Going on from ${next} instead; remove ${file}`);
      }
    }
  }

  async run(trainer: TrainerLike): Promise<void> {
    if (this.condition !== null && !this.condition(trainer)) return;
    await this.take(trainer);
  }

  async onError(trainer: TrainerLike): Promise<void> {
    if (this.onErrorToo) await this.take(trainer);
  }

  /** A signal ends training: the state that would be lost is saved, unless this very iteration is saved already. */
  async onInterrupt(trainer: TrainerLike): Promise<void> {
    if (this.target === null && this.taken !== trainer.updater.iteration) await this.take(trainer);
    await this.writer.finalize?.();
  }

  async resumeFrom(trainer: TrainerLike): Promise<string | null> {
    if (this.target !== null) return null;
    // A snapshot that is still being written is worth waiting for; if it fails, `finalize` says so.
    await Promise.resolve(this.writer.finalize?.()).catch(() => {});
    return (
      (typeof this.filename === 'string' ? (await this.existing(trainer.out)).at(-1) : this.last) ?? null
    );
  }

  private async take(trainer: TrainerLike): Promise<void> {
    const { path } = await files('snapshot');
    const name =
      typeof this.filename === 'function'
        ? this.filename(trainer)
        : formatName('snapshot', this.filename, trainer);
    await trainer.settle();
    const file = path.join(trainer.out, name);
    await this.writer.write(file, this.target ?? trainer);
    this.taken = trainer.updater.iteration;
    this.last = file;
    this.folder = trainer.out;
    await this.removeOld();
  }

  /** Only files that are there whole count: one that is still being written replaces none yet. */
  private async removeOld(): Promise<void> {
    if (this.nRetains < 0 || this.folder === null) return;
    const { fs } = await files('snapshot');
    const all = await this.existing(this.folder);
    for (const file of all.slice(0, Math.max(all.length - this.nRetains, 0)))
      await fs.rm(file, { force: true });
  }

  /** Snapshots in a folder, oldest first. */
  private async existing(folder: string): Promise<string[]> {
    const { fs, path } = await files('snapshot');
    const pattern = patternOf(this.filename as string);
    const names = (await fs.readdir(folder).catch(() => [])).filter((name) => pattern.test(name));
    const found = await Promise.all(
      names.map(async (name) => {
        const file = path.join(folder, name);
        return {
          file,
          time: (await fs.stat(file)).mtimeMs,
          number: Number(/\d+(?=\D*$)/.exec(name)?.[0] ?? 0),
        };
      }),
    );
    return found.sort((a, b) => a.time - b.time || a.number - b.number).map(({ file }) => file);
  }

  async finalize(): Promise<void> {
    await this.writer.finalize?.();
    await this.removeOld();
  }
}

/** What a file name made from a template looks like. */
function patternOf(template: string): RegExp {
  const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(
    `^${template
      .split(/\{[^}]*\}/)
      .map(literal)
      .join('.+')}$`,
  );
}
