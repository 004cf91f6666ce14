import type { Case } from './case.ts';
import { check, type Variant, type Verdict } from './check.ts';
import { Choices } from './choices.ts';
import { vocabulary } from './execute.ts';
import { shrink } from './shrink.ts';

/** Writes a random case. */
export type Writer = (choices: Choices) => Case;

/** A case that fails, as it was found and as simple as it can be made. */
export interface Failure {
  readonly seed: number;
  readonly message: string;
  readonly original: Case;
  readonly simplest: Case;
}

/** Runs the case of a seed. A failure is simplified. */
export function runSeed(
  write: Writer,
  seed: number,
  variants: readonly Variant[],
): { readonly verdict: Verdict; readonly failure: Failure | null } {
  const choices = Choices.fromSeed(seed);
  const original = write(choices);
  const verdict = check(original, variants);
  if (verdict.status !== 'failed') return { verdict, failure: null };
  let { message } = verdict;
  let simplest = original;
  shrink(choices.taken, (record) => {
    const simpler = Choices.fromRecord(record);
    const item = write(simpler);
    const again = check(item, variants);
    if (again.status !== 'failed' || again.reason !== verdict.reason) return null;
    simplest = item;
    message = again.message;
    return simpler.taken;
  });
  return { verdict, failure: { seed, message, original, simplest } };
}

/** A case as a program of its own. */
export function sourceOf({ kind, dtype, rounding, lines }: Case): string {
  const body = lines.join('\n');
  const used = vocabulary.filter((name) => new RegExp(`\\b${name}\\b`).test(body));
  return [
    "import { replay } from './fuzz/dist/replay.js';",
    '',
    `await replay({ kind: '${kind}', dtype: '${dtype}', rounding: ${rounding} }, ({ ${used.join(', ')} }) => {`,
    ...lines.map((line) => `  ${line}`),
    '});',
  ].join('\n');
}
