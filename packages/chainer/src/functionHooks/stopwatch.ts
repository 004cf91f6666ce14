/** Time and number of calls of one name. */
export interface TimeSummary {
  /** Seconds. */
  elapsedTime: number;
  occurrence: number;
}

/** How a table is printed. */
export interface ReportOptions {
  /** Unit of time; `auto` picks one for each line. */
  readonly unit?: 'auto' | 'sec' | 'ms' | 'us' | 'ns';
  /** Takes each line; the console unless given. */
  readonly print?: (line: string) => void;
}

/** Times calls that may contain others. */
export class Stopwatch {
  readonly history: (readonly [string, number])[] = [];
  /** Seconds of the outermost calls. */
  total = 0;
  private readonly running: number[] = [];

  start(): void {
    this.running.push(performance.now());
  }

  stop(name: string): void {
    const seconds = (performance.now() - (this.running.pop() as number)) / 1000;
    this.history.push([name, seconds]);
    if (this.running.length === 0) this.total += seconds;
  }

  summary(): Record<string, TimeSummary> {
    const byName: Record<string, TimeSummary> = {};
    for (const [name, seconds] of this.history) {
      byName[name] ??= { elapsedTime: 0, occurrence: 0 };
      byName[name].elapsedTime += seconds;
      byName[name].occurrence++;
    }
    return byName;
  }
}

const perSecond = { sec: 1, ms: 1e3, us: 1e6, ns: 1e9 };

function timeText(seconds: number, unit: NonNullable<ReportOptions['unit']>): string {
  const chosen =
    unit !== 'auto' ? unit : seconds >= 1 ? 'sec' : seconds >= 1e-3 ? 'ms' : seconds >= 1e-6 ? 'us' : 'ns';
  return `${(seconds * perSecond[chosen]).toFixed(2)}${chosen}`;
}

/** Prints columns under a heading. */
export function printTable(
  rows: readonly (readonly string[])[],
  print: (line: string) => void = console.log,
): void {
  const widths = (rows[0] ?? []).map((_, k) => Math.max(...rows.map((row) => (row[k] as string).length)));
  for (const row of rows) print(row.map((cell, k) => cell.padStart(widths[k] as number)).join('  '));
}

/** Prints times by name. @throws {RangeError} for an unknown unit. */
export function report(
  heading: string,
  summary: Readonly<Record<string, TimeSummary>>,
  options: ReportOptions,
): void {
  const { unit = 'auto' } = options;
  if (unit !== 'auto' && !(unit in perSecond))
    throw new RangeError(
      `[printReport] unit must be auto, ${Object.keys(perSecond).join(', ')}, got '${String(unit)}'`,
    );
  const rows = Object.entries(summary).map(([name, { elapsedTime, occurrence }]) => [
    name,
    timeText(elapsedTime, unit),
    String(occurrence),
  ]);
  printTable([[heading, 'Elapsed time', 'Occurrence'], ...rows], options.print);
}
