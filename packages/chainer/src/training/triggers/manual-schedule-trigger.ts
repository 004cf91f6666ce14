import type { Serializer } from '../../core/serializer.ts';
import { floatValue } from '../../serializers/values.ts';
import type { TrainerLike, Trigger, Unit } from '../types.ts';
import { checkUnit } from './interval-trigger.ts';

/**
 * Fires at the given epochs or iterations; it is `finished` after the last.
 *
 * @example
 * import { ManualScheduleTrigger } from 'chainer/training/triggers';
 * new ManualScheduleTrigger([10, 15], 'epoch').finished; // false
 */
export class ManualScheduleTrigger implements Trigger {
  readonly points: readonly number[];
  readonly unit: Unit;
  finished = false;
  private previousIteration = -1;
  private previousEpochDetail = -1;

  constructor(points: number | readonly number[], unit: Unit) {
    checkUnit(unit, 'ManualScheduleTrigger');
    this.points = typeof points === 'number' ? [points] : points.slice();
    this.unit = unit;
  }

  fire(trainer: TrainerLike): boolean {
    const { iteration, epochDetail, previousEpochDetail } = trainer.updater;
    let before: number;
    let now: number;
    if (this.unit === 'epoch') {
      now = epochDetail;
      before = this.previousEpochDetail >= 0 ? this.previousEpochDetail : (previousEpochDetail ?? now);
    } else {
      now = iteration;
      before = this.previousIteration >= 0 ? this.previousIteration : now - 1;
    }
    this.previousIteration = iteration;
    if (epochDetail !== undefined) this.previousEpochDetail = epochDetail;
    const fires = this.points.some((point) => before < point && point <= now);
    if (this.points.every((point) => point <= now)) this.finished = true;
    return fires;
  }

  serialize(serializer: Serializer): void {
    this.previousIteration = serializer.value('previous_iteration', this.previousIteration);
    this.previousEpochDetail = floatValue(serializer, 'previous_epoch_detail', this.previousEpochDetail);
    if (serializer.writing || serializer.has('finished'))
      this.finished = serializer.value('finished', this.finished);
  }
}
