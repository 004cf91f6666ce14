export { makeExtension } from './extension.ts';
export * as extensions from './extensions/index.ts';
export { InterruptedError } from './interruption.ts';
export { type ExtendOptions, Trainer, type TrainerOptions } from './trainer.ts';
export { getTrigger } from './triggers/get-trigger.ts';
export * as triggers from './triggers/index.ts';
export {
  type Extension,
  type ExtensionFunction,
  type ExtensionProperties,
  type OptimizerLike,
  PRIORITY_EDITOR,
  PRIORITY_READER,
  PRIORITY_WRITER,
  type TrainerLike,
  type Trigger,
  type TriggerFunction,
  type TriggerLike,
  type Unit,
  type Updater,
} from './types.ts';
export * as updaters from './updaters/index.ts';
export { StandardUpdater, type StandardUpdaterOptions } from './updaters/standard-updater.ts';
export type { Port } from './worker/messages.ts';
export { serveTraining, type TrainingSession } from './worker/serve-training.ts';
export {
  type TrainingEvent,
  type TrainingEvents,
  type TrainingListener,
  TrainingWorker,
} from './worker/training-worker.ts';
