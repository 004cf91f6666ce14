import { checkOptions } from '../../core/check-options.ts';
import type { Serializer } from '../../core/serializer.ts';
import type { Extension, TrainerLike } from '../types.ts';
import { formatGeneral } from './format-general.ts';
import { LogReport } from './log-report.ts';
import { type Output, standardOutput } from './output.ts';

/** Options of `PrintReport`. */
export interface PrintReportOptions {
  /** The log to print: its name in the trainer, or a `LogReport` of its own. */
  readonly logReport?: string | LogReport;
  /** Where it is printed. */
  readonly out?: Output;
}

/**
 * Prints the entries of a log as a table.
 *
 * @param entries names of the columns.
 * @example
 * import { PrintReport } from 'chainer/training/extensions';
 * const extension = new PrintReport(['epoch', 'main/loss', 'elapsed_time']); // trainer.extend(extension)
 * extension.defaultName; // 'PrintReport'
 */
export class PrintReport implements Extension {
  name: string | undefined;
  readonly defaultName: string = 'PrintReport';
  private readonly columns: readonly { readonly name: string; readonly width: number }[];
  private readonly source: string | LogReport;
  private readonly out: Output;
  private printed = 0;
  private headed = false;

  constructor(entries: readonly string[], options: PrintReportOptions = {}) {
    checkOptions('PrintReport', options, ['logReport', 'out']);
    this.columns = entries.map((name) => ({ name, width: Math.max(10, name.length) }));
    this.source = options.logReport ?? 'LogReport';
    this.out = options.out ?? standardOutput;
  }

  initialize(trainer: TrainerLike): void {
    if (typeof this.source === 'string') this.logOf(trainer);
  }

  private logOf(trainer: TrainerLike): LogReport {
    const source = typeof this.source === 'string' ? trainer.getExtension(this.source) : this.source;
    if (!(source instanceof LogReport))
      throw new TypeError(`[PrintReport] extension '${String(this.source)}' is no LogReport`);
    return source;
  }

  async run(trainer: TrainerLike): Promise<void> {
    const report = this.logOf(trainer);
    if (typeof this.source !== 'string') await report.run(trainer);
    const { log } = report;
    // A progress bar may stand here.
    if (this.out.isTTY && (!this.headed || this.printed < log.length)) this.out.write('\x1b[J');
    if (!this.headed) {
      this.headed = true;
      this.out.write(`${this.columns.map(({ name, width }) => name.padEnd(width)).join('  ')}\n`);
    }
    for (; this.printed < log.length; this.printed++) {
      const entry = log[this.printed] as Readonly<Record<string, number>>;
      const cells = this.columns.map(({ name, width }) => {
        const value = entry[name];
        return (value === undefined ? '' : formatGeneral(value)).padEnd(width);
      });
      this.out.write(`${cells.join('  ')}\n`);
    }
  }

  serialize(serializer: Serializer): void {
    if (typeof this.source !== 'string') this.source.serialize(serializer.child('_log_report'));
  }
}
