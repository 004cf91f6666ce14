export { DumpGraph, type DumpGraphOptions } from './dump-graph.ts';
export { Evaluator, type EvaluatorOptions } from './evaluator.ts';
export { FailOnNonNumber } from './fail-on-non-number.ts';
export { type LogEntry, LogReport, type LogReportOptions } from './log-report.ts';
export { MicroAverage } from './micro-average.ts';
export { observeLr, observeValue } from './observe.ts';
export type { Output } from './output.ts';
export {
  ParameterStatistics,
  type ParameterStatisticsOptions,
  type Statistic,
} from './parameter-statistics.ts';
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
export {
  ProcessQueueWriter,
  ProcessWriter,
  type SaveFunction,
  SimpleWriter,
  type SnapshotWriter,
  StandardWriter,
  ThreadQueueWriter,
  ThreadWriter,
  type WriterOptions,
} from './snapshot-writers.ts';
export { TensorBoardReport, type TensorBoardReportOptions } from './tensor-board-report.ts';
export { unchainVariables } from './unchain-variables.ts';
export { VariableStatisticsPlot, type VariableStatisticsPlotOptions } from './variable-statistics-plot.ts';
