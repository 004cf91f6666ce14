import { bool, complex128, type DType, float32, float64, int32, int64 } from '../core/dtype.ts';
import { promote, promoteWeak, type WeakKind } from '../core/promotion.ts';

/** The type of an expression: a dtype, or the kind of a weak constant. */
export type Nominal = DType | WeakKind;

/** Whether a type is that of a weak constant. */
export function isWeak(t: Nominal): t is WeakKind {
  return typeof t === 'string';
}

/** What a weak value is where nothing stands beside it. */
export const weakDefault: Record<WeakKind, DType> = { bool, int: int64, float: float64, complex: complex128 };

/** The type a weak value takes where `want` is asked for: `want` itself if it can hold that kind. */
export function settle(t: WeakKind, want: DType): DType {
  if (t === 'bool') return want;
  if (t === 'int') return want.kind === 'b' ? int32 : want;
  if (t === 'float') return want.kind === 'f' || want.kind === 'c' ? want : float64;
  return want.kind === 'c' ? want : complex128;
}

const weakOrder: readonly WeakKind[] = ['bool', 'int', 'float', 'complex'];

/** The type of two values that meet. */
export function promoteNominal(a: Nominal, b: Nominal): Nominal {
  if (isWeak(a))
    return isWeak(b)
      ? (weakOrder[Math.max(weakOrder.indexOf(a), weakOrder.indexOf(b))] as WeakKind)
      : promoteWeak(b, a);
  return isWeak(b) ? promoteWeak(a, b) : promote(a, b);
}

/** The floating type an integer type is raised to. */
export function raise(t: Nominal): Nominal {
  if (isWeak(t)) return t === 'complex' ? t : 'float';
  return t.kind === 'f' || t.kind === 'c' ? t : promote(t, floatFor(t));
}

function floatFor(d: DType): DType {
  return d.itemsize <= 2 ? float32 : float64;
}
