import { type Line, ours } from './lines.ts';
import { digits, distinct, median, ratio, valuesOf } from './statistics.ts';
import { table } from './table.ts';
import { targetPeer, targets } from './targets.ts';

const units: Readonly<Record<string, string>> = { median_ms: 'ms', MB: 'MB' };

function peersOf(lines: readonly Line[]): string[] {
  return distinct(lines.map(({ program }) => program)).filter((name) => name !== ours);
}

/** What a line is compared by. */
function keyOf(lines: readonly Line[], name: string): string {
  const values = lines.find((line) => line.name === name)?.values ?? {};
  return Object.keys(units).find((key) => key in values) ?? 'median_ms';
}

/** Ours beside each peer, with ratios of the same round and the targets. */
export function compared(lines: readonly Line[]): string {
  const peers = peersOf(lines);
  const names = distinct(lines.filter(({ program }) => program === ours).map(({ name }) => name));
  const head = ['measurement', 'ours', ...peers.flatMap((peer) => [peer, 'ratio']), 'at most'];
  const rows = names.map((name) => {
    const key = keyOf(lines, name);
    const quantity = (program: string) => {
      const values = valuesOf(lines, program, name, key);
      return values.length > 0 ? `${digits(median(values))} ${units[key]}` : '';
    };
    const target = targets[name];
    const cells = peers.flatMap((peer) => {
      const r = ratio(lines, peer, name, key);
      if (r === null) return ['', ''];
      const reached = target !== undefined && peer.startsWith(targetPeer) && r <= target;
      return [quantity(peer), reached ? `**${r.toFixed(2)}**` : r.toFixed(2)];
    });
    return [name, quantity(ours), ...cells, target === undefined ? '' : target.toFixed(2)];
  });
  const rounds = Math.max(...lines.map(({ round }) => round));
  return `## Against ${peers.join(', ')}

Medians of ${rounds} ${rounds === 1 ? 'round' : 'rounds'}, ours and the peers' in turn. A ratio is ours divided by the peer's of the same round, the median of them; below 1 we
are faster, bold where the target for ${targetPeer} is reached.

${table(head, rows)}`;
}

/** The table of convnet-benchmarks: time, forward, backward of each network. */
export function convnets(lines: readonly Line[]): string {
  const networks = distinct(lines.map(({ name }) => name.replace(/ (forward|backward|total)$/, '')));
  const programs = [ours, ...peersOf(lines)];
  const parts = ['total', 'forward', 'backward'];
  const rows = networks.flatMap((network) =>
    programs.flatMap((program) => {
      const values = parts.map((part) => valuesOf(lines, program, `${network} ${part}`, 'median_ms'));
      if (values.some((list) => list.length === 0)) return [];
      const ratios = ratio(lines, program, `${network} total`, 'median_ms');
      return [
        [
          network.replace(/^convnet /, ''),
          program,
          ...values.map((list) => digits(median(list))),
          program === ours || ratios === null ? '' : ratios.toFixed(2),
        ],
      ];
    }),
  );
  return table(['network', 'program', 'total', 'forward', 'backward', 'ours by this'], rows);
}

/** Every value of every line as it is, medians over the rounds. */
export function plain(lines: readonly Line[]): string {
  const keys = distinct(lines.flatMap(({ values }) => Object.keys(values))).filter((key) => key !== 'min_ms');
  const several = peersOf(lines).length > 0;
  const rows = distinct(lines.map(({ program, name }) => JSON.stringify([program, name]))).map((pair) => {
    const [program, name] = JSON.parse(pair) as [string, string];
    const cells = keys.map((key) => {
      const values = valuesOf(lines, program, name, key);
      if (values.length > 0) return digits(median(values));
      const text = lines.find((line) => line.program === program && line.name === name)?.values[key];
      return text === undefined ? '' : String(text);
    });
    return [name, ...(several ? [program] : []), ...cells];
  });
  return table(
    ['measurement', ...(several ? ['program'] : []), ...keys.map((key) => key.replace('median_', ''))],
    rows,
  );
}
