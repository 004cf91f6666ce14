import { checkOptions } from '../../core/check-options.ts';
import type { CanSerialize } from '../../core/serializer.ts';
import { files } from '../../files.ts';
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
    const newest = (await this.existing(trainer)).at(-1);
    if (newest === undefined) return;
    await loadNpz(newest, this.target ?? trainer);
  }

  async run(trainer: TrainerLike): Promise<void> {
    if (this.condition !== null && !this.condition(trainer)) return;
    await this.take(trainer);
  }

  async onError(trainer: TrainerLike): Promise<void> {
    if (this.onErrorToo) await this.take(trainer);
  }

  private async take(trainer: TrainerLike): Promise<void> {
    const { path } = await files('snapshot');
    const name =
      typeof this.filename === 'function'
        ? this.filename(trainer)
        : formatName('snapshot', this.filename, trainer);
    await trainer.settle();
    await this.writer.write(path.join(trainer.out, name), this.target ?? trainer);
    if (this.nRetains > 0) await this.removeOld(trainer, name);
  }

  private async removeOld(trainer: TrainerLike, written: string): Promise<void> {
    const { fs, path } = await files('snapshot');
    const others = (await this.existing(trainer)).filter((file) => path.basename(file) !== written);
    // The one just written counts, whether its writer has finished or not.
    for (const file of others.slice(0, Math.max(others.length - (this.nRetains - 1), 0)))
      await fs.rm(file, { force: true });
  }

  /** Snapshots in the output folder, oldest first. */
  private async existing(trainer: TrainerLike): Promise<string[]> {
    const { fs, path } = await files('snapshot');
    const pattern = patternOf(this.filename as string);
    const names = (await fs.readdir(trainer.out).catch(() => [])).filter((name) => pattern.test(name));
    const found = await Promise.all(
      names.map(async (name) => {
        const file = path.join(trainer.out, name);
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
