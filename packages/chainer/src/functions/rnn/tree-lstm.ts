import type { Expr } from '@chainer/xp/functions';
import { expectFloat, expectSameDtype, expectSameShape, invalid } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { type Cell, cell, plain } from './cell.ts';

const cells = new Map<number, Cell>();

/** The cell for a number of children. */
function cellOf(children: number): Cell {
  let known = cells.get(children);
  if (known === undefined) {
    const inputs = [...new Array(children).fill(plain), { gates: 3 + children, layout: 'blocks' } as const];
    known = cell('TreeLSTM', inputs, [plain, plain], (...symbols) => {
      const states = symbols.slice(0, children);
      const [a, i, o, ...forget] = symbols.slice(children) as [Expr, Expr, Expr, ...Expr[]];
      const next = states.reduce(
        (sum, c, k) => sum.add((forget[k] as Expr).sigmoid().mul(c)),
        a.tanh().mul(i.sigmoid()),
      );
      return [next, o.sigmoid().mul(next.tanh())];
    });
    cells.set(children, known);
  }
  return known;
}

/**
 * Tree-LSTM unit with any number of children (Tai et al., 2015).
 *
 * `c = tanh(a) σ(i) + Σ σ(fₖ) cₖ`, `h = σ(o) tanh(c)`
 *
 * @param inputs the children's cell states `[N, D, …]`, then the gates `[N, (3 + K) D, …]`: blocks `a, i, o, f₁, …, f_K`
 * @returns cell states and outputs `[N, D, …]`
 * @throws {InvalidType} if shapes or dtypes do not fit.
 * @example
 * import { functions as F, xp } from 'chainer';
 * const [c, h] = F.treeLstm(xp.ones([1, 2]), xp.ones([1, 2]), xp.zeros([1, 10]));
 * c.array.toArraySync(); // [[1, 1]]
 */
export function treeLstm(...inputs: VariableLike[]): [Variable, Variable] {
  const children = inputs.length - 1;
  if (children < 1)
    throw new TypeError(
      `[treeLstm] takes the cell states of at least one child and the gates, got ${inputs.length} arguments`,
    );
  const arrays = inputs.map(asArray);
  const [c] = arrays as [ReturnType<typeof asArray>];
  const x = arrays[children] as ReturnType<typeof asArray>;
  expectFloat('treeLstm', 'c0', c);
  arrays.forEach((a, i) => {
    const name = i === children ? 'x' : `c${i}`;
    expectSameDtype('treeLstm', 'c0', c, name, a);
    if (i < children) expectSameShape('treeLstm', 'c0', c, name, a);
  });
  const wanted = c.shape.map((d, i) => (i === 1 ? (3 + children) * d : d));
  if (c.ndim < 2 || x.ndim !== c.ndim || wanted.some((d, i) => d !== x.shape[i])) {
    invalid('treeLstm', `x must have shape [${wanted.join(',')}] for ${children} children`, { c0: c, x });
  }
  return cellOf(children).apply(inputs) as [Variable, Variable];
}
