import { ValueError } from '../errors.ts';
import { type Seed, Stream } from './stream.ts';

let current: Stream | null = null;

/** The seed that the environment variable CHAINER_SEED gives, or null. */
function seedFromEnvironment(): Seed | null {
  const text = (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env
    ?.CHAINER_SEED;
  if (text === undefined || text === '') return null;
  if (!/^\d+$/.test(text))
    throw new ValueError(`[random] CHAINER_SEED must be a non-negative integer, got '${text}'`);
  return BigInt(text);
}

/** The stream that functions draw from. */
export function defaultStream(): Stream {
  current ??= new Stream(seedFromEnvironment());
  return current;
}

export function setDefaultStream(stream: Stream): void {
  current = stream;
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
  defaultStream().reseed(value);
}
