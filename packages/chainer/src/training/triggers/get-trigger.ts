import type { Trigger, TriggerFunction, TriggerLike } from '../types.ts';
import { IntervalTrigger } from './interval-trigger.ts';

const never: Trigger = { fire: () => false };

/**
 * The trigger that a description stands for: `[period, unit]` an `IntervalTrigger`, null one that never fires, a function or a
 * trigger itself.
 *
 * @throws {TypeError} for anything else.
 */
export function getTrigger(trigger: TriggerLike | undefined): Trigger {
  if (trigger === null || trigger === undefined) return never;
  if (typeof trigger === 'function') return new FunctionTrigger(trigger);
  if (isPair(trigger)) return new IntervalTrigger(trigger[0], trigger[1]);
  if (typeof trigger.fire === 'function') return trigger;
  throw new TypeError(
    '[getTrigger] expected [period, unit], a trigger with a fire method, a function, or null',
  );
}

const isPair = (trigger: TriggerLike): trigger is readonly [number, 'epoch' | 'iteration'] =>
  Array.isArray(trigger);

class FunctionTrigger implements Trigger {
  readonly fire: TriggerFunction;

  constructor(fire: TriggerFunction) {
    this.fire = fire;
  }
}
