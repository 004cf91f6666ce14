import { type Line, ours } from './lines.ts';
import { digits, distinct, median } from './statistics.ts';
import { table } from './table.ts';

/** What is counted of each library's step, in the order of the columns. */
const counted = ['dispatches', 'submits', 'uploaded', 'downloaded', 'copied', 'bound'] as const;

/** Bytes with a unit. */
function bytes(n: number): string {
  if (n < 1000) return `${n} B`;
  return n < 1e6 ? `${digits(n / 1e3)} kB` : `${digits(n / 1e6)} MB`;
}

/** Libraries side by side in one page: a table of times, and one of what each asked of the processor. */
export function renderBrowser(lines: readonly Line[]): string {
  const names = distinct(lines.map(({ name }) => name));
  const libraries = distinct(lines.map(({ values }) => String(values.library)));
  const peers = libraries.filter((library) => library !== ours);
  const of = (name: string, library: string) =>
    lines.filter((line) => line.name === name && line.values.library === library);
  const ms = (name: string, library: string) =>
    of(name, library).map(({ values }) => Number(values.median_ms));
  const times = names.map((name) => {
    const mine = ms(name, ours);
    // The better peer of each round, since rounds differ in what else the machine does.
    const ratios = mine.map(
      (value, round) => value / Math.min(...peers.map((peer) => ms(name, peer)[round] ?? Infinity)),
    );
    const ratio = median(ratios);
    const cells = libraries.map((library) => {
      const all = ms(name, library);
      return all.length === 0 ? '' : `${digits(median(all))} ms`;
    });
    return [name, ...cells, ratio <= target ? `**${ratio.toFixed(2)}**` : ratio.toFixed(2)];
  });
  const work = names.flatMap((name) =>
    libraries.flatMap((library) => {
      const [line] = of(name, library);
      if (line === undefined) return [];
      const { values } = line;
      return [
        [
          library === ours ? name : '',
          library,
          values.first_ms === undefined ? '' : `${digits(Number(values.first_ms))} ms`,
          ...counted.map((key) => {
            const value = Number(values[key]);
            return key === 'dispatches' || key === 'submits' ? `${value}` : bytes(value);
          }),
        ],
      ];
    }),
  );
  const adapter = distinct(lines.map(({ values }) => String(values.adapter))).join(', ');
  return `Adapter: ${adapter}. Milliseconds a step; bold where we take at most ${target} of the better peer's time.

${table(['measurement', ...libraries, 'ours by the better'], times)}

${table(['measurement', 'library', 'first step', ...counted], work)}`;
}

/** What this project wants of the better peer's time. */
const target = 0.8;
