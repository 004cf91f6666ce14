import { type datasets, iterators, links as L, optimizerHooks, optimizers, training } from 'chainer';
import { example, lossAndAccuracy, train } from '../example.ts';
import { choice, count, real, toggle, trained } from '../flags.ts';
import { shapes } from './shapes.ts';
import { VGG } from './vgg.ts';

const { Evaluator, DumpGraph, ExponentialShift, LogReport, PrintReport, ProgressBar, snapshot } =
  training.extensions;

type Pictures = [datasets.TupleDataset, datasets.TupleDataset];

/** CIFAR-10 or CIFAR-100, or shapes where it cannot be had. */
async function load(classes: 10 | 100, generated: number): Promise<Pictures> {
  if (generated === 0) {
    const { getCifar10, getCifar100 } = await import('chainer/datasets');
    try {
      return (await (classes === 10 ? getCifar10() : getCifar100())) as Pictures;
    } catch (error) {
      console.log(`CIFAR is not available: ${(error as Error).message}`);
    }
  }
  console.log('Training on shapes drawn by this program instead.');
  const n = generated || 20_000;
  return [shapes(1, n), shapes(2, Math.ceil(n / 4))];
}

export const cifar = example(
  'cifar',
  'small pictures in ten classes: a VGG-style network with batch normalization and dropout',
  {
    ...trained(300, 64, { epoch: 5, batchsize: 25 }),
    dataset: choice('cifar10', ['cifar10', 'cifar100'], 'data'),
    learnrate: real(0.05, 'learning rate at the start', { short: 'l', quick: 0.02 }),
    small: toggle('two narrow stages instead of five (as with --quick)'),
    early: toggle('stop when the test loss falls no more'),
    generated: count(0, 'train on so many drawn shapes (0: the data)', { least: 0, quick: 800 }),
  },
  async (options) => {
    const classes = options.dataset === 'cifar10' ? 10 : 100;
    const [learn, test] = await load(classes, options.generated);
    const small = options.small || options.generated > 0;
    const stages = [
      [16, 2],
      [32, 2],
    ] as const;
    const model = new L.Classifier(small ? new VGG(classes, stages, 64, 0.1) : new VGG(classes));
    const optimizer = new optimizers.MomentumSGD({ lr: options.learnrate }).setup(model);
    optimizer.addHook(new optimizerHooks.WeightDecay(5e-4));
    const updater = new training.StandardUpdater(
      new iterators.SerialIterator(learn, options.batchsize),
      optimizer,
    );
    const stopTrigger = options.early
      ? new training.triggers.EarlyStoppingTrigger({
          monitor: 'validation/main/loss',
          patience: 3,
          maxTrigger: [options.epoch, 'epoch'],
        })
      : ([options.epoch, 'epoch'] as const);
    const trainer = new training.Trainer(updater, { stopTrigger, out: options.out });
    const testIterator = new iterators.SerialIterator(test, options.batchsize, {
      repeat: false,
      shuffle: false,
    });
    trainer.extend(new Evaluator(testIterator, model));
    // Half the learning rate every 25 epochs.
    trainer.extend(new ExponentialShift('lr', 0.5), { trigger: [25, 'epoch'] });
    trainer.extend(new DumpGraph('main/loss'));
    trainer.extend(snapshot({ nRetains: 1 }));
    trainer.extend(new LogReport());
    trainer.extend(new PrintReport([...lossAndAccuracy, 'elapsed_time']));
    trainer.extend(new ProgressBar({ updateInterval: 10 }));
    return await train(trainer, options, ['main/loss', 'validation/main/accuracy']);
  },
);
