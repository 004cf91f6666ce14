import { type datasets, iterators, optimizers, serializers, staticGraph, training } from 'chainer';
import { getMnist } from 'chainer/datasets';
import { example, lossAndAccuracy, train } from '../example.ts';
import { choice, count, text, toggle, trained } from '../flags.ts';
import { customLoop } from './custom-loop.ts';
import { drawnDigits } from './drawn-digits.ts';
import { type CNN, classifier, type MLP } from './models.ts';
import { parallelUpdater } from './parallel.ts';

const {
  Evaluator,
  DumpGraph,
  ExponentialShift,
  FailOnNonNumber,
  LogReport,
  PlotReport,
  PrintReport,
  ProgressBar,
  snapshot,
} = training.extensions;

type Digits = [datasets.TupleDataset, datasets.TupleDataset];

/** MNIST, or drawn digits where it cannot be had. */
export async function loadDigits(ndim: 1 | 3, quick: number | null = null): Promise<Digits> {
  if (quick !== null) return drawnDigits({ ndim, train: quick, test: 200 });
  try {
    return (await getMnist({ ndim })) as Digits;
  } catch (error) {
    console.log(`MNIST is not available: ${(error as Error).message}`);
    console.log(
      'Training on drawn digits instead: strokes rendered by this program, with random distortions.',
    );
    return drawnDigits({ ndim });
  }
}

/** Digits of a quick form; null: all there are. */
export const digits = (quick: number) =>
  count(0, 'train on so many drawn digits (0: all of MNIST)', { least: 0, quick });

export const mnist = example(
  'mnist',
  'a perceptron or a small CNN that reads digits: Trainer, extensions, snapshots',
  {
    model: choice('mlp', ['mlp', 'cnn'], 'network', { short: 'm' }),
    ...trained(10, 100, { epoch: 3, batchsize: 50 }),
    unit: count(0, 'units of the hidden layers (0: mlp 1000, cnn 500)', { short: 'u', least: 0, quick: 100 }),
    drawn: digits(1000),
    static: toggle('record the network once, and replay it'),
    devices: text<string | null>(null, 'split each batch among devices: cuda:0,cuda:1 …', { hint: 'NAMES' }),
    processes: count(1, 'split each batch among so many threads'),
    loop: toggle('a loop that is written out, instead of the Trainer'),
    noplot: toggle('draw no plots'),
  },
  async (options) => {
    const { model: kind, batchsize, epoch, out } = options;
    const unit = options.unit || (kind === 'mlp' ? 1000 : 500);
    const [trainSet, testSet] = await loadDigits(kind === 'mlp' ? 1 : 3, options.drawn || null);
    console.log(
      `Model: ${kind}, ${unit} units; batch size ${batchsize}, ${epoch} epochs, seed ${options.seed}`,
    );
    const model = classifier(kind, unit);
    if (options.static) {
      const network = model.predictor as MLP | CNN;
      network.forward = staticGraph(network.forward.bind(network));
    }
    const optimizer = new optimizers.Adam().setup(model);
    const trainIterator = new iterators.SerialIterator(trainSet, batchsize);
    const testIterator = new iterators.SerialIterator(testSet, batchsize, { repeat: false, shuffle: false });
    if (options.loop) return await customLoop(model, optimizer, trainIterator, testIterator, epoch);
    const updater = parallelUpdater(trainIterator, optimizer, options, [kind, unit]);
    const trainer = new training.Trainer(updater, { stopTrigger: [epoch, 'epoch'], out });

    trainer.extend(new Evaluator(testIterator, model, { device: updater.device }));
    // Smaller steps towards the end: the last epochs settle instead of jumping about.
    trainer.extend(new ExponentialShift('alpha', 0.8), { trigger: [1, 'epoch'] });
    trainer.extend(new FailOnNonNumber(), { trigger: [1, 'epoch'] });
    trainer.extend(new DumpGraph('main/loss'));
    trainer.extend(new LogReport());
    if (!options.noplot)
      for (const name of ['loss', 'accuracy'])
        trainer.extend(
          new PlotReport([`main/${name}`, `validation/main/${name}`], {
            xKey: 'epoch',
            filename: `${name}.png`,
          }),
        );
    trainer.extend(new PrintReport([...lossAndAccuracy, 'elapsed_time']));
    trainer.extend(new ProgressBar({ updateInterval: 10 }));
    // Weights hardly compress: storing them as they are takes a tenth of the time.
    const savefun = (file: string, object: serializers.SaveableObject) =>
      serializers.saveNpz(file, object, { compression: false });
    trainer.extend(snapshot({ savefun, nRetains: 2 }));
    const figures = await train(trainer, options, ['main/loss', 'validation/main/accuracy']);
    console.log(
      `Written to ${out}/: log, cg.dot,${options.noplot ? '' : ' loss.png, accuracy.png,'} snapshots`,
    );
    return figures;
  },
);
