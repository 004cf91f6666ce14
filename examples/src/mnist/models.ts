import { Chain, functions as F, links as L, type Variable, type VariableLike } from 'chainer';

/** Two hidden layers. Input sizes are found in the first forward pass. */
export class MLP extends Chain {
  readonly l1: L.Linear;
  readonly l2: L.Linear;
  readonly l3: L.Linear;

  constructor(units: number, classes: number) {
    super();
    this.l1 = new L.Linear(null, units);
    this.l2 = new L.Linear(null, units);
    this.l3 = new L.Linear(null, classes);
  }

  forward(x: VariableLike): Variable {
    return this.l3.forward(F.relu(this.l2.forward(F.relu(this.l1.forward(x)))));
  }
}

/** Two convolutions with pooling, and a hidden layer with dropout. */
export class CNN extends Chain {
  readonly conv1: L.Convolution2D;
  readonly conv2: L.Convolution2D;
  readonly fc1: L.Linear;
  readonly fc2: L.Linear;

  constructor(units: number, classes: number) {
    super();
    this.conv1 = new L.Convolution2D(1, 20, 5);
    this.conv2 = new L.Convolution2D(20, 50, 5);
    this.fc1 = new L.Linear(null, units);
    this.fc2 = new L.Linear(null, classes);
  }

  forward(x: VariableLike): Variable {
    const h1 = F.maxPooling2d(F.relu(this.conv1.forward(x)), 2);
    const h2 = F.maxPooling2d(F.relu(this.conv2.forward(h1)), 2);
    return this.fc2.forward(F.dropout(F.relu(this.fc1.forward(h2)), { ratio: 0.5 }));
  }
}

/** The network with its loss; worker threads make theirs by it. */
export function classifier(kind: 'mlp' | 'cnn', units: number): L.Classifier {
  return new L.Classifier(kind === 'mlp' ? new MLP(units, 10) : new CNN(units, 10));
}
