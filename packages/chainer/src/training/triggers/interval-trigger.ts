import type { Serializer } from '../../core/serializer.ts';
import { floatValue } from '../../serializers/values.ts';
import type { TrainerLike, Trigger, Unit } from '../types.ts';

/** Throws unless a unit is one. */
export function checkUnit(unit: string, who: string): asserts unit is Unit {
  if (unit !== 'epoch' && unit !== 'iteration')
    throw new Error(`[${who}] unit must be 'epoch' or 'iteration', got ${JSON.stringify(unit)}`);
}

/**
 * Fires every `period` epochs or iterations: when `floor(before / period)` differs from `floor(now / period)`. The period of
 * epochs may be a fraction.
 *
 * @example
 * import { IntervalTrigger } from 'chainer/training/triggers';
 * new IntervalTrigger(2, 'epoch').getTrainingLength(); // [2, 'epoch']
 */
export class IntervalTrigger implements Trigger {
  readonly period: number;
  readonly unit: Unit;
  private previousIteration = -1;
  private previousEpochDetail = -1;

  constructor(period: number, unit: Unit) {
    checkUnit(unit, 'IntervalTrigger');
    if (!(period > 0)) throw new Error(`[IntervalTrigger] period must be positive, got ${period}`);
    this.period = period;
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
      before = this.previousIteration >= 0 ? this.previousIteration : Math.max(now - 1, 0);
    }
    this.previousIteration = iteration;
    if (epochDetail !== undefined) this.previousEpochDetail = epochDetail;
    return Math.floor(before / this.period) !== Math.floor(now / this.period);
  }

  getTrainingLength(): readonly [number, Unit] {
    return [this.period, this.unit];
  }

  serialize(serializer: Serializer): void {
    this.previousIteration = serializer.value('previous_iteration', this.previousIteration);
    this.previousEpochDetail = floatValue(serializer, 'previous_epoch_detail', this.previousEpochDetail);
  }
}
