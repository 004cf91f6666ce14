export { DumpGraph, type DumpGraphOptions } from './dump-graph.ts';
export { Evaluator, type EvaluatorOptions } from './evaluator.ts';
export { FailOnNonNumber } from './fail-on-non-number.ts';
export { type LogEntry, LogReport, type LogReportOptions } from './log-report.ts';
export { MicroAverage } from './micro-average.ts';
export { observeLr, observeValue } from './observe.ts';
export type { Output } from './output.ts';
export { PlotReport, type PlotReportOptions } from './plot-report.ts';
export { PrintReport, type PrintReportOptions } from './print-report.ts';
export { ProgressBar, type ProgressBarOptions } from './progress-bar.ts';
export {
  type BoundedShiftOptions,
  ExponentialShift,
  InverseShift,
  LinearShift,
  MultistepShift,
  PolynomialShift,
  Shift,
  type ShiftOptions,
  StepShift,
  WarmupShift,
} from './shifts.ts';
export { Snapshot, type SnapshotName, type SnapshotOptions, snapshot, snapshotObject } from './snapshot.ts';
export { type SaveFunction, SimpleWriter, type SnapshotWriter, ThreadWriter } from './snapshot-writers.ts';
export { unchainVariables } from './unchain-variables.ts';
