import type { Complex } from './complex.ts';
import {
  bfloat16,
  bool,
  complex64,
  complex128,
  type DType,
  dtypes,
  float16,
  float32,
  float64,
  int8,
  int16,
  int32,
  int64,
  uint64,
} from './dtype.ts';

/** JavaScript values that act as weak scalars: they never widen an array of their own kind (NEP 50). */
export type Scalar = number | bigint | boolean | Complex;

/** How weak a scalar is: it takes its partner's dtype when that has at least this kind. */
export type WeakKind = 'bool' | 'int' | 'float' | 'complex';

const signedBySize: Record<number, DType> = { 1: int8, 2: int16, 4: int32, 8: int64 };

/** The smallest floating type that NumPy pairs with an integer of that size. */
function floatForInt(d: DType): DType {
  return d.itemsize === 1 ? float16 : d.itemsize === 2 ? float32 : float64;
}

function promoteFloats(a: DType, b: DType): DType {
  if (a === b) return a;
  if (a.itemsize === 2 && b.itemsize === 2) return float32;
  return a.itemsize >= b.itemsize ? a : b;
}

function promoteUncached(a: DType, b: DType): DType {
  if (a === b || b.kind === 'b') return a;
  if (a.kind === 'b') return b;
  if (a.kind === 'c' || b.kind === 'c') {
    const real = (d: DType) =>
      d === complex64 ? float32 : d === complex128 ? float64 : d.kind === 'f' ? d : floatForInt(d);
    return promoteFloats(real(a), real(b)) === float64 ? complex128 : complex64;
  }
  if (a.kind === 'f' || b.kind === 'f') {
    if (a.kind === b.kind) return promoteFloats(a, b);
    const [float, int] = a.kind === 'f' ? [a, b] : [b, a];
    if (float === bfloat16 && int.itemsize === 1) return bfloat16;
    return promoteFloats(float, floatForInt(int));
  }
  if (a.kind === b.kind) return a.itemsize >= b.itemsize ? a : b;
  const [signed, unsigned] = a.kind === 'i' ? [a, b] : [b, a];
  if (signed.itemsize > unsigned.itemsize) return signed;
  return unsigned === uint64 ? float64 : (signedBySize[unsigned.itemsize * 2] as DType);
}

const table: readonly DType[] = /*#__PURE__*/ dtypes.flatMap((a) => dtypes.map((b) => promoteUncached(a, b)));

/** The smallest dtype to which both can be cast safely (NumPy's `promote_types`). */
export function promote(a: DType, b: DType): DType {
  return table[a.index * 15 + b.index] as DType;
}

/** The kind of a weak scalar: an integral number is a weak integer, any other number a weak float. */
export function weakKind(value: Scalar): WeakKind {
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  return 'complex';
}

/** The dtype a weak scalar takes beside `d` (NEP 50). `floatDefault` serves where only integers stand beside it. */
export function promoteWeak(d: DType, weak: WeakKind, floatDefault: DType = float64): DType {
  if (weak === 'bool') return d;
  if (weak === 'int') return d === bool ? int64 : d;
  if (weak === 'float') return d.kind === 'f' || d.kind === 'c' ? d : floatDefault;
  if (d.kind === 'c') return d;
  if (d.kind !== 'f') return complex128;
  return d === float64 ? complex128 : complex64;
}

/** What may be cast to what: `no` and `equiv` nothing, `safe` without loss, `same_kind` within a kind or up, `unsafe` all. */
export type Casting = 'no' | 'equiv' | 'safe' | 'same_kind' | 'unsafe';

const kindOrder: Record<DType['kind'], number> = { b: 0, u: 1, i: 2, f: 3, c: 4 };

/** Whether `from` may be cast to `to` under the rule. */
export function castable(from: DType, to: DType, casting: Casting = 'safe'): boolean {
  if (from === to || casting === 'unsafe') return true;
  if (casting === 'no' || casting === 'equiv') return false;
  if (promote(from, to) === to) return true;
  return casting === 'same_kind' && kindOrder[from.kind] <= kindOrder[to.kind];
}

/** The real type of a complex type's parts; any other type itself. */
export function realType(d: DType): DType {
  return d === complex64 ? float32 : d === complex128 ? float64 : d;
}

/** The complex type whose parts are of that floating type. */
export function complexType(d: DType): DType {
  return d === float64 || d === complex128 ? complex128 : complex64;
}
