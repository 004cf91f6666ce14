import type { NdArray } from '@chainer/xp/functions';
import { checkOptions } from '../core/check-options.ts';
import { FunctionHook } from '../core/function-hook.ts';
import type { FunctionNode } from '../core/function-node.ts';
import { type ReportOptions, report, Stopwatch, type TimeSummary } from './stopwatch.ts';

/**
 * Measures how long functions take, forward and backward. On devices that run behind the host it measures what the host spends.
 *
 * @example
 * import { functions as F, usingHook, xp } from 'chainer';
 * import { TimerHook } from 'chainer/functionHooks';
 * const hook = new TimerHook();
 * usingHook(hook, () => F.relu(xp.ones([1000])));
 * hook.callHistory.length; // 1
 */
export class TimerHook extends FunctionHook {
  readonly name = 'TimerHook';
  private readonly watch = new Stopwatch();

  override forwardPreprocess(_node: FunctionNode, _inputs: readonly NdArray[]): void {
    this.watch.start();
  }

  override forwardPostprocess(node: FunctionNode, _inputs: readonly NdArray[]): void {
    this.watch.stop(node.label);
  }

  override backwardPreprocess(
    _node: FunctionNode,
    _inputs: readonly NdArray[],
    _gradOutputs: readonly (NdArray | null)[],
  ): void {
    this.watch.start();
  }

  override backwardPostprocess(
    node: FunctionNode,
    _inputs: readonly NdArray[],
    _gradOutputs: readonly (NdArray | null)[],
  ): void {
    this.watch.stop(node.label);
  }

  /** Label and seconds of each call, in order of ending. */
  get callHistory(): readonly (readonly [string, number])[] {
    return this.watch.history;
  }

  /** Seconds of all calls; those inside others are counted once. */
  get totalTime(): number {
    return this.watch.total;
  }

  /** Seconds and number of calls by label. */
  summary(): Record<string, TimeSummary> {
    return this.watch.summary();
  }

  /** Prints a table of the summary. */
  printReport(options: ReportOptions = {}): void {
    checkOptions('TimerHook.printReport', options, ['unit', 'print']);
    report('Function name', this.summary(), options);
  }
}
