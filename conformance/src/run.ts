import type { Api } from './api.ts';
import { type Case, type Group, readGroup } from './files.ts';
import type { Outcome } from './outcome.ts';

export type Counts = Record<Outcome['status'], number>;

/** Which cases are run, and which of them are named. */
export interface Settings {
  readonly list: string | undefined;
  readonly only: string;
}

export const none = (): Counts => ({ passed: 0, failed: 0, unsupported: 0 });

export const text = ({ passed, failed, unsupported }: Counts): string =>
  `${passed} passed, ${failed} failed, ${unsupported} unsupported`;

/** A case that waits longer than this for something that never comes has failed. */
const patience = 120_000;

let stray: unknown = null;

/** Takes up an error that nobody awaited: it fails the case that runs. */
export function noteStray(error: unknown): void {
  stray ??= error ?? 'undefined';
}

/** Runs a case. An error that escapes it, or one that nobody awaited, fails it. */
async function runCase(item: Case, api: Api): Promise<Outcome> {
  stray = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => resolve({ status: 'failed', reason: 'did not end in 2 minutes' }), patience);
  });
  const outcome = await Promise.race([item.run(api), late]);
  clearTimeout(timer);
  if (stray === null || outcome.status === 'failed') return outcome;
  return { status: 'failed', reason: `an error nobody awaited: ${stray}` };
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

/** Runs the cases of files, and prints counts and what is to be named. */
export async function runFiles(files: readonly string[], api: Api, settings: Settings): Promise<Counts> {
  if (api.trouble !== null) console.log(api.trouble.message);
  const total = none();
  for (const file of files) {
    const counts = await runGroup(readGroup(file), api, settings);
    if (counts === null) continue;
    for (const status of Object.keys(total) as Outcome['status'][]) total[status] += counts[status];
  }
  return total;
}
