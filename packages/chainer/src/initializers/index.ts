/** Initializers: what fills new parameters. */
export type { Initializer, InitializerLike } from '../core/initializer.ts';
export { Constant, NaN, One, Zero } from './constant.ts';
export { DownsamplingConvFilter, type FilterOptions, UpsamplingDeconvFilter } from './filters.ts';
export { type GenerateArrayOptions, generateArray } from './generate-array.ts';
export { getFans } from './get-fans.ts';
export { GlorotNormal } from './glorot-normal.ts';
export { GlorotUniform } from './glorot-uniform.ts';
export { HeNormal } from './he-normal.ts';
export type { FanOption, HeOptions } from './he-options.ts';
export { HeUniform } from './he-uniform.ts';
export { Identity } from './identity.ts';
export { LeCunNormal } from './le-cun-normal.ts';
export { LeCunUniform } from './le-cun-uniform.ts';
export { Normal } from './normal.ts';
export type {
  InitializerOptions,
  RandomInitializerOptions,
  RandomSource,
  ScaledInitializerOptions,
} from './options.ts';
export { Orthogonal, type OrthogonalMode, type OrthogonalOptions } from './orthogonal.ts';
export { Uniform } from './uniform.ts';
