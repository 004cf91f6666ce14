import { Chain, functions as F, links as L, type Variable, type xp } from 'chainer';

/** Fully connected layers with ReLU between them. */
export class MLP extends Chain {
  readonly layers: readonly L.Linear[];

  /** @param units sizes of input, hidden layers and output */
  constructor(...units: number[]) {
    super();
    this.layers = units.slice(1).map((n, i) => new L.Linear(units[i] as number, n));
  }

  /** @param x `[N, units[0]]` */
  forward(x: Variable | xp.NdArray): Variable {
    let h = x;
    this.layers.forEach((layer, i) => {
      h = layer.forward(h);
      if (i + 1 < this.layers.length) h = F.relu(h);
    });
    return h as Variable;
  }
}
