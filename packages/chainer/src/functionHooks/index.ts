/** Hooks that watch functions: activate one with `usingHook(hook, body)`. */
export { MemoryHook, type MemoryRecord, type MemorySummary } from './memory-hook.ts';
export { PrintHook, type PrintHookOptions } from './print-hook.ts';
export type { ReportOptions, TimeSummary } from './stopwatch.ts';
export { TimerHook } from './timer-hook.ts';
export { type Trace, type TraceEvent, TraceHook } from './trace-hook.ts';
