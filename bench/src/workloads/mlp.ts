import { functions as F, optimizers, xp } from 'chainer';
import { measure } from '../measure.ts';
import { MLP } from '../mlp.ts';
import { trainer } from '../train.ts';

/** A training step of such a network with Adam. */
export function mlpStep(units: readonly number[], batch: number): () => unknown {
  const model = new MLP(...units);
  const x = xp.random.rand(batch, units[0] as number).astype('float32');
  const t = xp.random.randint(0, { high: units.at(-1) as number, size: [batch] }).astype('int32');
  return trainer(model, () => F.softmaxCrossEntropy(model.forward(x), t), new optimizers.Adam());
}

/** The MNIST example's network. */
export async function mlp(): Promise<void> {
  await measure('mlp784-1000-1000-10 b100 adam', mlpStep([784, 1000, 1000, 10], 100), 10, 50);
}

/** Tiny layers: what the framework itself costs. */
export async function mlpSmall(): Promise<void> {
  await measure('mlp4-50-50-2 b32 adam', mlpStep([4, 50, 50, 2], 32), 50, 500);
}
