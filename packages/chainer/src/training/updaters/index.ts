export { BPTTUpdater, type BPTTUpdaterOptions } from './bptt-updater.ts';
export {
  MultiprocessParallelUpdater,
  type MultiprocessParallelUpdaterOptions,
} from './multiprocess-parallel-updater.ts';
export { ParallelUpdater, type ParallelUpdaterOptions } from './parallel-updater.ts';
export { type LossFunction, StandardUpdater, type StandardUpdaterOptions } from './standard-updater.ts';
