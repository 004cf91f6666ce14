/** Hooks that watch links: activate one with `usingLinkHook(hook, body)`, or `link.addHook(hook)`. */
export { SpectralNormalization, type SpectralNormalizationOptions } from './spectral-normalization.ts';
export { TimerHook } from './timer-hook.ts';
export { WeightStandardization, type WeightStandardizationOptions } from './weight-standardization.ts';
