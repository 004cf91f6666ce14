import { isScalar } from '../core/arguments.ts';
import { checkOptions } from '../core/check-options.ts';
import { type DTypeLike, dtype } from '../core/dtype.ts';
import { NdArray } from '../core/ndarray.ts';
import { type Casting, castable } from '../core/promotion.ts';
import { DTypeError, ValueError } from '../errors.ts';

const rules: readonly string[] = ['no', 'equiv', 'safe', 'same_kind', 'unsafe'] satisfies Casting[];

/**
 * Whether one dtype may be cast to another under a rule (`'safe'` unless given). Of an array its dtype counts.
 *
 * @throws {DTypeError} for a scalar, whose dtype depends on what stands beside it.
 * @throws {ValueError} for an unknown rule.
 * @example
 * import { canCast } from '@chainer/xp';
 * canCast('int32', 'float64'); // true
 * canCast('float64', 'float32', { casting: 'same_kind' }); // true
 */
export function canCast(
  from: DTypeLike | NdArray,
  to: DTypeLike,
  options: { readonly casting?: Casting } = {},
): boolean {
  checkOptions('canCast', options, ['casting']);
  if (isScalar(from)) {
    throw new DTypeError(`[canCast] from is a dtype or an array, got the scalar ${from}; see minScalarType`);
  }
  const casting = options.casting ?? 'safe';
  if (!rules.includes(casting)) {
    throw new ValueError(`[canCast] unknown casting '${casting}'; expected one of ${rules.join(', ')}`);
  }
  return castable(from instanceof NdArray ? from.dtype : dtype(from), dtype(to), casting);
}
