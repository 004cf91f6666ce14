import { ChainList, functions as F, links as L, optimizers, type Variable, xp } from 'chainer';
import { measure } from '../measure.ts';
import { trainer } from '../train.ts';

/** Fully connected layers with ReLU between them. */
class MLP extends ChainList {
  private readonly layers: L.Linear[];

  constructor(...units: number[]) {
    const layers = units.slice(1).map((n, i) => new L.Linear(units[i] as number, n));
    super(...layers);
    this.layers = layers;
  }

  forward(x: Variable | xp.NdArray): Variable {
    let h = x;
    this.layers.forEach((layer, i) => {
      h = layer.forward(h);
      if (i + 1 < this.layers.length) h = F.relu(h);
    });
    return h as Variable;
  }
}

function step(units: readonly number[], batch: number): () => unknown {
  const model = new MLP(...units);
  const x = xp.random.rand(batch, units[0] as number).astype('float32');
  const t = xp.random.randint(0, { high: units.at(-1) as number, size: [batch] }).astype('int32');
  return trainer(model, () => F.softmaxCrossEntropy(model.forward(x), t), new optimizers.Adam());
}

/** The MNIST example's network. */
export async function mlp(): Promise<void> {
  await measure('mlp784-1000-1000-10 b100 adam', step([784, 1000, 1000, 10], 100), 10, 50);
}

/** Tiny layers: what the framework itself costs. */
export async function mlpSmall(): Promise<void> {
  await measure('mlp4-50-50-2 b32 adam', step([4, 50, 50, 2], 32), 50, 500);
}
