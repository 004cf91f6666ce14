/** Random numbers: `random.seed(0); random.normal({ size: [2, 3] })`. One seed gives the same numbers on every device. */
import '../install-reading.ts';

export type { ChoiceOptions } from './choice.ts';
export type { LocScaleOptions, LognormalOptions, ScaleOptions, UniformOptions } from './continuous.ts';
export { seed } from './default-stream.ts';
export type { CountOptions } from './discrete.ts';
export type { DrawOptions, Parameter, RandArguments, RandOptions, Size } from './draw.ts';
export * from './functions.ts';
export { defaultRng, Generator } from './generator.ts';
export type { IntegersOptions, RandintOptions } from './integers.ts';
export { getRandomState, RandomState, setRandomState } from './random-state.ts';
export type { Seed, StreamState } from './stream.ts';
