import { ResNet50 } from '@chainer/examples/networks';
import { functions as F, noBackpropMode, usingConfig, xp } from 'chainer';
import { measure, print } from '../measure.ts';
import { trainer } from '../train.ts';

/** Batch 8 at 224×224: prediction, a training step with the batch's statistics, and the peak of the process's memory. */
export async function resnet50(): Promise<void> {
  const model = new ResNet50();
  const x = xp.random.rand(8, 3, 224, 224).astype('float32');
  const t = xp.random.randint(0, { high: 1000, size: [8] }).astype('int32');
  const infer = () =>
    usingConfig('train', false, () => noBackpropMode(() => model.forward(x)))
      .array.at(0, 0)
      .itemSync();
  await measure('resnet50 b8 infer', infer, 1, 3);
  await measure(
    'resnet50 b8 train',
    trainer(model, () => F.softmaxCrossEntropy(model.forward(x), t)),
    1,
    3,
  );
  print({
    name: 'resnet50 b8 train peak RSS',
    MB: Math.floor(process.resourceUsage().maxRSS / 1024),
  });
}
