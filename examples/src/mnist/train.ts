import { type datasets, iterators, links as L, optimizers, serializers, training, xp } from 'chainer';
import { getMnist } from 'chainer/datasets';
import { drawnDigits } from './drawn-digits.ts';
import { CNN, MLP } from './models.ts';
import { type Options, readOptions, usage } from './options.ts';

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

/** MNIST, or drawn digits where it cannot be had. */
async function loadData(ndim: 1 | 3): Promise<[datasets.TupleDataset, datasets.TupleDataset]> {
  try {
    return (await getMnist({ ndim })) as [datasets.TupleDataset, datasets.TupleDataset];
  } catch (error) {
    console.log(`MNIST is not available: ${(error as Error).message}`);
    console.log(
      'Training on drawn digits instead: strokes rendered by this program, with random distortions.',
    );
    return drawnDigits({ ndim });
  }
}

/** Builds the trainer that the command line describes. */
export async function buildTrainer(options: Options): Promise<training.Trainer> {
  xp.random.seed(options.seed);
  const [train, test] = await loadData(options.model === 'mlp' ? 1 : 3);
  const model = new L.Classifier(
    options.model === 'mlp' ? new MLP(options.unit, 10) : new CNN(options.unit, 10),
  );
  const optimizer = new optimizers.Adam().setup(model);
  const trainIterator = new iterators.SerialIterator(train, options.batchsize);
  const testIterator = new iterators.SerialIterator(test, options.batchsize, {
    repeat: false,
    shuffle: false,
  });
  const updater = new training.StandardUpdater(trainIterator, optimizer);
  const trainer = new training.Trainer(updater, { stopTrigger: [options.epoch, 'epoch'], out: options.out });

  trainer.extend(new Evaluator(testIterator, model));
  // Smaller steps towards the end: the last epochs settle instead of jumping about.
  trainer.extend(new ExponentialShift('alpha', 0.8), { trigger: [1, 'epoch'] });
  trainer.extend(new FailOnNonNumber(), { trigger: [1, 'epoch'] });
  trainer.extend(new DumpGraph('main/loss'));
  trainer.extend(new LogReport());
  if (options.plot) {
    trainer.extend(
      new PlotReport(['main/loss', 'validation/main/loss'], { xKey: 'epoch', filename: 'loss.png' }),
    );
    trainer.extend(
      new PlotReport(['main/accuracy', 'validation/main/accuracy'], {
        xKey: 'epoch',
        filename: 'accuracy.png',
      }),
    );
  }
  trainer.extend(
    new PrintReport([
      'epoch',
      'main/loss',
      'validation/main/loss',
      'main/accuracy',
      'validation/main/accuracy',
      'elapsed_time',
    ]),
  );
  trainer.extend(new ProgressBar({ updateInterval: 10 }));
  // Weights hardly compress: storing them as they are takes a tenth of the time.
  const savefun = (file: string, object: serializers.SaveableObject) =>
    serializers.saveNpz(file, object, { compression: false });
  trainer.extend(snapshot({ savefun, nRetains: 2 }));
  return trainer;
}

async function main(args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  if (options === null) {
    process.stdout.write(usage);
    return;
  }
  if (options.device !== null) await xp.initDevices(options.device);
  console.log(`Device: ${xp.defaultDevice().name} (${xp.deviceReason()})`);
  console.log(
    `Model: ${options.model}, ${options.unit} units; batch size ${options.batchsize}, ${options.epoch} epochs, seed ${options.seed}`,
  );
  const trainer = await buildTrainer(options);
  if (options.resume !== null) {
    await serializers.loadNpz(options.resume, trainer);
    console.log(
      `Resumed from ${options.resume}: epoch ${trainer.updater.epoch}, iteration ${trainer.updater.iteration}`,
    );
  }
  await trainer.run();
  console.log(
    `Written to ${options.out}/: log, cg.dot,${options.plot ? ' loss.png, accuracy.png,' : ''} snapshots`,
  );
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(`mnist: ${(error as Error).message}`);
  if (process.env.CHAINER_DEBUG) console.error(error);
  process.exitCode = 1;
}
