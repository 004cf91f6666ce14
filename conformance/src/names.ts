/**
 * A Python name in TypeScript: `softmax_cross_entropy` → `softmaxCrossEntropy`, `convolution_2d` → `convolution2d`.
 * Underscores at either end stay (`ix_`), names without any stay (`initialW`, `Convolution2D`).
 */
export const camelCase = (name: string): string =>
  name.replace(/(?<=[^_])_+([^_])/g, (_, next: string) => next.toUpperCase());

/** The path below `xp` of a dotted Python name; SciPy's are cupyx's. */
export function xpPath(name: string): string[] {
  const path = name.split('.').map(camelCase);
  return path[0] === 'scipy' ? ['cupyx', ...path] : path;
}
