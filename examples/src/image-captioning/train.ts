import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { iterators, optimizers, serializers, training, xp } from 'chainer';
import { compiled } from '../compiled.ts';
import { example, train } from '../example.ts';
import { choice, count, real, text, toggle } from '../flags.ts';
import { type Captioned, captions, picture, readCaptions, vocabularyOf, words } from './coco.ts';
import { LSTMLanguageModel, NStepLanguageModel } from './language.ts';
import { ImageCaptionModel, SmallFeatures, VGG16Features } from './model.ts';
import { drawScenes } from './scenes.ts';

const { Evaluator, LogReport, PlotReport, PrintReport, ProgressBar, snapshot, snapshotObject } =
  training.extensions;

export const imageCaptioning = example(
  'image_captioning',
  'says what is on a picture: features of VGG16, and an LSTM that starts from them',
  {
    'mscoco-root': text<string | null>(
      null,
      'MSCOCO 2014: annotations/captions_train2014.json, train2014/ …',
      {
        hint: 'FOLDER',
      },
    ),
    'max-iters': count(50_000, 'iterations to train', { quick: 240 }),
    batchsize: count(128, 'examples of a batch', { short: 'b', quick: 20 }),
    resume: text<string | null>(null, 'go on from a snapshot', { short: 'r' }),
    rnn: choice('nsteplstm', ['nsteplstm', 'lstm'], 'the layer that speaks'),
    features: choice('vgg16', ['vgg16', 'small'], 'the network that sees', { quick: 'small' }),
    finetune: toggle('train VGG16, too (the small one always learns)'),
    unit: count(512, 'units of the LSTM', { short: 'u', quick: 64 }),
    'dropout-ratio': real(0.5, 'share that the LSTM drops', { quick: 0.1 }),
    alpha: real(0.001, "Adam's rate", { quick: 0.004 }),
    'unk-threshold': count(5, 'how often a word must occur to be known'),
    'max-caption-length': count(30, 'words of a caption at most'),
    'val-keep-quantity': count(100, 'every so many captions are tested', { quick: 1 }),
    'val-iter': count(100, 'iterations from test to test', { quick: 120 }),
    'log-iter': count(1, 'iterations from line to line', { quick: 40 }),
    'snapshot-iter': count(1000, 'iterations from snapshot to snapshot', { quick: 240 }),
    loaderjob: count(2, 'threads that load pictures', { short: 'j' }),
    generated: count(2000, 'drawn scenes, where there is no data', { quick: 300 }),
    img: text<string | null>(null, 'say what is on this picture, instead of training'),
    'img-dir': text<string | null>(null, 'the same, for the pictures of a folder', { hint: 'FOLDER' }),
    model: text<string | null>(null, 'weights for that (result/model_50000)', { short: 'm' }),
  },
  async (options) => {
    const { out } = options;
    const longest = options['max-caption-length'];
    const root = options['mscoco-root'] ?? join(out, 'scenes');
    if (options['mscoco-root'] === null) {
      console.log('No --mscoco-root: scenes drawn by this program.');
      await drawScenes(root, 'train', 1, options.generated);
      await drawScenes(root, 'val', 2, Math.ceil(options.generated / 5));
    }
    const learn = await readCaptions(root, 'train');
    const vocabulary = vocabularyOf(learn, options['unk-threshold']);
    const dropout = options['dropout-ratio'];
    const small = options.features === 'small';
    const network = new ImageCaptionModel(
      small ? new SmallFeatures() : new VGG16Features(),
      options.rnn === 'lstm'
        ? new LSTMLanguageModel(vocabulary.size, options.unit, dropout, longest)
        : new NStepLanguageModel(vocabulary.size, options.unit, dropout),
      small || options.finetune,
    );
    const { side } = small ? SmallFeatures : VGG16Features;
    const say = async (files: readonly string[]) => {
      const x = xp.stack(await Promise.all(files.map((file) => picture(file, side))));
      return network.predict(x, longest).map((ids) => ids.map((id) => vocabulary.word(id)));
    };

    if (options.img !== null || options['img-dir'] !== null) {
      if (options.model === null) throw new Error('--img and --img-dir take the weights of --model');
      await serializers.loadNpz(options.model, network);
      const folder = options['img-dir'];
      const names =
        folder === null ? [] : (await readdir(folder)).filter((name) => /\.(png|jpe?g)$/i.test(name));
      const files = [
        ...names.sort().map((name) => join(folder as string, name)),
        ...(options.img === null ? [] : [options.img]),
      ];
      if (files.length === 0) throw new Error(`--img-dir ${folder} has no .png and .jpg`);
      for (const file of files) console.log(`${basename(file)}: ${(await say([file]))[0]?.join(' ')}`);
      return { pictures: files.length };
    }
    console.log(`${learn.length} captions, ${vocabulary.size} words`);

    // Threads read, decode and scale the pictures while this one computes.
    const loaded = (list: readonly Captioned[]) => ({
      module: compiled('coco.js', import.meta.url),
      export: captions.name,
      args: [{ captions: list, known: vocabulary.words, side }],
    });
    const workers = { nProcesses: options.loaderjob };
    const test = (await readCaptions(root, 'val')).filter((_, i) => i % options['val-keep-quantity'] === 0);
    const testIterator = new iterators.MultiprocessIterator(loaded(test), options.batchsize, {
      ...workers,
      repeat: false,
      shuffle: false,
    });
    // Captions have different lengths, so they stay a list.
    const converter = (batch: readonly (readonly [xp.NdArray, xp.NdArray])[]) => [
      xp.stack(batch.map(([x]) => x)),
      batch.map(([, caption]) => caption),
    ];
    const updater = new training.StandardUpdater(
      new iterators.MultiprocessIterator(loaded(learn), options.batchsize, workers),
      new optimizers.Adam({ alpha: options.alpha }).setup(network),
      { converter },
    );
    const trainer = new training.Trainer(updater, { stopTrigger: [options['max-iters'], 'iteration'], out });
    const often = { trigger: [options['log-iter'], 'iteration'] } as const;
    const rarely = { trigger: [options['snapshot-iter'], 'iteration'] } as const;
    trainer.extend(new Evaluator(testIterator, network, { converter }), {
      trigger: [options['val-iter'], 'iteration'],
    });
    trainer.extend(new LogReport(often));
    trainer.extend(
      new PlotReport(['main/loss', 'validation/main/loss'], { xKey: 'iteration', filename: 'loss.png' }),
      often,
    );
    trainer.extend(
      new PrintReport(['elapsed_time', 'epoch', 'iteration', 'main/loss', 'validation/main/loss']),
      often,
    );
    trainer.extend(snapshot({ nRetains: 1 }), rarely);
    trainer.extend(snapshotObject(network, 'model_{.updater.iteration}'), rarely);
    trainer.extend(new ProgressBar({ updateInterval: 10 }));
    const figures = await train(trainer, options, ['main/loss', 'validation/main/loss']);

    const some = test.slice(0, 60);
    const said = await say(some.map(({ file }) => file));
    some.slice(0, 3).forEach(({ file }, i) => {
      console.log(`${basename(file)}: ${said[i]?.join(' ')}`);
    });
    const right = some.filter(({ caption }, i) => words(caption).join(' ') === said[i]?.join(' '));
    return { ...figures, right: right.length / some.length };
  },
);
