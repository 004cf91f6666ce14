import { parseArgs } from 'node:util';
import { type Api, loadApi } from './api.ts';
import { type Case, caseFiles, type Group, readGroup } from './files.ts';
import type { Outcome } from './outcome.ts';

const usage = `npm run conformance -- DIR [--device js|cpu|webgpu|cuda] [--list failed|unsupported|passed] [--only TEXT]

Runs every case file below DIR against this implementation.
  --device NAME   where arrays live (default: the library's own choice)
  --list STATUS   name the cases of that status, with the reason in one line
  --only TEXT     only cases whose suite/group/id contains TEXT
`;

type Counts = Record<Outcome['status'], number>;

const none = (): Counts => ({ passed: 0, failed: 0, unsupported: 0 });

const text = ({ passed, failed, unsupported }: Counts): string =>
  `${passed} passed, ${failed} failed, ${unsupported} unsupported`;

/** A case that waits longer than this for something that never comes has failed. */
const patience = 120_000;

let stray: unknown = null;
process.on('unhandledRejection', (error) => {
  stray ??= error ?? 'undefined';
});

/** Runs a case. An error that escapes it, or one that nobody awaited, fails it. */
async function runCase(item: Case, api: Api): Promise<Outcome> {
  stray = null;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => resolve({ status: 'failed', reason: 'did not end in 2 minutes' }), patience);
  });
  const outcome = await Promise.race([item.run(api), late]);
  clearTimeout(timer);
  if (stray === null || outcome.status === 'failed') return outcome;
  return { status: 'failed', reason: `an error nobody awaited: ${stray}` };
}

interface Settings {
  readonly list: string | undefined;
  readonly only: string;
}

async function runGroup({ name, cases }: Group, api: Api, { list, only }: Settings): Promise<Counts | null> {
  const counts = none();
  const chosen = cases.filter(({ id }) => `${name}/${id}`.includes(only));
  if (chosen.length === 0) return null;
  for (const item of chosen) {
    const outcome = await runCase(item, api);
    counts[outcome.status]++;
    if (outcome.status !== list) continue;
    console.log(`${list} ${name}/${item.id}${outcome.status === 'passed' ? '' : `: ${outcome.reason}`}`);
  }
  console.log(`${name}: ${text(counts)}`);
  return counts;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      device: { type: 'string' },
      list: { type: 'string' },
      only: { type: 'string', default: '' },
      help: { type: 'boolean', default: false },
    },
  });
  const { device, list, only, help } = values;
  const [folder, ...more] = positionals;
  if (help) {
    process.stdout.write(usage);
    return 0;
  }
  if (folder === undefined || more.length > 0 || (list !== undefined && !(list in none()))) {
    process.stderr.write(usage);
    return 2;
  }
  const start = performance.now();
  const files = caseFiles(folder);
  if (files.length === 0) throw new Error(`there is no case file below ${folder}`);
  const api = await loadApi(device ?? null);
  if (api.trouble !== null) console.log(api.trouble.message);
  const total = none();
  for (const file of files) {
    const counts = await runGroup(readGroup(file), api, { list, only });
    if (counts === null) continue;
    for (const status of Object.keys(total) as Outcome['status'][]) total[status] += counts[status];
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`device ${api.device}, ${files.length} files, ${seconds} s`);
  console.log(text(total));
  return total.failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? `conformance: ${error.message}` : error);
  process.exitCode = 2;
}
