import { checkOptions } from '../core/check-options.ts';
import { type LinkCall, LinkHook } from '../core/link-hook.ts';
import { type ReportOptions, report, Stopwatch, type TimeSummary } from '../functionHooks/stopwatch.ts';

/**
 * Measures how long links take to apply. A chain's time contains that of its children.
 *
 * @example
 * import { links as L, usingLinkHook, xp } from 'chainer';
 * import { TimerHook } from 'chainer/linkHooks';
 * const hook = new TimerHook();
 * usingLinkHook(hook, () => new L.Linear(3, 2).forward(xp.ones([1, 3])));
 * hook.summary().Linear?.occurrence; // 1
 */
export class TimerHook extends LinkHook {
  readonly name = 'TimerHook';
  private readonly watch = new Stopwatch();

  override forwardPreprocess(_call: LinkCall): void {
    this.watch.start();
  }

  override forwardPostprocess(call: LinkCall): void {
    this.watch.stop(call.link.constructor.name);
  }

  /** Class of the link and seconds of each call, in order of ending. */
  get callHistory(): readonly (readonly [string, number])[] {
    return this.watch.history;
  }

  /** Seconds of all calls; those inside others are counted once. */
  get totalTime(): number {
    return this.watch.total;
  }

  /** Seconds and number of calls by class. */
  summary(): Record<string, TimeSummary> {
    return this.watch.summary();
  }

  /** Prints a table of the summary. */
  printReport(options: ReportOptions = {}): void {
    checkOptions('TimerHook.printReport', options, ['unit', 'print']);
    report('Link name', this.summary(), options);
  }
}
