import { ValueError } from '@chainer/xp/functions';

/**
 * How many inputs feed one unit, and how many units one input feeds: `[fan_in, fan_out]`, for weights `[out, in, ...kernel]`.
 *
 * `fan_in = in · Π kernel`, `fan_out = out · Π kernel`. For the weights of a deconvolution, `[in, out, ...]`, the roles are swapped.
 *
 * @throws {ValueError} for fewer than two axes.
 * @example
 * import { getFans } from 'chainer/initializers';
 * getFans([40, 20, 3, 3]); // [180, 360]
 */
export function getFans(shape: readonly number[]): [number, number] {
  if (shape.length < 2) {
    throw new ValueError(
      `[getFans] fans are defined for weights of 2 axes or more, [out, in, ...kernel], got shape [${shape.join(', ')}]`,
    );
  }
  const kernel = shape.slice(2).reduce((a, d) => a * d, 1);
  return [(shape[1] as number) * kernel, (shape[0] as number) * kernel];
}
