import {
  Chain,
  functions as F,
  iterators,
  links as L,
  noBackpropMode,
  optimizers,
  report,
  training,
  usingConfig,
  type Variable,
  xp,
} from 'chainer';
import { example, train } from '../example.ts';
import { count, text, trained } from '../flags.ts';
import { embedAll } from '../text/embed-all.ts';
import { type Phrase, sentences } from '../text/grammar.ts';
import { lines, Vocabulary, wordsOf } from '../text/vocabulary.ts';
import { bleu } from './bleu.ts';

const { LogReport, PrintReport, ProgressBar, snapshot } = training.extensions;

/** A sentence in two languages. */
type Pair = readonly [source: readonly string[], target: readonly string[]];
type Ids = readonly [source: xp.NdArray, target: xp.NdArray];

const unknown = 0;
const eos = 1;

/** Reads a sentence with one LSTM, writes another with a second that starts from the first one's state (Sutskever et al., 2014). */
class Seq2seq extends Chain {
  readonly embedX: L.EmbedID;
  readonly embedY: L.EmbedID;
  readonly encoder: L.NStepLSTM;
  readonly decoder: L.NStepLSTM;
  readonly w: L.Linear;

  constructor(layers: number, sourceWords: number, targetWords: number, units: number) {
    super();
    this.embedX = new L.EmbedID(sourceWords, units);
    this.embedY = new L.EmbedID(targetWords, units);
    this.encoder = new L.NStepLSTM(layers, units, units, 0.1);
    this.decoder = new L.NStepLSTM(layers, units, units, 0.1);
    this.w = new L.Linear(units, targetWords);
  }

  override forward(xs: readonly xp.NdArray[], ys: readonly xp.NdArray[]): Variable {
    // The source is read backwards: its beginning is near when the translation begins.
    const reversed = xs.map((x) => x.at('::-1'));
    const end = xp.array(Int32Array.of(eos));
    const begun = ys.map((y) => xp.concatenate([end, y]));
    const ended = xp.concatenate(ys.flatMap((y) => [y, end]));
    const [hx, cx] = this.encoder.forward(null, null, embedAll(this.embedX, reversed));
    const [, , states] = this.decoder.forward(hx, cx, embedAll(this.embedY, begun));
    const loss = F.div(
      F.sum(F.softmaxCrossEntropy(this.w.forward(F.concat(states, { axis: 0 })), ended, { reduce: 'no' })),
      ys.length,
    );
    const perplexity = Math.exp((Number(loss.itemSync()) * ys.length) / ended.size);
    report({ loss, perplexity }, this);
    return loss;
  }

  /** The most likely word after each word, until every sentence has come to its end. */
  translate(xs: readonly xp.NdArray[], longest = 50): number[][] {
    return noBackpropMode(() =>
      usingConfig('train', false, () => {
        const reversed = xs.map((x) => x.at('::-1'));
        let [h, c] = this.encoder.forward(null, null, embedAll(this.embedX, reversed)) as [
          Variable,
          Variable,
          unknown,
        ];
        let words = xp.full([xs.length], eos, { dtype: 'int32' });
        const said: number[][] = xs.map(() => []);
        const open = new Set(xs.keys());
        for (let i = 0; i < longest && open.size > 0; i++) {
          const steps = F.splitAxis(this.embedY.forward(words), xs.length, 0) as Variable[];
          const [nextH, nextC, ys] = this.decoder.forward(h, c, steps);
          [h, c] = [nextH, nextC];
          words = xp.argmax(this.w.forward(F.concat(ys, { axis: 0 })).array, { axis: 1 });
          (words.toArraySync() as number[]).forEach((word, k) => {
            if (word === eos) open.delete(k);
            else if (open.has(k)) (said[k] as number[]).push(word);
          });
        }
        return said;
      }),
    );
  }
}

/** The same in an invented language: no articles, the verb last, adjectives behind. */
function translation({ subject, verb, object }: { subject: Phrase; verb: string; object: Phrase }): string[] {
  const phrase = ({ adjective, noun }: Phrase) =>
    adjective === null ? [`${noun}o`] : [`${noun}o`, `${adjective}a`];
  return [...phrase(subject), ...phrase(object), `${verb.slice(0, -1)}as`];
}

export const seq2seq = example(
  'seq2seq',
  'translation by two LSTMs, sentences of any length, BLEU of what it says',
  {
    ...trained(20, 64, { epoch: 12, batchsize: 20 }),
    unit: count(1024, 'units', { short: 'u', quick: 60 }),
    layer: count(3, 'LSTM layers', { short: 'l', quick: 1 }),
    source: text<string | null>(null, 'text, one sentence a line'),
    target: text<string | null>(null, 'its translation, line by line'),
    generated: count(10_000, 'generated sentences, where there is no text', { quick: 600 }),
  },
  async (options) => {
    let pairs: Pair[];
    if (options.source !== null && options.target !== null) {
      const [source, target] = [await lines(options.source), await lines(options.target)];
      if (source.length !== target.length)
        throw new Error(`--source has ${source.length} lines, but --target ${target.length}`);
      pairs = source.map((line, i) => [wordsOf(line), wordsOf(target[i] as string)]);
    } else {
      console.log('No --source and --target: sentences of a generated language, and of another one.');
      pairs = sentences(1, options.generated).map(({ words, parts }) => [words, translation(parts)]);
    }
    const [from, to] = [new Vocabulary(['<unk>', '<eos>']), new Vocabulary(['<unk>', '<eos>'])];
    const ids = (v: Vocabulary, words: readonly string[]) =>
      xp.array(Int32Array.from(words.map((w) => v.add(w))));
    const all = pairs.map(([x, y]): Ids => [ids(from, x), ids(to, y)]);
    const cut = Math.floor(0.9 * all.length);
    console.log(`${all.length} pairs, ${from.size} words to ${to.size}`);

    const model = new Seq2seq(options.layer, from.size, to.size, options.unit);
    const optimizer = new optimizers.Adam({ alpha: options.unit < 200 ? 0.01 : 0.001 }).setup(model);
    const converter = (batch: readonly Ids[]) => [batch.map(([x]) => x), batch.map(([, y]) => y)];
    const updater = new training.StandardUpdater(
      new iterators.SerialIterator(all.slice(0, cut), options.batchsize),
      optimizer,
      { converter },
    );
    const trainer = new training.Trainer(updater, {
      stopTrigger: [options.epoch, 'epoch'],
      out: options.out,
    });
    const test = all.slice(cut);
    // An extension is any function of the trainer: what it reports is logged like the rest.
    trainer.extend(
      () => {
        const said = model.translate(test.map(([x]) => x));
        const words = (list: readonly number[]) =>
          list.filter((id) => id !== unknown).map((id) => to.word(id));
        report({
          'validation/main/bleu': bleu(
            test.map(([, y]) => words(y.toArraySync() as number[])),
            said.map(words),
          ),
        });
      },
      { trigger: [1, 'epoch'], name: 'bleu', priority: 300 },
    );
    trainer.extend(new LogReport());
    trainer.extend(
      new PrintReport(['epoch', 'main/loss', 'main/perplexity', 'validation/main/bleu', 'elapsed_time']),
    );
    trainer.extend(new ProgressBar({ updateInterval: 10 }));
    trainer.extend(snapshot({ nRetains: 1 }));
    const figures = await train(trainer, options, ['main/perplexity', 'validation/main/bleu']);
    const sample = test.slice(0, 2);
    model.translate(sample.map(([x]) => x)).forEach((said, i) => {
      const asked = ((sample[i] as Ids)[0].toArraySync() as number[]).map((id) => from.word(id));
      console.log(`${asked.join(' ')}  →  ${said.map((id) => to.word(id)).join(' ')}`);
    });
    return figures;
  },
);
