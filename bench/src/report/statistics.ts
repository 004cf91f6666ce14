import { type Line, ours } from './lines.ts';

/** The middle value; the lower one of two. */
export function median(values: readonly number[]): number {
  const sorted = values.slice().sort((a, b) => a - b);
  return sorted[(sorted.length - 1) >> 1] as number;
}

/** Values of one measurement in all rounds. */
export function valuesOf(lines: readonly Line[], program: string, name: string, key: string): number[] {
  return lines
    .filter((line) => line.program === program && line.name === name)
    .map((line) => line.values[key])
    .filter((value) => typeof value === 'number');
}

/** Median over the rounds of ours divided by the peer's of the same round; null where either is missing. */
export function ratio(lines: readonly Line[], peer: string, name: string, key: string): number | null {
  const of = (program: string) =>
    new Map(
      lines
        .filter((line) => line.program === program && line.name === name)
        .map((line) => [line.round, line.values[key]]),
    );
  const theirs = of(peer);
  const ratios = [...of(ours)].flatMap(([round, value]) => {
    const other = theirs.get(round);
    return typeof value === 'number' && typeof other === 'number' ? [value / other] : [];
  });
  return ratios.length > 0 ? median(ratios) : null;
}

/** Three significant digits, without exponent. */
export function digits(x: number): string {
  if (x === 0) return '0';
  const places = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(x))));
  return x.toFixed(Math.min(places, 6));
}

/** Distinct values in the order of their first appearance. */
export function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}
