import { renderBrowser } from './browser.ts';
import { compared, convnets, plain } from './comparisons.ts';
import type { Line, Session } from './lines.ts';
import { renderRoofline } from './roofline.ts';
import { distinct } from './statistics.ts';
import { table } from './table.ts';

/** A section that stands for itself; workloads that are not named here get a plain table. */
const sections: Readonly<
  Record<
    string,
    { readonly title: string; readonly text: string; readonly render: (lines: readonly Line[]) => string }
  >
> = {
  convnets: {
    title: 'Networks of convnet-benchmarks',
    text: 'Forward, backward (all parameters, from the output as its own gradient) and both; no loss, no update. Milliseconds.',
    render: convnets,
  },
  data: {
    title: 'Loading data',
    text: 'An epoch of 10,000 examples of 784 numbers and a label, shuffled, in batches of 100, from memory.',
    render: plain,
  },
  browser: {
    title: 'WebGPU in a browser',
    text: `Ours beside TensorFlow.js and jax-js in the same Chromium on the same adapter, their steps in turn. A training step ends when its
loss was read, a product when the queue is idle; the first step waits for kernels to be compiled. The counts are of one step and were
taken at the browser's interfaces: bytes written to buffers, mapped for reading and copied between buffers, and the storage bound to
dispatches, which is what kernels move at least.`,
    render: renderBrowser,
  },
  twoprocesses: {
    title: 'Two processes side by side',
    text: 'Milliseconds a step of one process alone, and of the slower one of two at once, each with all threads. 2 is a fair share of the machine.',
    render: plain,
  },
  memory: {
    title: 'Memory',
    text: 'Peaks of training steps.',
    render: plain,
  },
  roofline: {
    title: 'Roofline',
    text: `What kernels reach, called from TypeScript, against what this machine reached with simple work a moment before: float32 products, and
copy and triad \`b + 3·c\` for data of each size. Operations and bytes are the least that the result needs; the share is the least time
under these ceilings by the time measured.`,
    render: renderRoofline,
  },
};

/** The page: the same text for the same sessions. */
export function renderPage(sessions: readonly Session[]): string {
  const lines = sessions.flatMap((session) => session.lines);
  const workloads = distinct(lines.map(({ workload }) => workload));
  const against = lines.filter(({ workload }) => !(workload in sections));
  const peers = distinct(against.map(({ program }) => program)).length > 1;
  const own = peers ? workloadsWithPeers(against) : [];
  const parts = [
    `# Benchmarks

Written by \`npm run bench:docs\` from [benchmarks.jsonl](benchmarks.jsonl), which holds every line that was measured. What a workload does is
in \`bench/src/workloads/\`; \`npm run -s bench -- --list\` lists them, \`npm run -s bench -- NAME\` runs one.`,
    machines(sessions),
  ];
  if (own.length > 0) parts.push(compared(against.filter(({ workload }) => own.includes(workload))));
  for (const [workload, { title, text, render }] of Object.entries(sections)) {
    const mine = lines.filter((line) => line.workload === workload);
    if (mine.length > 0) parts.push(`## ${title}\n\n${text}\n\n${render(mine)}`);
  }
  for (const workload of workloads.filter((name) => !(name in sections) && !own.includes(name)))
    parts.push(`## \`${workload}\`\n\n${plain(lines.filter((line) => line.workload === workload))}`);
  return `${parts.join('\n\n')}\n`;
}

function workloadsWithPeers(lines: readonly Line[]): string[] {
  return distinct(lines.map(({ workload }) => workload)).filter(
    (name) =>
      distinct(lines.filter(({ workload }) => workload === name).map(({ program }) => program)).length > 1,
  );
}

/** Machines and versions, and what was measured there when. */
function machines(sessions: readonly Session[]): string {
  const groups = new Map<string, Session[]>();
  for (const session of sessions) {
    const { date, commit, ...rest } = session.machine;
    const key = JSON.stringify(rest);
    groups.set(key, [...(groups.get(key) ?? []), session]);
  }
  return [...groups.values()]
    .map((group) => {
      const { machine } = group[0] as Session;
      const measured = group.map(({ machine: { date, commit }, lines }) => {
        const which =
          sessions.length > 1 ? ` (${distinct(lines.map(({ workload }) => workload)).join(', ')})` : '';
        return `${date}, commit ${commit}${which}`;
      });
      const rows = [
        ['processor', `${machine.cpu}, ${machine.cores} cores`],
        ['instruction sets', machine.isa],
        ['memory', machine.memory],
        ['system', machine.system],
        ['Node', machine.node],
        ['device', `${machine.device}, ${machine.threads} threads`],
        ['libraries', machine.libraries],
        ['measured', measured.join('; ')],
      ];
      return `## Machine\n\n${table(['what', 'which'], rows)}`;
    })
    .join('\n\n');
}
