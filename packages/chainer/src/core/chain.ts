import { Link } from './link.ts';

/**
 * A link made of links: assign child links and parameters to fields, in the constructor or as class fields.
 *
 * @example
 * import { Chain, functions as F, links as L, type Variable } from 'chainer';
 * class MLP extends Chain {
 *   l1 = new L.Linear(null, 100);
 *   l2 = new L.Linear(null, 10);
 *   forward(x: Variable) { return this.l2.forward(F.relu(this.l1.forward(x))); }
 * }
 * [...new MLP().namedparams()].map(([path]) => path); // ['/l1/W', '/l1/b', '/l2/W', '/l2/b']
 */
export abstract class Chain extends Link {
  /** The child of that name. @throws {Error} if there is none. */
  get(name: string): Link {
    const found = this.namedChildren().find(([n]) => n === name);
    if (!found) throw new Error(`[Chain.get] ${this.constructor.name} has no child link '${name}'`);
    return found[1];
  }
}
