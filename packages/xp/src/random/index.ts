/** Random numbers: `random.seed(0); random.normal({ size: [2, 3] })`. One seed gives the same numbers on every device. */
import '../install-reading.ts';

export type { ChoiceOptions } from './choice.ts';
export type { LocScaleOptions, LognormalOptions, ScaleOptions, UniformOptions } from './continuous.ts';
export { getRandomState, seed, setRandomState } from './default-state.ts';
export type { CountOptions } from './discrete.ts';
export type { DrawOptions, Parameter, Size } from './draw.ts';
export * from './functions.ts';
export { defaultRng, Generator } from './generator.ts';
export type { IntegersOptions, RandintOptions } from './integers.ts';
export { type RandArguments, type RandOptions, RandomState } from './random-state.ts';
export type { Seed, StreamState } from './stream.ts';
