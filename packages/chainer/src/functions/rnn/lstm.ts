import { expectFloat, expectSameDtype, invalid } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { concat, splitAxis } from '../array/concat.ts';
import { cell, plain } from './cell.ts';

const node = cell('LSTM', [plain, { gates: 4, layout: 'interleaved' }], [plain, plain], (c, a, i, f, o) => {
  const next = a.tanh().mul(i.sigmoid()).add(f.sigmoid().mul(c));
  return [next, o.sigmoid().mul(next.tanh())];
});

/**
 * Long short-term memory unit with forget gate.
 *
 * `c' = tanh(a) σ(i) + σ(f) c`, `h = σ(o) tanh(c')`, where `x[:, 4k … 4k+3]` are the unit's `a, i, f, o`
 *
 * @param cPrev cell states `[N, D, …]`
 * @param x gates `[M, 4 D, …]`, interleaved unit by unit; `M ≤ N`: the cell states behind the first M rows pass through
 * @returns cell states `[N, D, …]` and outputs `[M, D, …]`
 * @throws {InvalidType} if shapes or dtypes do not fit.
 * @example
 * import { functions as F, Variable, xp } from 'chainer';
 * const [c, h] = F.lstm(new Variable(xp.ones([2, 3])), xp.zeros([2, 12]));
 * c.array.at(0, 0).itemSync(); // 0.5
 */
export function lstm(cPrev: VariableLike, x: VariableLike): [Variable, Variable] {
  const [c, g] = [asArray(cPrev), asArray(x)];
  const given = { cPrev: c, x: g };
  expectFloat('lstm', 'cPrev', c);
  expectSameDtype('lstm', 'cPrev', c, 'x', g);
  if (c.ndim < 2 || g.ndim !== c.ndim)
    invalid(
      'lstm',
      `cPrev and x must have the same number of axes, at least 2, got ${c.ndim} and ${g.ndim}`,
      given,
    );
  const [n, units] = c.shape as [number, number];
  const m = g.shape[0] as number;
  if (m > n) invalid('lstm', `the batch of x, ${m}, must not exceed that of cPrev, ${n}`, given);
  if (g.shape[1] !== 4 * units)
    invalid('lstm', `x has ${g.shape[1]} gates but cPrev has ${units} units, which need ${4 * units}`, given);
  if (c.shape.some((d, i) => i > 1 && d !== g.shape[i]))
    invalid('lstm', 'cPrev and x must have the same shape from axis 2 on', given);
  if (m === n) return node.apply([cPrev, x]) as [Variable, Variable];
  const [own, rest] = splitAxis(cPrev, [m], 0) as [Variable, Variable];
  const [next, h] = node.apply([own, x]) as [Variable, Variable];
  return [concat([next, rest], { axis: 0 }), h];
}
