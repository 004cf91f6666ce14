import { xp } from 'chainer';
import type { Case } from './case.ts';
import { differenceOf, epsilonOf, largestOf, numbersOf } from './compare.ts';
import { Disturbance } from './disturbance.ts';
import { compile, execute, type Program } from './execute.ts';
import type { Result, Results } from './kit.ts';

/** What came of a case: nothing to say, or what is wrong. */
export type Verdict =
  | { readonly status: 'passed' }
  /** Devices differ, but no more than the reference does from itself when its numbers move by rounding errors. */
  | { readonly status: 'unstable'; readonly message: string }
  /** The reason is the message without what changes as a program is made simpler. */
  | { readonly status: 'failed'; readonly message: string; readonly reason: string };

/** A device, in one of its ways to work. */
export interface Variant {
  readonly name: string;
  readonly device: xp.Device;
  /** Runs `body` with the device working in that way. */
  readonly within: <T>(body: () => T) => T;
}

/**
 * Numbers in programs are of the size of 1. Smaller results are differences of such numbers, and as exact as these are: think of the
 * gradient of a bias before a batch normalization, which is 0 but for rounding errors.
 */
const smallestScale = 0.1;

/** How often the reference runs again with other roundings before a difference counts. */
const repetitions = 6;

/** How far results of the reference move when it is disturbed. */
function spreadOf(program: Program, dtype: xp.DTypeName, expected: Results): Map<string, number> {
  const spread = new Map<string, number>();
  for (let k = 0; k < repetitions; k++) {
    const other = execute(program, dtype, xp.js, new Disturbance(k + 1));
    if (other instanceof Error) continue;
    for (const [name, { array }] of expected) {
      const [p, q] = [numbersOf(array), numbersOf(other.get(name)?.array ?? array)];
      if (p.length !== q.length) continue;
      const distance = largestOf(p.map((v, i) => v - (q[i] as number)));
      spread.set(name, Math.max(spread.get(name) ?? 0, distance));
    }
  }
  return spread;
}

/** Runs a case on `js` and on other devices, and compares. */
export function check(item: Case, variants: readonly Variant[]): Verdict {
  return checkProgram(compile(item), item, variants);
}

/** The same for a program. */
export function checkProgram(
  program: Program,
  { dtype, rounding }: Omit<Case, 'lines'>,
  variants: readonly Variant[],
): Verdict {
  const expected = execute(program, dtype, xp.js);
  if (expected instanceof Error) return thrown('js', expected);
  let spread: Map<string, number> | null = null;
  let unstable: Verdict | null = null;
  for (const { name: device, ...variant } of variants) {
    const got = variant.within(() => execute(program, dtype, variant.device));
    if (got instanceof Error) return thrown(device, got);
    const usual = (_: string, { array, coarse }: Result, largest: number) =>
      epsilonOf(array.dtype.name) === 0 ? 0 : rounding * epsilonOf(coarse) * Math.max(largest, smallestScale);
    const difference = differenceOf(expected, got, usual);
    if (difference === null) continue;
    spread ??= spreadOf(program, dtype, expected);
    const lenient = (name: string, x: Result, largest: number) =>
      usual(name, x, largest) + rounding * (spread?.get(name) ?? 0);
    const serious = differenceOf(expected, got, lenient);
    if (serious !== null)
      return { status: 'failed', message: `${device}: ${serious.message}`, reason: `${device} differs` };
    unstable ??= { status: 'unstable', message: `${device}: ${difference.message}` };
  }
  return unstable ?? { status: 'passed' };
}

function thrown(device: string, error: Error): Verdict {
  const where = error.message.match(/^\[[^\]]*\]/)?.[0] ?? error.message;
  return {
    status: 'failed',
    message: `${device} throws ${error.stack}`,
    reason: `${device} throws ${error.name} ${where}`,
  };
}
