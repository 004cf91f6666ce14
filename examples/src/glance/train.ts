import { readFile } from 'node:fs/promises';
import { functions as F, iterators, links as L, optimizers, repeat, Sequential, training, xp } from 'chainer';
import { splitDatasetRandom, TupleDataset } from 'chainer/datasets';
import { Dice } from '../dice.ts';
import { example, train } from '../example.ts';
import { count, text, trained } from '../flags.ts';

const { Evaluator, LogReport, PlotReport, PrintReport } = training.extensions;

/** Records of letters, the first of them the class (`p`oisonous or `e`dible): the form of the mushroom data. */
async function records(file: string | null, generated: number): Promise<string[][]> {
  if (file !== null)
    return (await readFile(file, 'utf8'))
      .split(/\r?\n/)
      .filter((line) => line !== '')
      .map((line) => line.split(','));
  console.log('No --data: mushrooms of an invented kind, poisonous by smell and colour of the spores.');
  const dice = new Dice(1);
  return Array.from({ length: generated }, () => {
    const [smell, spores, cap, ring] = ['anf', 'bkw', 'xfb', 'op'].map((letters) => dice.pick([...letters]));
    const poisonous = smell === 'f' || (smell === 'n' && spores === 'w');
    return [poisonous ? 'p' : 'e', smell, spores, cap, ring] as string[];
  });
}

/** One number for each letter of each column, as the original example counts them. */
function numbers(rows: readonly (readonly string[])[]): TupleDataset {
  const columns = (rows[0] as readonly string[]).length - 1;
  const letters = Array.from({ length: columns }, (_, i) => [...new Set(rows.map((r) => r[i + 1]))].sort());
  const x = Float32Array.from(
    rows.flatMap((row) => letters.map((known, i) => known.indexOf(row[i + 1] as string))),
  );
  const t = Int32Array.from(rows.map((row) => (row[0] === 'p' ? 1 : 0)));
  return new TupleDataset(
    xp.array(x, { shape: [rows.length, columns] }),
    xp.array(t, { shape: [rows.length, 1] }),
  );
}

export const glance = example(
  'glance',
  'the first look: data, a Sequential network, an optimizer, a trainer, a plot',
  {
    ...trained(20, 100, { epoch: 15, batchsize: 20 }),
    unit: count(44, 'units of the hidden layers', { short: 'u' }),
    data: text<string | null>(null, 'comma-separated letters, the class first (agaricus-lepiota.data)'),
    generated: count(8000, 'generated records, where there is no file', { quick: 600 }),
  },
  async (options) => {
    const data = numbers(await records(options.data, options.generated));
    const [learn, test] = splitDatasetRandom(data, Math.floor(0.7 * data.length), { seed: options.seed });
    const network = new Sequential(
      repeat(new Sequential(new L.Linear(null, options.unit), F.relu), 2),
      new L.Linear(null, 1),
    );
    const model = new L.Classifier(network, { lossfun: F.sigmoidCrossEntropy, accfun: F.binaryAccuracy });
    const optimizer = new optimizers.SGD({ lr: 0.1 }).setup(model);
    const updater = new training.StandardUpdater(
      new iterators.SerialIterator(learn, options.batchsize),
      optimizer,
    );
    const trainer = new training.Trainer(updater, {
      stopTrigger: [options.epoch, 'epoch'],
      out: options.out,
    });
    const testIterator = new iterators.SerialIterator(test, options.batchsize, {
      repeat: false,
      shuffle: false,
    });
    trainer.extend(new Evaluator(testIterator, model));
    trainer.extend(new LogReport());
    trainer.extend(
      new PlotReport(['main/loss', 'validation/main/loss'], { xKey: 'epoch', filename: 'loss.png' }),
    );
    trainer.extend(
      new PrintReport(['epoch', 'main/loss', 'validation/main/loss', 'validation/main/accuracy']),
    );
    return await train(trainer, options, ['main/loss', 'validation/main/accuracy']);
  },
);
