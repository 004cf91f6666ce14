import { Chain, functions as F, links as L, type Variable } from 'chainer';

/** Two hidden layers. Input sizes are found in the first forward pass. */
export class Model extends Chain {
  readonly l1 = new L.Linear(null, 256);
  readonly l2 = new L.Linear(null, 128);
  readonly l3 = new L.Linear(null, 10);

  // x: [N, 1, 28, 28]. Put a console.log or an if here, and run it:
  // the forward pass is the definition of the network.
  forward(x: Variable): Variable {
    const h1 = F.relu(this.l1.forward(x));
    const h2 = F.relu(this.l2.forward(h1));
    return this.l3.forward(h2);
  }
}
