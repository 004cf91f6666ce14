import type { Link } from '../core/link.ts';
import type { Serializer } from '../core/serializer.ts';
import type { DatasetIterator } from '../iterators/iterator.ts';
import type { Observation, Reporter } from '../reporter/reporter.ts';

/** What training needs of an optimizer. */
export interface OptimizerLike {
  /** The link it updates; none before `setup`. */
  readonly target: Link | null | undefined;
  readonly t: number;
  readonly epoch: number;
  /** Computes the loss, clears gradients, backpropagates, updates. */
  update(lossfun?: ((...args: never[]) => unknown) | null, ...args: unknown[]): void;
  newEpoch(options?: { readonly auto?: boolean }): void;
  setLossScale?(scale: number): void;
  /** Factor of the loss in force, or null. */
  readonly lossScale?: number | null;
  useAutoNewEpoch?: boolean;
  serialize(serializer: Serializer): void;
}

/** Makes one step of training at a time. */
export interface Updater {
  /** Updates done. */
  readonly iteration: number;
  readonly epoch: number;
  readonly epochDetail: number;
  readonly previousEpochDetail: number | null;
  readonly isNewEpoch: boolean;
  /** Called by the trainer that it belongs to. */
  connectTrainer?(trainer: TrainerLike): void;
  update(): void | Promise<void>;
  getOptimizer(name?: string): OptimizerLike;
  getAllOptimizers(): Readonly<Record<string, OptimizerLike>>;
  getIterator?(name?: string): DatasetIterator;
  finalize(): void | Promise<void>;
  serialize(serializer: Serializer): void;
}

/** A trainer, as extensions and triggers see it. */
export interface TrainerLike {
  readonly updater: Updater;
  /** What was reported in this iteration. */
  readonly observation: Observation;
  /** Folder of all files that training leaves. */
  readonly out: string;
  readonly reporter: Reporter;
  /** Seconds of training, over all runs that were resumed. */
  readonly elapsedTime: number;
  readonly stopTrigger: Trigger | TriggerFunction;
  getExtension(name: string): Extension | ExtensionFunction;
  /** Reads values that wait on a device, before `serialize`. */
  settle(): Promise<void>;
  serialize(serializer: Serializer): void;
}

/** Decides after each iteration whether something happens. */
export interface Trigger {
  fire(trainer: TrainerLike): boolean | Promise<boolean>;
  /** Whether it will never fire again. */
  readonly finished?: boolean;
  /** `[period, unit]` of the whole training, for triggers that end it: what progress bars count to. */
  getTrainingLength?(): readonly [number, Unit];
  /** Reads values that wait on a device, so that `serialize` need not. */
  settle?(): Promise<void>;
  serialize?(serializer: Serializer): void;
}

/** A function as a trigger. */
export type TriggerFunction = (trainer: TrainerLike) => boolean | Promise<boolean>;

/** What training is counted in. */
export type Unit = 'epoch' | 'iteration';

/** What stands for a trigger: one, a function, `[period, unit]`, or null for never. */
export type TriggerLike = Trigger | TriggerFunction | readonly [number, Unit] | null;

/** What extensions and their functions may say about themselves. */
export interface ExtensionProperties {
  /** Name that a trainer gave it. */
  name?: string | undefined;
  /** Name where none is given. */
  readonly defaultName?: string;
  /** When it runs: every iteration where nothing is said. */
  readonly trigger?: TriggerLike;
  /** Order within an iteration: the higher, the earlier. */
  readonly priority?: number;
  /** Before anything is initialized: may load what training goes on from. */
  load?(trainer: TrainerLike): void | Promise<void>;
  /** When a signal ends training, after the iteration that was running. */
  onInterrupt?(trainer: TrainerLike): void | Promise<void>;
  /** The file from which this training can go on; null where there is none yet. */
  resumeFrom?(trainer: TrainerLike): string | null | Promise<string | null>;
  /** Before the first iteration (also after resuming). */
  initialize?(trainer: TrainerLike): void | Promise<void>;
  /** After the last one, and after an error. */
  finalize?(): void | Promise<void>;
  /** When an iteration throws. */
  onError?(trainer: TrainerLike, error: unknown): void | Promise<void>;
  /** Reads values that wait on a device, so that `serialize` need not. */
  settle?(): Promise<void>;
  serialize?(serializer: Serializer): void;
}

/** Something that runs beside training: evaluation, logs, snapshots. */
export interface Extension extends ExtensionProperties {
  /** Does what it does; a promise is waited for, anything else it gives is ignored. */
  run(trainer: TrainerLike): unknown;
}

/** A function as an extension. */
export type ExtensionFunction = ((trainer: TrainerLike) => unknown) & ExtensionProperties;

/** Priority of extensions that write to the observation: they run first. */
export const PRIORITY_WRITER = 300;
/** Priority of extensions that change the observation. */
export const PRIORITY_EDITOR = 200;
/** Priority of extensions that read the observation: the rule. */
export const PRIORITY_READER = 100;
