import type { Expr, Operand } from '../scalar/expr.ts';
import { select as selectExpr } from '../scalar/expr.ts';

/** In the scalar language: `condition ? x : y` for one element of a kernel. */
export function select(condition: Operand, x: Operand, y: Operand): Expr {
  return selectExpr(condition, x, y);
}
