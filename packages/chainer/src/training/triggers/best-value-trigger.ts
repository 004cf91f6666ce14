import { checkOptions } from '../../core/check-options.ts';
import type { Serializer } from '../../core/serializer.ts';
import { DictSummary } from '../../reporter/dict-summary.ts';
import { floatOrNull } from '../../serializers/values.ts';
import type { TrainerLike, Trigger, TriggerLike } from '../types.ts';
import { getTrigger } from './get-trigger.ts';

/** Options of the value triggers. */
export interface ValueTriggerOptions {
  /** When the mean of the values since the last time is compared. */
  readonly trigger?: TriggerLike;
}

/**
 * Fires when a reported value is better than ever: its mean over each interval of `trigger` is compared with the best so far.
 *
 * @param compare whether `now` is better than `best`.
 * @example
 * import { BestValueTrigger } from 'chainer/training/triggers';
 * const trigger = new BestValueTrigger('main/loss', (best, now) => now < best, { trigger: [1, 'epoch'] });
 * trigger.key; // 'main/loss'
 */
export class BestValueTrigger implements Trigger {
  readonly key: string;
  private readonly compare: (best: number, now: number) => boolean;
  private readonly interval: Trigger;
  private best: number | null = null;
  private readonly summary = new DictSummary();

  constructor(
    key: string,
    compare: (best: number, now: number) => boolean,
    options: ValueTriggerOptions = {},
  ) {
    checkOptions(new.target.name, options, ['trigger']);
    this.key = key;
    this.compare = compare;
    this.interval = getTrigger(options.trigger === undefined ? [1, 'epoch'] : options.trigger);
  }

  async fire(trainer: TrainerLike): Promise<boolean> {
    if (this.key in trainer.observation) this.summary.add({ [this.key]: trainer.observation[this.key] });
    if (!(await this.interval.fire(trainer))) return false;
    const now = (await this.summary.computeMean())[this.key];
    this.summary.clear();
    if (now === undefined || (this.best !== null && !this.compare(this.best, now))) return false;
    this.best = now;
    return true;
  }

  settle(): Promise<void> {
    return this.summary.settle();
  }

  serialize(serializer: Serializer): void {
    this.interval.serialize?.(serializer.child('interval_trigger'));
    this.summary.serialize(serializer.child('_summary'));
    this.best = floatOrNull(serializer, '_best_value', this.best);
  }
}

/** Fires when a reported value is greater than ever. */
export class MaxValueTrigger extends BestValueTrigger {
  constructor(key: string, options: ValueTriggerOptions = {}) {
    super(key, (best, now) => now > best, options);
  }
}

/** Fires when a reported value is smaller than ever. */
export class MinValueTrigger extends BestValueTrigger {
  constructor(key: string, options: ValueTriggerOptions = {}) {
    super(key, (best, now) => now < best, options);
  }
}
