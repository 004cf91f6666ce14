import { expectFloat, expectSameDtype, expectSameShape, invalid } from '../../core/type-check.ts';
import { asArray, type Variable, type VariableLike } from '../../core/variable.ts';
import { cell, plain } from './cell.ts';

const gates = { gates: 4, layout: 'interleaved' } as const;

const node = cell(
  'SLSTM',
  [plain, plain, gates, gates],
  [plain, plain],
  (c1, c2, a1, i1, f1, o1, a2, i2, f2, o2) => {
    const own = a1.tanh().mul(i1.sigmoid()).add(a2.tanh().mul(i2.sigmoid()));
    const next = own.add(f1.sigmoid().mul(c1)).add(f2.sigmoid().mul(c2));
    return [next, o1.add(o2).sigmoid().mul(next.tanh())];
  },
);

/**
 * S-LSTM: a long short-term memory unit with two predecessors (Zhu et al., 2015).
 *
 * `c = tanh(a₁) σ(i₁) + tanh(a₂) σ(i₂) + σ(f₁) c₁ + σ(f₂) c₂`, `h = σ(o₁ + o₂) tanh(c)`
 *
 * @param cPrev1 cell states of the first predecessor `[N, D, …]`
 * @param cPrev2 cell states of the second, of the same shape
 * @param x1 gates of the first `[N, 4 D, …]`, interleaved unit by unit as `a, i, f, o`
 * @param x2 gates of the second, of the same shape
 * @returns cell states and outputs `[N, D, …]`
 * @throws {InvalidType} if shapes or dtypes do not fit.
 * @example
 * import { functions as F, xp } from 'chainer';
 * const [c, h] = F.slstm(xp.ones([1, 2]), xp.ones([1, 2]), xp.zeros([1, 8]), xp.zeros([1, 8]));
 * c.array.toArraySync(); // [[1, 1]]
 */
export function slstm(
  cPrev1: VariableLike,
  cPrev2: VariableLike,
  x1: VariableLike,
  x2: VariableLike,
): [Variable, Variable] {
  const [c1, c2, g1, g2] = [asArray(cPrev1), asArray(cPrev2), asArray(x1), asArray(x2)];
  const given = { cPrev1: c1, cPrev2: c2, x1: g1, x2: g2 };
  expectFloat('slstm', 'cPrev1', c1);
  for (const [name, x] of Object.entries(given)) expectSameDtype('slstm', 'cPrev1', c1, name, x);
  expectSameShape('slstm', 'cPrev1', c1, 'cPrev2', c2);
  expectSameShape('slstm', 'x1', g1, 'x2', g2);
  if (c1.ndim < 2 || g1.ndim !== c1.ndim)
    invalid(
      'slstm',
      `cPrev1 and x1 must have the same number of axes, at least 2, got ${c1.ndim} and ${g1.ndim}`,
      given,
    );
  const wanted = c1.shape.map((d, i) => (i === 1 ? 4 * d : d));
  if (wanted.some((d, i) => d !== g1.shape[i]))
    invalid('slstm', `x1 must have shape [${wanted.join(',')}] for these cell states`, given);
  return node.apply([cPrev1, cPrev2, x1, x2]) as [Variable, Variable];
}
