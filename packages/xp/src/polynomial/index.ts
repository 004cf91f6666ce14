export * as polynomial from './namespace.ts';
export { poly, polyadd, polymul, polysub, polyval, roots } from './poly.ts';
export { type FullFit, type PolyfitOptions, polyfit } from './polyfit.ts';
