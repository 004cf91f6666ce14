import { DTypeError } from '../errors.ts';
import { type DType, type DTypeLike, dtype, float32 } from './dtype.ts';

let defaultFloat: DType = float32;

/** The dtype of literals and of creation functions that were given none: float32 unless changed. */
export function defaultDtype(): DType {
  return defaultFloat;
}

/** Changes it. @throws {DTypeError} for anything but a floating dtype. */
export function setDefaultDtype(like: DTypeLike): void {
  const d = dtype(like);
  if (d.kind !== 'f')
    throw new DTypeError(`[setDefaultDtype] the default dtype must be floating, got ${d.name}`);
  defaultFloat = d;
}
