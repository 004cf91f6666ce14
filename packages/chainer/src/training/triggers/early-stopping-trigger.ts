import { checkOptions } from '../../core/check-options.ts';
import type { Serializer } from '../../core/serializer.ts';
import { DictSummary } from '../../reporter/dict-summary.ts';
import { floatValue } from '../../serializers/values.ts';
import type { TrainerLike, Trigger, TriggerLike, Unit } from '../types.ts';
import { getTrigger } from './get-trigger.ts';

/** Options of `EarlyStoppingTrigger`. */
export interface EarlyStoppingOptions {
  /** When the value is looked at. */
  readonly checkTrigger?: TriggerLike;
  /** Name of the value. */
  readonly monitor?: string;
  /** How many times in a row it may fail to improve. */
  readonly patience?: number;
  /** Another word for `patience`. */
  readonly patients?: number;
  /** Whether greater or smaller is better; `auto`: greater for an accuracy, smaller otherwise. */
  readonly mode?: 'auto' | 'max' | 'min';
  /** Tell on standard error when it stops. */
  readonly verbose?: boolean;
  /** When training stops in any case. */
  readonly maxTrigger?: readonly [number, Unit];
}

/**
 * A stop trigger: fires when a reported value has not improved for `patience` checks, or at `maxTrigger`.
 *
 * Its state is saved in snapshots (Chainer's loses it on resuming).
 *
 * @example
 * import { EarlyStoppingTrigger } from 'chainer/training/triggers';
 * const stopTrigger = new EarlyStoppingTrigger({ monitor: 'validation/main/loss', maxTrigger: [50, 'epoch'] });
 * stopTrigger.patience; // 3
 * // new Trainer(updater, { stopTrigger })
 */
export class EarlyStoppingTrigger implements Trigger {
  readonly monitor: string;
  readonly patience: number;
  private readonly check: Trigger;
  private readonly limit: Trigger;
  private readonly maxTrigger: readonly [number, Unit];
  private readonly greater: boolean;
  private readonly verbose: boolean;
  private count = 0;
  private best: number;
  private readonly summary = new DictSummary();

  constructor(options: EarlyStoppingOptions = {}) {
    checkOptions('EarlyStoppingTrigger', options, [
      'checkTrigger',
      'monitor',
      'patience',
      'patients',
      'mode',
      'verbose',
      'maxTrigger',
    ]);
    const {
      checkTrigger = [1, 'epoch'],
      monitor = 'main/loss',
      mode = 'auto',
      verbose = false,
      maxTrigger = [100, 'epoch'],
    } = options;
    if (options.patience !== undefined && options.patients !== undefined) {
      throw new TypeError(
        "[EarlyStoppingTrigger] both 'patience' and 'patients' are given; give only 'patience'",
      );
    }
    if (mode !== 'auto' && mode !== 'max' && mode !== 'min') {
      throw new Error(
        `[EarlyStoppingTrigger] mode must be 'auto', 'max' or 'min', got ${JSON.stringify(mode)}`,
      );
    }
    this.monitor = monitor;
    this.patience = options.patience ?? options.patients ?? 3;
    this.check = getTrigger(checkTrigger);
    this.limit = getTrigger(maxTrigger);
    this.maxTrigger = maxTrigger;
    this.greater = mode === 'max' || (mode === 'auto' && monitor.includes('accuracy'));
    this.verbose = verbose;
    this.best = this.greater ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }

  async fire(trainer: TrainerLike): Promise<boolean> {
    if (this.monitor in trainer.observation)
      this.summary.add({ [this.monitor]: trainer.observation[this.monitor] });
    const atLimit = await this.limit.fire(trainer);
    const due = await this.check.fire(trainer);
    if (atLimit) return true;
    if (!due) return false;
    const now = (await this.summary.computeMean())[this.monitor];
    this.summary.clear();
    if (now === undefined) return false;
    if (this.greater ? now > this.best : now < this.best) {
      this.best = now;
      this.count = 0;
      return false;
    }
    this.count++;
    if (this.count < this.patience) return false;
    if (this.verbose)
      console.error(
        `Epoch ${trainer.updater.epoch}: early stopping, ${this.monitor} has not improved on ${this.best}`,
      );
    return true;
  }

  getTrainingLength(): readonly [number, Unit] {
    return this.maxTrigger;
  }

  settle(): Promise<void> {
    return this.summary.settle();
  }

  serialize(serializer: Serializer): void {
    // Chainer's snapshots hold nothing of it.
    if (!serializer.writing && !serializer.has('count')) return;
    this.check.serialize?.(serializer.child('check_trigger'));
    this.limit.serialize?.(serializer.child('max_trigger'));
    this.summary.serialize(serializer.child('_summary'));
    this.count = serializer.value('count', this.count);
    this.best = floatValue(serializer, 'best', this.best);
  }
}
