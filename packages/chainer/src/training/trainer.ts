import * as random from '@chainer/xp/random';
import { checkOptions } from '../core/check-options.ts';
import type { CanSerialize, Serializer } from '../core/serializer.ts';
import { files, hasFiles } from '../files.ts';
import { type Observation, Reporter } from '../reporter/reporter.ts';
import { floatValue } from '../serializers/values.ts';
import { howToGoOn, InterruptedError, Interruption } from './interruption.ts';
import { getTrigger } from './triggers/get-trigger.ts';
import {
  type Extension,
  type ExtensionFunction,
  type ExtensionProperties,
  PRIORITY_READER,
  type TrainerLike,
  type Trigger,
  type TriggerLike,
  type Updater,
} from './types.ts';

/** Options of `Trainer`. */
export interface TrainerOptions {
  /** When training ends: `[20, 'epoch']`, a trigger, or null for never. */
  readonly stopTrigger?: TriggerLike;
  /** Folder of all files that training leaves. */
  readonly out?: string;
  readonly extensions?: readonly (Extension | ExtensionFunction)[];
}

/** Options of `Trainer.extend`; what is left out is as the extension says. */
export interface ExtendOptions {
  readonly name?: string;
  readonly trigger?: TriggerLike;
  readonly priority?: number;
  /** Run it once before the first iteration of a training that begins. */
  readonly callBeforeTraining?: boolean;
}

interface Entry {
  readonly extension: Extension | ExtensionFunction;
  readonly trigger: Trigger;
  readonly priority: number;
  readonly callBeforeTraining: boolean;
}

/** Longest time without letting the runtime do something else, in milliseconds. */
const breath = 50;

/**
 * The training loop: updates, and runs extensions when their triggers fire, until the stop trigger does.
 *
 * @example
 * import { mkdtempSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { links as L, optimizers, xp } from 'chainer';
 * import { TupleDataset } from 'chainer/datasets';
 * import { SerialIterator } from 'chainer/iterators';
 * import { extensions, StandardUpdater, Trainer } from 'chainer/training';
 * const data = new TupleDataset(xp.random.rand(20, 4), new Int32Array(20));
 * const optimizer = new optimizers.Adam().setup(new L.Classifier(new L.Linear(4, 3)));
 * const updater = new StandardUpdater(new SerialIterator(data, 5), optimizer);
 * const out = mkdtempSync(join(tmpdir(), 'example-'));
 * const trainer = new Trainer(updater, { stopTrigger: [2, 'epoch'], out });
 * trainer.extend(new extensions.LogReport());
 * await trainer.run();
 * updater.iteration; // 8
 */
export class Trainer implements TrainerLike, CanSerialize {
  readonly updater: Updater;
  readonly stopTrigger: Trigger;
  readonly out: string;
  readonly reporter = new Reporter();
  observation: Observation = {};
  private readonly entries = new Map<string, Entry>();
  private started: number | null = null;
  private finalTime: number | null = null;
  private earlier = 0;
  private done = false;
  /** Where the library's random stream stood when training began. */
  private randomBefore: string | null = null;

  constructor(updater: Updater, options: TrainerOptions = {}) {
    checkOptions('Trainer', options, ['stopTrigger', 'out', 'extensions']);
    this.updater = updater;
    this.stopTrigger = getTrigger(options.stopTrigger);
    this.out = options.out ?? 'result';
    updater.connectTrainer?.(this);
    for (const [name, optimizer] of Object.entries(updater.getAllOptimizers())) {
      if (!optimizer.target)
        throw new Error(`[Trainer] optimizer '${name}' has no target; call optimizer.setup(model) before`);
      this.reporter.addObserver(name, optimizer.target);
      this.reporter.addObservers(name, optimizer.target.namedlinks({ skipself: true }));
    }
    for (const extension of options.extensions ?? []) this.extend(extension);
  }

  /** Seconds of training, over all runs that were resumed. */
  get elapsedTime(): number {
    if (this.finalTime !== null) return this.finalTime;
    return this.started === null ? this.earlier : this.earlier + (performance.now() - this.started) / 1000;
  }

  /** Whether it has not run yet. */
  get isBeforeTraining(): boolean {
    return this.started === null;
  }

  /**
   * Adds an extension. Its name is the given one, its own, or its class's; a number is appended where it is taken.
   *
   * @throws {Error} for the name 'training'.
   */
  extend(extension: Extension | ExtensionFunction, options: ExtendOptions = {}): this {
    checkOptions('Trainer.extend', options, ['name', 'trigger', 'priority', 'callBeforeTraining']);
    if (typeof extension !== 'function' && typeof extension?.run !== 'function') {
      throw new TypeError('[Trainer.extend] expected a function or an object with run(trainer)');
    }
    if (typeof extension === 'function' && typeof extension.prototype?.run === 'function') {
      throw new TypeError(
        `[Trainer.extend] ${extension.name} is a class; pass an extension made with it: new ${extension.name}(…)`,
      );
    }
    const wanted = options.name ?? nameOf(extension);
    if (wanted === 'training')
      throw new Error("[Trainer.extend] 'training' is not allowed as an extension's name");
    let name = wanted;
    for (let k = 1; this.entries.has(name); k++) name = `${wanted}_${k}`;
    rename(extension, name);
    const trigger = options.trigger !== undefined ? options.trigger : extension.trigger;
    this.entries.set(name, {
      extension,
      trigger: getTrigger(trigger === undefined ? [1, 'iteration'] : trigger),
      priority: options.priority ?? extension.priority ?? PRIORITY_READER,
      callBeforeTraining: options.callBeforeTraining ?? false,
    });
    return this;
  }

  /** The extension of that name. @throws {Error} if there is none, naming those there are. */
  getExtension(name: string): Extension | ExtensionFunction {
    const entry = this.entries.get(name);
    if (entry === undefined)
      throw new Error(
        `[Trainer.getExtension] there is no extension '${name}'; there are ${[...this.entries.keys()].join(', ') || 'none'}`,
      );
    return entry.extension;
  }

  /**
   * Trains. An error in an iteration is shown to the extensions and thrown on; extensions and the updater are finalized in any case.
   *
   * SIGINT and SIGTERM end it after the running iteration, with a snapshot where there is an extension that takes them; a second signal ends the
   * process at once.
   *
   * @throws {InterruptedError} after a signal; its message says how to go on.
   * @throws {Error} if called twice.
   */
  async run(): Promise<void> {
    if (this.done)
      throw new Error(
        '[Trainer.run] a trainer cannot run twice; make a new one, and load a snapshot into it to go on',
      );
    this.done = true;
    if (hasFiles()) await (await files('Trainer.run')).fs.mkdir(this.out, { recursive: true });
    const ordered = [...this.entries.values()].sort((a, b) => b.priority - a.priority);
    this.started = performance.now();
    this.randomBefore ??= JSON.stringify(random.getRandomState().getState());
    const interruption = new Interruption();
    try {
      for (const { extension } of ordered) await extension.load?.(this);
      for (const { extension, trigger } of ordered) if (!trigger.finished) await extension.initialize?.(this);
      if (this.updater.iteration === 0) {
        await this.observing({}, async () => {
          for (const { extension, callBeforeTraining } of ordered)
            if (callBeforeTraining) await runExtension(extension, this);
        });
      }
      let rested = performance.now();
      while (!(await this.stopTrigger.fire(this))) {
        await this.observing({}, () => this.iterate(ordered));
        if (interruption.signal !== null) await this.interrupt(ordered, interruption.signal);
        if (performance.now() - rested > breath) {
          await rest();
          rested = performance.now();
        }
      }
    } catch (error) {
      for (const { extension } of ordered) await extension.onError?.(this, error);
      if (!(error instanceof InterruptedError)) await this.tellHowToGoOn(ordered, error);
      throw error;
    } finally {
      interruption.ignore();
      try {
        for (const { extension } of ordered) await extension.finalize?.();
      } finally {
        await this.updater.finalize();
        this.finalTime = this.elapsedTime;
      }
    }
  }

  private async interrupt(ordered: readonly Entry[], signal: string): Promise<never> {
    for (const { extension } of ordered) await extension.onInterrupt?.(this);
    const { iteration } = this.updater;
    throw new InterruptedError(
      `[Trainer.run] ${signal} ended training after iteration ${iteration}. ${howToGoOn(await this.lastSnapshot(ordered))}`,
    );
  }

  /** What was lost, and how to go on: as Chainer, on standard error, since the error itself says what went wrong. */
  private async tellHowToGoOn(ordered: readonly Entry[], error: unknown): Promise<void> {
    const file = await this.lastSnapshot(ordered);
    if (file === null) return;
    const { iteration, epoch } = this.updater;
    console.error(
      `[Trainer.run] training stopped after iteration ${iteration} (epoch ${epoch}): ${(error as Error)?.message ?? String(error)}\n${howToGoOn(file)}`,
    );
  }

  private async lastSnapshot(ordered: readonly Entry[]): Promise<string | null> {
    for (const { extension } of ordered) {
      const file = await extension.resumeFrom?.(this);
      if (file) return file;
    }
    return null;
  }

  private async iterate(ordered: readonly Entry[]): Promise<void> {
    const updating = this.updater.update();
    if (updating instanceof Promise) await updating;
    for (const { extension, trigger } of ordered) {
      const fires = trigger.fire(this);
      if (typeof fires === 'boolean' ? fires : await fires) await runExtension(extension, this);
    }
  }

  private observing(observation: Observation, body: () => Promise<void>): Promise<void> {
    this.observation = observation;
    return this.reporter.scope(observation, body);
  }

  /** Reads values that wait on a device: to be awaited before saving, where the device is an asynchronous one. */
  async settle(): Promise<void> {
    await this.stopTrigger.settle?.();
    for (const { extension, trigger } of this.entries.values()) {
      await extension.settle?.();
      await trigger.settle?.();
    }
  }

  serialize(serializer: Serializer): void {
    this.updater.serialize(serializer.child('updater'));
    this.stopTrigger.serialize?.(serializer.child('stop_trigger'));
    const extensions = serializer.child('extensions');
    const triggers = serializer.child('extension_triggers');
    for (const [name, { extension, trigger }] of this.entries) {
      extension.serialize?.(extensions.child(name));
      trigger.serialize?.(triggers.child(name));
    }
    if (serializer.writing) floatValue(serializer, '_snapshot_elapsed_time', this.elapsedTime);
    else this.earlier = serializer.value('_snapshot_elapsed_time', 0);
    this.serializeRandom(serializer);
  }

  /**
   * The position of the library's random stream, where training has used it: what Chainer leaves out, and resuming needs to go on
   * with the same numbers.
   */
  private serializeRandom(serializer: Serializer): void {
    const state = JSON.stringify(random.getRandomState().getState());
    if (serializer.writing) {
      if (this.randomBefore !== null && state !== this.randomBefore) serializer.value('_random_state', state);
    } else if (serializer.has('_random_state')) {
      random.getRandomState().setState(JSON.parse(serializer.value('_random_state', state)));
      // Whatever follows has used it.
      this.randomBefore = '';
    }
  }
}

function runExtension(extension: Extension | ExtensionFunction, trainer: Trainer): unknown {
  return typeof extension === 'function' ? extension(trainer) : extension.run(trainer);
}

function nameOf(extension: Extension | ExtensionFunction): string {
  return extension.name || extension.defaultName || extension.constructor.name;
}

function rename(extension: Extension | ExtensionFunction, name: string): void {
  if (typeof extension === 'function')
    Object.defineProperty(extension, 'name', { value: name, writable: true, configurable: true });
  else (extension as ExtensionProperties).name = name;
}

/** Lets timers, signals and input have their turn. */
function rest(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}
