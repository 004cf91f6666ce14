import { array, float64 } from '@chainer/xp/functions';
import { filledOn, resolveDevice } from '@chainer/xp/internal';
import type { Serializer } from '../core/serializer.ts';

/**
 * Carries a number that is a float by meaning, so that 1 is stored as the float64 1.0 where Chainer stores a Python float
 * (a plain number is stored as int64 where it is integral).
 */
export function floatValue(serializer: Serializer, key: string, current: number): number {
  if (!serializer.writing) return serializer.value(key, current);
  serializer.value(key, filledOn(resolveDevice('js'), [], float64, current));
  return current;
}

/** Carries integers as an int64 array; null for none. */
export function integersValue(
  serializer: Serializer,
  key: string,
  current: readonly number[] | null,
): number[] | null {
  const given = current === null ? null : array(BigInt64Array.from(current, BigInt), { device: 'js' });
  const stored = serializer.value(key, given);
  if (stored === null) return null;
  return Array.from(stored.dataSync() as ArrayLike<number | bigint>, Number);
}

/** The same for a float that may not be there yet. */
export function floatOrNull(serializer: Serializer, key: string, current: number | null): number | null {
  if (serializer.writing)
    return current === null ? serializer.value(key, null) : floatValue(serializer, key, current);
  // A number asks for a number, also where there is none yet; a stored None comes back as null.
  return serializer.has(key)
    ? (serializer.value(key, current ?? Number.NaN) as number | null)
    : serializer.value(key, current);
}
