import type { Variable } from '../core/variable.ts';
import { add } from '../functions/math/add.ts';
import type { Distribution } from './distribution.ts';

// biome-ignore lint/suspicious/noExplicitAny: classes with any constructor
type Family<D extends Distribution> = abstract new (...args: any[]) => D;
type Divergence = (p: Distribution, q: Distribution) => Variable;

const registered = new Map<unknown, Map<unknown, Divergence>>();

/** The class and what it extends. */
function* ancestors(d: Distribution): Generator<unknown> {
  for (let c: unknown = d.constructor; c; c = Object.getPrototypeOf(c)) yield c;
}

/**
 * Says how the divergence of one family from another is computed. What is registered comes before what the families know themselves.
 *
 * @example
 * import { distributions as D, Variable, xp } from 'chainer';
 * D.registerKl(D.Uniform, D.Normal, (p, q) => q.logProb(p.mean).neg().sub(p.entropy));
 * const p = new D.Uniform({ low: xp.array([0]), high: xp.array([1]) });
 * D.klDivergence(p, new D.Normal(xp.array([0.5]), xp.array([1]))).array.toArraySync(); // [0.919]
 */
export function registerKl<P extends Distribution, Q extends Distribution>(
  P: Family<P>,
  Q: Family<Q>,
  divergence: (p: P, q: Q) => Variable,
): void {
  const row = registered.get(P) ?? new Map<unknown, Divergence>();
  row.set(Q, divergence as unknown as Divergence);
  registered.set(P, row);
}

/**
 * Kullback and Leibler's divergence of p from q: `Σ p ln(p / q)`, of the shape of their batches.
 *
 * @throws {Error} where the pair is neither known nor registered.
 * @example
 * import { distributions as D, xp } from 'chainer';
 * const p = new D.Normal(xp.array([0]), xp.array([1]));
 * D.klDivergence(p, new D.Normal(xp.array([1]), xp.array([1]))).array.toArraySync(); // [0.5]
 */
export function klDivergence(p: Distribution, q: Distribution): Variable {
  for (const P of ancestors(p)) {
    const row = registered.get(P);
    if (row === undefined) continue;
    for (const Q of ancestors(q)) {
      const divergence = row.get(Q);
      if (divergence !== undefined) return divergence(p, q);
    }
  }
  const known = p.klFrom(q);
  if (known === null)
    throw new Error(
      `[klDivergence] the divergence of ${p.name} from ${q.name} is not known; say how with registerKl(${p.name}, ${q.name}, …)`,
    );
  return known;
}

/**
 * Cross entropy of p and q: the entropy of p and its divergence from q.
 *
 * @throws {Error} as `klDivergence` does, and where the entropy of p is not known.
 */
export function crossEntropy(p: Distribution, q: Distribution): Variable {
  return add(p.entropy, klDivergence(p, q));
}
