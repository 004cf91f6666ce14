import { Chain, functions as F, links as L, type Variable } from 'chainer';

/** A variational autoencoder (Kingma and Welling, 2013): images through a code of a few numbers, and back. */
export class Model extends Chain {
  readonly encoder = new L.Linear(null, 128);
  readonly mean = new L.Linear(128, 8);
  readonly lnVar = new L.Linear(128, 8);
  readonly decoder1 = new L.Linear(8, 128);
  readonly decoder2 = new L.Linear(128, 784);

  /** Mean and logarithm of the variance of the code. */
  encode(x: Variable): [Variable, Variable] {
    const h = F.relu(this.encoder.forward(x));
    return [this.mean.forward(h), this.lnVar.forward(h)];
  }

  decode(z: Variable): Variable {
    return this.decoder2.forward(F.relu(this.decoder1.forward(z)));
  }

  // The image again, from the mean of its code. x: [N, 1, 28, 28]
  forward(x: Variable): Variable {
    const [mean] = this.encode(x);
    return F.sigmoid(this.decode(mean));
  }

  // A model with a loss of its own trains on that, instead of on the labels.
  loss(x: Variable): Variable {
    const [mean, lnVar] = this.encode(x);
    const z = F.gaussian(mean, lnVar);
    const image = x.reshape(x.shape[0]!, 784);
    const reconstruction = F.bernoulliNll(image, this.decode(z)).div(x.shape[0]!);
    return reconstruction.add(F.gaussianKlDivergence(mean, lnVar).div(x.shape[0]!));
  }
}
