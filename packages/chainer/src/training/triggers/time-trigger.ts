import type { Serializer } from '../../core/serializer.ts';
import { floatValue } from '../../serializers/values.ts';
import type { TrainerLike, Trigger } from '../types.ts';

/** Fires every `period` seconds of training time. */
export class TimeTrigger implements Trigger {
  readonly period: number;
  private next: number;

  constructor(period: number) {
    if (!(period > 0)) throw new Error(`[TimeTrigger] period must be positive, got ${period}`);
    this.period = period;
    this.next = period;
  }

  fire(trainer: TrainerLike): boolean {
    if (this.next >= trainer.elapsedTime) return false;
    this.next += this.period * Math.max(1, Math.ceil((trainer.elapsedTime - this.next) / this.period));
    return true;
  }

  serialize(serializer: Serializer): void {
    this.next = floatValue(serializer, 'next_time', this.next);
  }
}
