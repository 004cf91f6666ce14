/** Percentiles at -3, -2, -1, 0, 1, 2 and 3 standard deviations of a normal distribution. */
export const sigmas = [0.13, 2.28, 15.87, 50, 84.13, 97.72, 99.87] as const;

/** Percentiles of numbers, interpolated linearly, as NumPy's; NaN of none. */
export function percentiles(values: ArrayLike<number>, percents: readonly number[]): number[] {
  const sorted = Float64Array.from(values).sort();
  const last = sorted.length - 1;
  return percents.map((percent) => {
    const at = (percent / 100) * last;
    const below = sorted[Math.floor(at)];
    const above = sorted[Math.min(Math.ceil(at), last)];
    if (below === undefined || above === undefined) return Number.NaN;
    return below + (above - below) * (at - Math.floor(at));
  });
}
