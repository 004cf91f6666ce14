import {
  Chain,
  iterators,
  links as L,
  optimizerHooks,
  optimizers,
  report,
  training,
  type Variable,
  xp,
} from 'chainer';
import { example, lossAndAccuracy, train } from '../example.ts';
import { count, text, trained } from '../flags.ts';
import { sentences } from '../text/grammar.ts';
import { lines, Vocabulary, wordsOf } from '../text/vocabulary.ts';

const { Evaluator, LogReport, MicroAverage, PrintReport, ProgressBar, snapshot } = training.extensions;

/** Words and tags of a sentence, as ids. */
type Tagged = readonly [words: xp.NdArray, tags: xp.NdArray];

/** Scores of tags from the words alone, and a conditional random field that knows which tag follows which. */
class Tagger extends Chain {
  readonly feature: L.EmbedID;
  readonly crf: L.CRF1d;

  constructor(words: number, tags: number) {
    super();
    this.feature = new L.EmbedID(words, tags);
    this.crf = new L.CRF1d(tags);
  }

  override forward(xs: readonly xp.NdArray[], ys: readonly xp.NdArray[]): Variable {
    // Sentences of different lengths; `transpose` makes steps of them.
    const hs = xs.map((x) => this.feature.forward(x));
    const loss = this.crf.forward(hs, ys, { transpose: true });
    const [, guesses] = this.crf.argmax(hs, { transpose: true });
    let correct = 0;
    let total = 0;
    guesses.forEach((guess, i) => {
      const truth = ys[i] as xp.NdArray;
      correct += Number(xp.sum(xp.equal(guess, truth)).itemSync());
      total += truth.size;
    });
    report({ loss, correct, total }, this);
    return loss;
  }
}

export const pos = example(
  'pos',
  'parts of speech by a conditional random field over sentences of different lengths',
  {
    ...trained(20, 30, { epoch: 5, batchsize: 10 }),
    data: text<string | null>(null, 'tagged text, one sentence a line: the/DET cat/NOUN'),
    generated: count(3000, 'generated sentences, where there is no file', { quick: 200 }),
  },
  async (options) => {
    const [words, tags] = [new Vocabulary(['<unk>']), new Vocabulary()];
    const source: { words: readonly string[]; tags: readonly string[] }[] =
      options.data === null
        ? sentences(1, options.generated)
        : (await lines(options.data)).map((line) => {
            const pairs = wordsOf(line).map((pair) => {
              const cut = pair.lastIndexOf('/');
              if (cut < 1) throw new Error(`--data: '${pair}' is no word/TAG (in: ${line.slice(0, 60)})`);
              return [pair.slice(0, cut), pair.slice(cut + 1)] as const;
            });
            return { words: pairs.map(([w]) => w), tags: pairs.map(([, t]) => t) };
          });
    if (options.data === null) console.log('No --data: sentences of a generated language.');
    const ids = (v: Vocabulary, list: readonly string[]) =>
      xp.array(Int32Array.from(list.map((w) => v.add(w))));
    const all = source.map((s): Tagged => [ids(words, s.words), ids(tags, s.tags)]);
    const cut = Math.floor(0.8 * all.length);
    console.log(`${all.length} sentences, ${words.size} words, ${tags.size} tags`);

    const model = new Tagger(words.size, tags.size);
    const optimizer = new optimizers.Adam({ alpha: 0.02 }).setup(model);
    optimizer.addHook(new optimizerHooks.WeightDecay(1e-4));
    const converter = (batch: readonly Tagged[]) => [batch.map(([x]) => x), batch.map(([, y]) => y)];
    const updater = new training.StandardUpdater(
      new iterators.SerialIterator(all.slice(0, cut), options.batchsize),
      optimizer,
      { converter },
    );
    const trainer = new training.Trainer(updater, {
      stopTrigger: [options.epoch, 'epoch'],
      out: options.out,
    });
    const test = new iterators.SerialIterator(all.slice(cut), options.batchsize, {
      repeat: false,
      shuffle: false,
    });
    trainer.extend(new Evaluator(test, model, { converter }));
    for (const prefix of ['main', 'validation/main'])
      trainer.extend(new MicroAverage(`${prefix}/correct`, `${prefix}/total`, `${prefix}/accuracy`), {
        name: `MicroAverage ${prefix}`,
      });
    trainer.extend(new LogReport());
    trainer.extend(new PrintReport(lossAndAccuracy));
    trainer.extend(new ProgressBar({ updateInterval: 10 }));
    trainer.extend(snapshot({ nRetains: 1 }));
    return await train(trainer, options, ['main/loss', 'validation/main/accuracy']);
  },
);
