import { ValueError } from '../errors.ts';
import { Expr, type FoldSpec, isConst, lift, stepsOf } from './expr.ts';
import type { OpName } from './op-name.ts';
import { opOf } from './ops.ts';

/**
 * Symbolic reverse-mode differentiation: the expressions of `g · ∂expr/∂target` for each target. A target that does not
 * matter gets the constant 0. Because the result is an expression, it can be differentiated again.
 *
 * @throws {ValueError} where a loop or a raw access would have to be differentiated: such functions declare their gradient.
 */
export function derive(expr: Expr, targets: readonly Expr[], g: Expr): Expr[] {
  const order = topological(expr);
  const active = new Set<Expr>(targets);
  for (const node of order) if (childrenOf(node).some((a) => active.has(a))) active.add(node);
  const adjoint = new Map<Expr, Expr>([[expr, g]]);
  const accumulate = (node: Expr, value: Expr | null) => {
    if (value === null || !active.has(node) || isConst(value, 0)) return;
    const before = adjoint.get(node);
    adjoint.set(node, before ? before.add(value) : value);
  };
  for (let k = order.length - 1; k >= 0; k--) {
    const node = order[k] as Expr;
    const gy = adjoint.get(node);
    if (gy === undefined || !active.has(node) || targets.includes(node)) continue;
    if (node.op === 'cast') accumulate(node.args[0] as Expr, gy);
    else if (node.op === 'at' || node.op === 'fold' || node.op === 'foldItem') {
      throw new ValueError(
        `[derive] '${node.op}' has no symbolic derivative; declare the gradient of this kernel explicitly`,
      );
    } else if (node.args.length > 0) {
      const partials = opOf(node.op as OpName).derive?.(node.args, node, gy) ?? [];
      node.args.forEach((a, i) => {
        if (active.has(a)) accumulate(a, partials[i] ?? null);
      });
    }
  }
  return targets.map((t) => adjoint.get(t) ?? lift(0));
}

function childrenOf(node: Expr): readonly Expr[] {
  return node.op === 'fold' ? [...node.args, ...stepsOf(node.attr as FoldSpec)] : node.args;
}

/** Every node below `root`, arguments before users. */
function topological(root: Expr): Expr[] {
  const seen = new Set<Expr>();
  const order: Expr[] = [];
  const visit = (node: Expr): void => {
    if (seen.has(node)) return;
    seen.add(node);
    for (const a of childrenOf(node)) visit(a);
    order.push(node);
  };
  visit(root);
  return order;
}

/** The expression with its inputs replaced: input k by `replacements[k]`. */
export function substitute(expr: Expr, replacements: readonly Expr[]): Expr {
  const memo = new Map<Expr, Expr>();
  const visit = (node: Expr): Expr => {
    const known = memo.get(node);
    if (known) return known;
    let result = node;
    if (node.op === 'input') result = replacements[node.attr as number] ?? node;
    else if (node.op === 'fold') {
      const f = node.attr as FoldSpec;
      result = new Expr('fold', node.args.map(visit), {
        ...f,
        results: f.results.map(visit),
        until: f.until === null ? null : visit(f.until),
      });
    } else if (node.args.length > 0) result = new Expr(node.op, node.args.map(visit), node.attr);
    memo.set(node, result);
    return result;
  };
  return visit(expr);
}

/** Whether input k occurs in the expression. */
export function usesInput(expr: Expr, k: number): boolean {
  return topological(expr).some((n) => n.op === 'input' && n.attr === k);
}
