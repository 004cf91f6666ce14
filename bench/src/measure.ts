/** One measurement: what `../shared/bench/README.md` wants as a JSON line. */
export interface Measurement {
  readonly name: string;
  readonly median_ms: number;
  readonly min_ms: number;
}

/** What V8's compilers need before a step runs as it will from then on; a peer that is compiled ahead needs none of it. */
const warmUpMilliseconds = 1000;

/**
 * Runs a step uncounted, at least `warm` times and for a second (unless that is one long step), then `n` times counted, and prints
 * the measurement as a JSON line.
 */
export async function measure(name: string, step: () => unknown, warm = 2, n = 5): Promise<Measurement> {
  const begin = performance.now();
  for (let i = 0; i < warm || performance.now() - begin < warmUpMilliseconds; i++) await step();
  const times: number[] = [];
  for (let i = 0; i < n; i++) {
    const start = performance.now();
    const pending = step();
    if (pending instanceof Promise) await pending;
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const line = {
    name,
    median_ms: round(times[times.length >> 1] as number),
    min_ms: round(times[0] as number),
  };
  console.log(JSON.stringify(line));
  return line;
}

function round(ms: number): number {
  return Math.round(ms * 1e4) / 1e4;
}
