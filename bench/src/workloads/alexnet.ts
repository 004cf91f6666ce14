import { AlexNet } from '@chainer/examples/networks';
import { functions as F, xp } from 'chainer';
import { measure } from '../measure.ts';
import { trainer } from '../train.ts';

/** Batch 32 at 224×224: forward alone, recording the graph as the peers do, and a training step. */
export async function alexnet(): Promise<void> {
  const model = new AlexNet();
  const x = xp.random.rand(32, 3, 224, 224).astype('float32');
  const t = xp.random.randint(0, { high: 1000, size: [32] }).astype('int32');
  await measure('alexnet b32 fwd', () => model.forward(x).array.at(0, 0).itemSync(), 1, 3);
  await measure(
    'alexnet b32 train',
    trainer(model, () => F.softmaxCrossEntropy(model.forward(x), t)),
    1,
    3,
  );
}
