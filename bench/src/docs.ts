import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { collect, self } from './report/collect.ts';
import { formatSessions, merged, readSessions } from './report/lines.ts';
import { describeMachine } from './report/machine.ts';
import { type DocsCommand, readDocsCommand } from './report/options.ts';
import { renderPage } from './report/render.ts';
import { type Workload, workloads } from './workloads.ts';

/** `npm run bench:docs`: measures workloads and writes docs/benchmarks.jsonl and docs/benchmarks.md. */
function command(): DocsCommand {
  try {
    return readDocsCommand(process.argv.slice(2));
  } catch (error) {
    console.error((error as Error).message);
    process.exit(2);
  }
}

const { peers, rounds, names, file } = command();
const source = file ?? fileURLToPath(new URL('../../docs/benchmarks.jsonl', import.meta.url));
const page = source.replace(/(\.jsonl)?$/, '.md');
let sessions = readSessions(source);
const machine = describeMachine();
const say = (what: string) => console.error(what);
for (const name of names) {
  const { compared = false, rounds: most = rounds } = workloads[name] as Workload;
  const programs = compared ? [self, ...peers] : [self];
  const lines = await collect(name, programs, Math.min(rounds, most), say);
  // Written after every workload, so that what was measured is not lost with what comes after it.
  sessions = merged(sessions, { machine, lines });
  writeFileSync(source, formatSessions(sessions));
}
if (sessions.length === 0) {
  console.error(`[bench:docs] ${source} has no measurements; leave out --render to make some`);
  process.exit(1);
}
writeFileSync(page, renderPage(sessions));
console.error(`wrote ${page}`);
