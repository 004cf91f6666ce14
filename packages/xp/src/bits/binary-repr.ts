import { checkOptions } from '../core/check-options.ts';
import { ValueError } from '../errors.ts';

/** A whole number as a BigInt. @throws {ValueError} for any other. */
function whole(x: number | bigint, who: string): bigint {
  if (typeof x === 'number' && !Number.isInteger(x))
    throw new ValueError(`[${who}] the number is an integer, got ${x}`);
  return BigInt(x);
}

/**
 * Binary digits of an integer: with a width, zeros in front, and of negative numbers the two's complement.
 *
 * @throws {ValueError} if the width is too small.
 * @example
 * import { binaryRepr } from '@chainer/xp';
 * binaryRepr(5); // '101'
 * binaryRepr(-3, { width: 4 }); // '1101'
 */
export function binaryRepr(num: number | bigint, options: { readonly width?: number | null } = {}): string {
  checkOptions('binaryRepr', options, ['width']);
  const n = whole(num, 'binaryRepr');
  const width = options.width ?? null;
  if (width === null) return n.toString(2);
  const digits = n < 0n ? (-n - 1n).toString(2).length + (n === -1n ? 0 : 1) : n.toString(2).length;
  if (width < digits)
    throw new ValueError(`[binaryRepr] width ${width} is too small for ${n}, which takes ${digits} digits`);
  return BigInt.asUintN(width, n).toString(2).padStart(width, '0');
}

/**
 * Digits of an integer in base 2 to 36, with `padding` zeros in front.
 *
 * @throws {ValueError} for another base.
 * @example
 * import { baseRepr } from '@chainer/xp';
 * baseRepr(255, { base: 16 }); // 'FF'
 */
export function baseRepr(
  number: number | bigint,
  options: { readonly base?: number; readonly padding?: number } = {},
): string {
  checkOptions('baseRepr', options, ['base', 'padding']);
  const { base = 2, padding = 0 } = options;
  if (!Number.isInteger(base) || base < 2 || base > 36) {
    throw new ValueError(`[baseRepr] base is an integer from 2 to 36, got ${base}`);
  }
  const n = whole(number, 'baseRepr');
  const digits = (n < 0n ? -n : n).toString(base).toUpperCase();
  return (n < 0n ? '-' : '') + '0'.repeat(Math.max(padding, 0)) + digits;
}
