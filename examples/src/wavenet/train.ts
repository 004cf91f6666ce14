import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { iterators, links as L, optimizers, serializers, training } from 'chainer';
import { splitDatasetRandom } from 'chainer/datasets';
import { compiled } from '../compiled.ts';
import { Dice } from '../dice.ts';
import { example, train } from '../example.ts';
import { count, real, text, trained } from '../flags.ts';
import { type Cutting, conditionOf, frames, loadSound } from './clips.ts';
import { generate } from './generate.ts';
import { MuLaw } from './mu-law.ts';
import { UpsampleNet, Vocoder, WaveNet } from './net.ts';
import { writeTones } from './tones.ts';
import { writeWav } from './wav.ts';

const { DumpGraph, Evaluator, LogReport, PlotReport, PrintReport, ProgressBar, snapshot } =
  training.extensions;

/** The sounds below a folder, or tones. */
async function sounds(folder: string | null, out: string, generated: number): Promise<string[]> {
  if (folder === null) {
    console.log('No --dataset: tones made by this program.');
    return writeTones(join(out, 'tones'), generated, 0.5);
  }
  const names = await readdir(folder, { recursive: true });
  const files = names.filter((name) => /\.wav$/i.test(name)).sort();
  if (files.length < 2)
    throw new Error(`--dataset ${folder} has ${files.length} .wav files; it takes 2 at least`);
  return files.map((name) => join(folder, name));
}

export const wavenet = example(
  'wavenet',
  'sound from its spectrogram, sample by sample: dilated convolutions, and queues that make generating fast',
  {
    ...trained(100, 4, { epoch: 12 }),
    alpha: real(1e-4, "Adam's rate", { quick: 3e-3 }),
    length: count(7680, `samples of a clip, a multiple of ${frames.hop}`, { short: 'l', quick: 512 }),
    dataset: text<string | null>(null, 'sounds (*.wav, also in folders below), as the VCTK corpus', {
      short: 'i',
      hint: 'FOLDER',
    }),
    n_loop: count(4, 'how often the dilations begin anew', { quick: 1 }),
    n_layer: count(10, 'layers of each, with dilations 1, 2, 4 …', { quick: 5 }),
    a_channels: count(256, 'levels of a sample', { quick: 32 }),
    r_channels: count(64, 'channels from layer to layer', { quick: 16 }),
    s_channels: count(256, 'channels of what the layers contribute', { quick: 32 }),
    snapshot_interval: count(10_000, 'iterations from snapshot to snapshot', { quick: 60 }),
    display_interval: count(100, 'iterations from line to line', { quick: 20 }),
    process: count(1, 'threads that load sounds'),
    prefetch: count(8, 'batches that they load ahead'),
    generated: count(200, 'generated tones, where there is no data', { quick: 24 }),
    input: text<string | null>(null, 'a sound whose spectrogram is made sound again, instead of training'),
    model: text<string | null>(null, 'weights for that (model.npz)', { short: 'm' }),
    output: text('generated.wav', 'where that goes, below --out'),
  },
  async (options) => {
    const { out, length, a_channels: levels, r_channels: residual } = options;
    if (length % frames.hop !== 0)
      throw new Error(`--length must be a multiple of ${frames.hop}, got ${length}`);
    if ((options.input === null) !== (options.model === null))
      throw new Error(
        '--input and --model go together: the sound to make anew, and the weights to do it with',
      );
    const network = new Vocoder(
      new UpsampleNet(options.n_loop * options.n_layer, residual, frames.bands),
      new WaveNet(options.n_loop, options.n_layer, levels, residual, options.s_channels),
    );
    const sing = async (file: string, seconds: number) => {
      const sound = (await loadSound(file)).subarray(0, seconds * frames.rate);
      const made = generate(network, conditionOf(sound), new Dice(options.seed));
      const samples = new MuLaw(levels).amplitudes(made);
      const output = join(out, options.output);
      await mkdir(out, { recursive: true });
      await writeFile(output, writeWav({ samples, rate: frames.rate }));
      console.log(`Written to ${output}: ${(samples.length / frames.rate).toFixed(2)} s after ${file}`);
      return samples.length;
    };
    if (options.input !== null && options.model !== null) {
      await serializers.loadNpz(options.model, network);
      return { samples: await sing(options.input, Number.POSITIVE_INFINITY) };
    }

    const files = await sounds(options.dataset, out, options.generated);
    const clips = (part: { slice(): string[] }, seed: number) => {
      const cutting: Cutting = { files: part.slice(), length, levels, seed };
      return { module: compiled('clips.js', import.meta.url), export: 'clips', args: [cutting] };
    };
    const [learn, test] = splitDatasetRandom(files, Math.floor(files.length * 0.9), { seed: options.seed });
    const workers = { nProcesses: options.process, nPrefetch: options.prefetch };
    const model = new L.Classifier(network);
    const updater = new training.StandardUpdater(
      new iterators.MultiprocessIterator(clips(learn, options.seed), options.batchsize, workers),
      new optimizers.Adam({ alpha: options.alpha }).setup(model),
    );
    const trainer = new training.Trainer(updater, { stopTrigger: [options.epoch, 'epoch'], out });
    const testIterator = new iterators.MultiprocessIterator(clips(test, options.seed), options.batchsize, {
      ...workers,
      repeat: false,
      shuffle: false,
    });
    const often = { trigger: [options.display_interval, 'iteration'] } as const;
    const rarely = { trigger: [options.snapshot_interval, 'iteration'] } as const;
    trainer.extend(new Evaluator(testIterator, model));
    trainer.extend(new DumpGraph('main/loss'));
    trainer.extend(snapshot({ nRetains: 1 }), rarely);
    trainer.extend(new LogReport(often));
    trainer.extend(
      new PrintReport([
        'epoch',
        'iteration',
        'main/loss',
        'main/accuracy',
        'validation/main/loss',
        'validation/main/accuracy',
      ]),
      often,
    );
    for (const name of ['loss', 'accuracy'])
      trainer.extend(
        new PlotReport([`main/${name}`, `validation/main/${name}`], {
          xKey: 'iteration',
          filename: `${name}.png`,
        }),
        often,
      );
    trainer.extend(new ProgressBar({ updateInterval: 10 }));
    const figures = await train(trainer, options, ['main/loss', 'main/accuracy']);
    await serializers.saveNpz(join(out, 'model.npz'), network);
    // A taste of it: a tenth of a second.
    await sing(files[0] as string, 0.1);
    return figures;
  },
);
