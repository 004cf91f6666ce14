import { ValueError } from '../errors.ts';
import { RandomState } from './random-state.ts';
import type { Seed } from './stream.ts';

let current: RandomState | null = null;

/** The seed that the environment variable CHAINER_SEED gives, or null. */
function seedFromEnvironment(): Seed | null {
  const text = (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env
    ?.CHAINER_SEED;
  if (text === undefined || text === '') return null;
  if (!/^\d+$/.test(text))
    throw new ValueError(`[random] CHAINER_SEED must be a non-negative integer, got '${text}'`);
  return BigInt(text);
}

/**
 * The stream behind the functions of this module. It starts from the environment variable CHAINER_SEED, or from the system's
 * entropy where that is not set.
 */
export function getRandomState(): RandomState {
  current ??= new RandomState(seedFromEnvironment());
  return current;
}

/** Puts another stream behind the functions of this module. */
export function setRandomState(state: RandomState): void {
  current = state;
}

/**
 * Starts the stream behind the functions of this module again from a seed; null: from the system's entropy.
 *
 * @example
 * import { random } from '@chainer/xp';
 * random.seed(0);
 * const x = random.rand(3);
 * random.seed(0);
 * random.rand(3).sub(x).toArraySync(); // [0, 0, 0]
 */
export function seed(value: Seed | null = null): void {
  getRandomState().seed(value);
}
