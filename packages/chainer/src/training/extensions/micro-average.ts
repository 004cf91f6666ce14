import { checkOptions } from '../../core/check-options.ts';
import type { Serializer } from '../../core/serializer.ts';
import { report } from '../../reporter/reporter.ts';
import { isScalarLike, Summary } from '../../reporter/summary.ts';
import { getTrigger } from '../triggers/get-trigger.ts';
import {
  type Extension,
  PRIORITY_EDITOR,
  type TrainerLike,
  type Trigger,
  type TriggerLike,
} from '../types.ts';

/**
 * Reports the sum of one value over the sum of another since the last time: an average over examples, where batches differ in size.
 *
 * @example
 * import { MicroAverage } from 'chainer/training/extensions';
 * const extension = new MicroAverage('main/correct', 'main/total', 'main/accuracy'); // trainer.extend(extension)
 * extension.priority; // 200
 */
export class MicroAverage implements Extension {
  name: string | undefined;
  readonly defaultName = 'MicroAverage';
  readonly priority = PRIORITY_EDITOR;
  private readonly numeratorKey: string;
  private readonly denominatorKey: string;
  private readonly resultKey: string;
  private readonly when: Trigger;
  private numerator = new Summary();
  private denominator = new Summary();

  constructor(
    numeratorKey: string,
    denominatorKey: string,
    resultKey: string,
    options: { readonly trigger?: TriggerLike } = {},
  ) {
    checkOptions('MicroAverage', options, ['trigger']);
    this.numeratorKey = numeratorKey;
    this.denominatorKey = denominatorKey;
    this.resultKey = resultKey;
    this.when = getTrigger(options.trigger === undefined ? [1, 'epoch'] : options.trigger);
  }

  async run(trainer: TrainerLike): Promise<void> {
    const numerator = trainer.observation[this.numeratorKey];
    const denominator = trainer.observation[this.denominatorKey];
    if (!isScalarLike(numerator) || !isScalarLike(denominator)) return;
    this.numerator.add(numerator);
    this.denominator.add(denominator);
    if (!(await this.when.fire(trainer))) return;
    const result = (await this.numerator.computeSum()) / (await this.denominator.computeSum());
    this.numerator = new Summary();
    this.denominator = new Summary();
    report({ [this.resultKey]: result });
  }

  async settle(): Promise<void> {
    await this.numerator.settle();
    await this.denominator.settle();
  }

  serialize(serializer: Serializer): void {
    this.when.serialize?.(serializer.child('_trigger'));
    // Chainer's snapshots hold nothing of it.
    if (!serializer.writing && !serializer.child('_numerator').has('_n')) return;
    this.numerator.serialize(serializer.child('_numerator'));
    this.denominator.serialize(serializer.child('_denominator'));
  }
}
