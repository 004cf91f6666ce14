import { Chain, functions as F, links as L, type Variable } from 'chainer';

/** Two convolutions with pooling, and a hidden layer with dropout. */
export class Model extends Chain {
  readonly conv1 = new L.Convolution2D(1, 16, 3, { pad: 1 });
  readonly conv2 = new L.Convolution2D(16, 32, 3, { pad: 1 });
  readonly fc1 = new L.Linear(null, 64);
  readonly fc2 = new L.Linear(null, 10);

  // x: [N, 1, 28, 28]
  forward(x: Variable): Variable {
    const h1 = F.maxPooling2d(F.relu(this.conv1.forward(x)), 2);
    const h2 = F.maxPooling2d(F.relu(this.conv2.forward(h1)), 2);
    const h3 = F.dropout(F.relu(this.fc1.forward(h2)), { ratio: 0.3 });
    return this.fc2.forward(h3);
  }
}
