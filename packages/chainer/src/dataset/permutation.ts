import * as random from '@chainer/xp/random';

/** The stream of a seed, or the library's own where none is given. */
function streamOf(seed: number | null | undefined): random.RandomState {
  return seed === null || seed === undefined ? random.getRandomState() : new random.RandomState(seed);
}

/** 0 … n - 1 in random order, on the host. */
export function permutation(
  n: number,
  seed: number | null = null,
  state: random.RandomState = streamOf(seed),
): number[] {
  return Array.from(state.permutation(n, { device: 'js' }).dataSync() as Int32Array);
}
