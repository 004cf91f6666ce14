export {
  BestValueTrigger,
  MaxValueTrigger,
  MinValueTrigger,
  type ValueTriggerOptions,
} from './best-value-trigger.ts';
export { type EarlyStoppingOptions, EarlyStoppingTrigger } from './early-stopping-trigger.ts';
export { getTrigger } from './get-trigger.ts';
export { IntervalTrigger } from './interval-trigger.ts';
export { ManualScheduleTrigger } from './manual-schedule-trigger.ts';
export { OnceTrigger } from './once-trigger.ts';
export { TimeTrigger } from './time-trigger.ts';
