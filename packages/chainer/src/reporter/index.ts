export { DictSummary } from './dict-summary.ts';
export { getCurrentReporter, type Observation, Reporter, report, reportScope } from './reporter.ts';
export { type ScalarLike, Summary } from './summary.ts';
