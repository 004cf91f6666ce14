import { kernelTimes } from './kernel-times.ts';

/** One measurement: what `../shared/bench/README.md` wants as a JSON line. */
export interface Measurement {
  readonly name: string;
  readonly median_ms: number;
  readonly min_ms: number;
}

/** What V8's compilers need before a step runs as it will from then on; a peer that is compiled ahead needs none of it. */
const warmUpMilliseconds = 2000;

/** Prints one JSON line. */
export function print(line: object): void {
  console.log(JSON.stringify(line));
}

/** Median and minimum of times in milliseconds, to a tenth of a microsecond. */
export function summary(name: string, times: readonly number[]): Measurement {
  const sorted = times.slice().sort((a, b) => a - b);
  return {
    name,
    median_ms: rounded(sorted[sorted.length >> 1] as number),
    min_ms: rounded(sorted[0] as number),
  };
}

/** Runs a step uncounted, at least `warm` times and for `milliseconds` (unless that is one long step). */
export async function warmUp(
  step: () => unknown,
  warm: number,
  milliseconds = warmUpMilliseconds,
): Promise<void> {
  const begin = performance.now();
  for (let i = 0; i < warm || performance.now() - begin < milliseconds; i++) await step();
}

/** Milliseconds of each of `n` runs. */
export async function timed(step: () => unknown, n: number): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < n; i++) {
    const start = performance.now();
    const pending = step();
    if (pending instanceof Promise) await pending;
    times.push(performance.now() - start);
  }
  return times;
}

/** Runs a step uncounted (see `warmUp`), then `n` times counted, and prints the measurement as a JSON line. */
export async function measure(name: string, step: () => unknown, warm = 2, n = 5): Promise<Measurement> {
  await warmUp(step, warm);
  const line = summary(name, await timed(step, n));
  print(line);
  const kernels = await kernelTimes(step, n);
  if (kernels !== null) print({ name: `${name}, ms by kernel`, ...kernels });
  return line;
}

function rounded(ms: number): number {
  return Math.round(ms * 1e4) / 1e4;
}
