import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  functions as F,
  iterators,
  links as L,
  type Link,
  optimizers,
  report,
  serializers,
  training,
  usingConfig,
  type Variable,
  xp,
} from 'chainer';
import { compiled } from '../compiled.ts';
import { example, train } from '../example.ts';
import { choice, count, text, toggle, trained } from '../flags.ts';
import type { Cropping } from './cropped.ts';
import { drawPictures } from './drawn-pictures.ts';
import { meanPicture } from './mean.ts';
import { Alex, GoogLeNet, GoogLeNetBN, NIN, ResNet50, ResNeXt50, SmallResNet } from './networks/index.ts';

const { DumpGraph, Evaluator, LogReport, PrintReport, ProgressBar, observeLr, snapshot, snapshotObject } =
  training.extensions;

interface Network extends Link {
  forward(x: xp.NdArray): Variable;
}

const archs = {
  alex: Alex,
  googlenet: GoogLeNet,
  googlenetbn: GoogLeNetBN,
  nin: NIN,
  resnet50: ResNet50,
  resnext50: ResNeXt50,
  small: SmallResNet,
} as const satisfies Record<string, { new (): Network; readonly insize: number }>;

const archNames = Object.keys(archs) as (keyof typeof archs)[];

/** The losses of the classifiers within a GoogLeNet count three tenths. */
class BranchedClassifier extends L.Classifier {
  override forward(x: xp.NdArray, t: xp.NdArray): Variable {
    const [y, ...inner] = (this.predictor as GoogLeNet | GoogLeNetBN).scores(x);
    const losses = inner.map((scores) => F.softmaxCrossEntropy(scores, t));
    const last = F.softmaxCrossEntropy(y, t);
    const loss = losses.length === 0 ? last : F.add(F.mul(F.add(...losses), 0.3), last);
    losses.forEach((own, i) => {
      report({ [`loss${i + 1}`]: own }, this);
    });
    report({ loss, loss3: last, accuracy: F.accuracy(y, t) }, this);
    return loss;
  }
}

/** The pictures: those of the lists, or drawn shapes written as files. */
async function lists(
  options: {
    train: string | null;
    val: string | null;
    root: string;
    generated: number;
    out: string;
    seed: number;
  },
  side: number,
): Promise<{ learn: string; test: string; root: string; drawn: boolean }> {
  if (options.train !== null && options.val !== null)
    return { learn: options.train, test: options.val, root: options.root, drawn: false };
  if (options.train !== null || options.val !== null)
    throw new Error('--train and --val go together: lists of the pictures to learn and to be tested with');
  console.log('No --train and --val: shapes drawn by this program, written as pictures.');
  const root = join(options.out, 'pictures');
  const n = options.generated;
  const learn = await drawPictures(root, 'train', { seed: options.seed + 1, n, side });
  const test = await drawPictures(root, 'val', { seed: options.seed + 2, n: Math.ceil(n / 4), side });
  return { learn, test, root, drawn: true };
}

export const imagenet = example(
  'imagenet',
  'photographs in a thousand classes: AlexNet, GoogLeNet, ResNet …; worker threads load and crop the pictures',
  {
    ...trained(10, 32, { epoch: 6 }),
    train: text<string | null>(null, 'list of pictures to learn: lines of a path and a label'),
    val: text<string | null>(null, 'list of pictures to be tested with'),
    root: text('.', 'folder of the pictures', { short: 'R', hint: 'FOLDER' }),
    arch: choice('nin', archNames, 'network', { short: 'a', quick: 'small' }),
    dtype: choice('float32', ['float16', 'float32', 'float64'], 'numbers of the pictures and the network'),
    initmodel: text<string | null>(null, 'weights to begin with (.npz)'),
    mean: text<string | null>(null, 'mean picture (.npy); of the pictures to learn where left out', {
      short: 'm',
    }),
    'compute-mean': toggle('compute the mean picture, write it, and do nothing else'),
    loaderjob: count(2, 'threads that load pictures', { short: 'j' }),
    val_batchsize: count(250, 'pictures of a batch of the test', { quick: 32 }),
    generated: count(2000, 'drawn pictures, where there are no lists', { quick: 320 }),
    test: toggle('test and print after every iteration, to try things out'),
  },
  async (options) => {
    const { out, dtype } = options;
    await mkdir(out, { recursive: true });
    const Network = archs[options.arch];
    const side = Network.insize;
    // Photographs come as 256 × 256, of which 224 × 224 are cut out.
    const data = await lists(options, Math.ceil((side * 256) / 224));
    const mean = options.mean ?? join(out, 'mean.npy');
    if (options.mean === null || options['compute-mean']) {
      xp.save(mean, await meanPicture(data.learn, data.root));
      console.log(`Mean picture of ${data.learn}: ${mean}`);
      if (options['compute-mean']) return { mean: Number((xp.load(mean) as xp.NdArray).mean().itemSync()) };
    }
    const network: Network = usingConfig('dtype', dtype, () => new Network());
    if (options.initmodel !== null) await serializers.loadNpz(options.initmodel, network);
    const model =
      network instanceof GoogLeNet || network instanceof GoogLeNetBN
        ? new BranchedClassifier(network)
        : new L.Classifier(network);

    // Threads read, decode and crop the pictures while this one computes.
    const pictures = (list: string, seed: number | null) => {
      const cropping: Cropping = { list, root: data.root, mean, side, dtype, seed };
      return { module: compiled('cropped.js', import.meta.url), export: 'cropped', args: [cropping] };
    };
    const workers = { nProcesses: options.loaderjob };
    const iterator = new iterators.MultiprocessIterator(
      pictures(data.learn, options.seed),
      options.batchsize,
      workers,
    );
    const testIterator = new iterators.MultiprocessIterator(
      pictures(data.test, null),
      options.val_batchsize,
      {
        ...workers,
        repeat: false,
        shuffle: false,
      },
    );
    const optimizer = new optimizers.MomentumSGD({ lr: 0.01, momentum: 0.9 }).setup(model);
    const updater = new training.StandardUpdater(iterator, optimizer);
    const trainer = new training.Trainer(updater, { stopTrigger: [options.epoch, 'epoch'], out });

    const every = (iterations: number) => {
      if (options.test) return { trigger: [1, 'iteration'] as const };
      return { trigger: data.drawn ? ([1, 'epoch'] as const) : ([iterations, 'iteration'] as const) };
    };
    const [rarely, often] = [every(100_000), every(1000)];
    trainer.extend(new Evaluator(testIterator, model), rarely);
    trainer.extend(new DumpGraph('main/loss'));
    trainer.extend(snapshot({ nRetains: 1 }), rarely);
    trainer.extend(snapshotObject(network, 'model_iter_{.updater.iteration}'), rarely);
    trainer.extend(new LogReport(often));
    trainer.extend(observeLr(), often);
    trainer.extend(
      new PrintReport([
        'epoch',
        'iteration',
        'main/loss',
        'validation/main/loss',
        'main/accuracy',
        'validation/main/accuracy',
        'lr',
      ]),
      often,
    );
    trainer.extend(new ProgressBar({ updateInterval: 10 }));
    return await train(trainer, options, ['main/loss', 'validation/main/accuracy']);
  },
);
