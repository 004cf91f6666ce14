import { bfloat16, type DType, float16 } from '../core/dtype.ts';
import { apply, type Expr, select } from '../scalar/expr.ts';

/** Precision in bits, exponent of the smallest normal number (as frexp counts), and greatest value of the half types. */
const halves = /*#__PURE__*/ new Map<DType | undefined, readonly [number, number, number]>([
  [float16, [11, -13, 65504]],
  [bfloat16, [8, -125, (2 - 2 ** -7) * 2 ** 127]],
]);

/**
 * The next value of dtype `d` after x towards y. Half types compute in float32, so that their neighbours are found by the
 * spacing at x: `2^(e - p)`, or half of it below a power of two.
 */
export function following(x: Expr, y: Expr, d: DType | undefined): Expr {
  const half = halves.get(d);
  if (half === undefined) return apply('nextafter', x, y);
  const [precision, lowest, greatest] = half;
  const a = x.abs();
  const e = apply('frexpExponent', a).max(lowest);
  const up = apply('ldexp', a.mul(0).add(1), e.sub(precision));
  const atPower = apply('frexpMantissa', a).eq(0.5).and(e.gt(lowest));
  const down = select(atPower, up.mul(0.5), up);
  const away = x.lt(y).eq(x.gt(0));
  const inward = select(a.isinf(), greatest, a.sub(down));
  const smallest = apply('copysign', 2 ** (lowest - precision), y);
  const moved = apply('copysign', select(away, a.add(up), inward), x);
  const next = select(x.eq(0), smallest, moved);
  return select(x.isnan().or(y.isnan()), Number.NaN, select(x.eq(y), y, next));
}
