import { xp } from 'chainer';

const warmMilliseconds = 40;
const sampleMilliseconds = 4;
const samples = 11;

/**
 * Milliseconds of one run of a synchronous step, from samples long enough for the clock, the shortest first. What a step allocates is
 * released at once, so that no collection falls into a sample.
 */
export function steadyTimes(step: () => unknown): number[] {
  const once = () => {
    xp.scope(() => {
      step();
    });
  };
  const begin = performance.now();
  let warm = 0;
  do {
    once();
    warm++;
  } while (performance.now() - begin < warmMilliseconds);
  const repetitions = Math.max(1, Math.ceil(sampleMilliseconds / ((performance.now() - begin) / warm)));
  return Array.from({ length: samples }, () => {
    const start = performance.now();
    for (let i = 0; i < repetitions; i++) once();
    return (performance.now() - start) / repetitions;
  }).sort((a, b) => a - b);
}

/** Median and minimum of these. */
export function steadyMilliseconds(step: () => unknown): { readonly median: number; readonly best: number } {
  const times = steadyTimes(step);
  return { median: times[samples >> 1] as number, best: times[0] as number };
}
