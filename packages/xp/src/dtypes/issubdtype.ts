import { type DType, type DTypeLike, dtype } from '../core/dtype.ts';
import { NdArray } from '../core/ndarray.ts';
import { ValueError } from '../errors.ts';

/** Groups of dtypes: NumPy's abstract types. */
export type AbstractType =
  | 'generic'
  | 'number'
  | 'integer'
  | 'signedinteger'
  | 'unsignedinteger'
  | 'inexact'
  | 'floating'
  | 'complexfloating';

const groups: Readonly<Record<AbstractType, string>> = {
  generic: 'biufc',
  number: 'iufc',
  integer: 'iu',
  signedinteger: 'i',
  unsignedinteger: 'u',
  inexact: 'fc',
  floating: 'f',
  complexfloating: 'c',
};

/**
 * Whether a dtype belongs to a group, or is that dtype.
 *
 * @example
 * import { issubdtype } from '@chainer/xp';
 * issubdtype('float32', 'floating'); // true
 * issubdtype('float32', 'float64'); // false
 */
export function issubdtype(type: DTypeLike, of: AbstractType | DTypeLike): boolean {
  const d = dtype(type);
  if (typeof of === 'string' && Object.hasOwn(groups, of)) return groups[of as AbstractType].includes(d.kind);
  return d === dtype(of as DTypeLike);
}

/** Kinds of dtypes in the words of the array API standard. */
export type DTypeKind =
  | 'bool'
  | 'signed integer'
  | 'unsigned integer'
  | 'integral'
  | 'real floating'
  | 'complex floating'
  | 'numeric';

const kinds: Readonly<Record<DTypeKind, string>> = {
  bool: 'b',
  'signed integer': 'i',
  'unsigned integer': 'u',
  integral: 'iu',
  'real floating': 'f',
  'complex floating': 'c',
  numeric: 'iufc',
};

/**
 * Whether a dtype is of a kind of the array API standard, is that dtype, or is one of several.
 *
 * @throws {ValueError} for an unknown kind.
 * @example
 * import { float32, isdtype } from '@chainer/xp';
 * isdtype(float32, 'real floating'); // true
 * isdtype(float32, ['integral', 'bool']); // false
 */
export function isdtype(
  type: DTypeLike | NdArray,
  kind: DTypeKind | DTypeLike | readonly (DTypeKind | DTypeLike)[],
): boolean {
  const d: DType = type instanceof NdArray ? type.dtype : dtype(type);
  const wanted = Array.isArray(kind)
    ? (kind as readonly (DTypeKind | DTypeLike)[])
    : [kind as DTypeKind | DTypeLike];
  return wanted.some((k) => {
    if (typeof k === 'string' && Object.hasOwn(kinds, k)) return kinds[k as DTypeKind].includes(d.kind);
    if (typeof k === 'string' && k.includes(' ')) {
      throw new ValueError(
        `[isdtype] unknown kind '${k}'; expected a dtype or one of ${Object.keys(kinds).join(', ')}`,
      );
    }
    return d === dtype(k as DTypeLike);
  });
}
