import {
  Chain,
  functions as F,
  initializers,
  iterators,
  links as L,
  optimizers,
  report,
  training,
  type Variable,
  type VariableLike,
  xp,
} from 'chainer';
import { example, train } from '../example.ts';
import { choice, count, text, trained } from '../flags.ts';
import { sentences } from '../text/grammar.ts';
import { lines, Vocabulary, wordsOf } from '../text/vocabulary.ts';

const { LogReport, PrintReport, ProgressBar, snapshot } = training.extensions;

type Loss = L.BinaryHierarchicalSoftmax | L.NegativeSampling | SoftmaxLoss;

/** Full softmax over the vocabulary. */
class SoftmaxLoss extends Chain {
  readonly out: L.Linear;

  constructor(units: number, words: number) {
    super();
    this.out = new L.Linear(units, words, { initialW: 0 });
  }

  forward(x: VariableLike, t: VariableLike): Variable {
    return F.softmaxCrossEntropy(this.out.forward(x), t);
  }
}

/** Guesses the neighbours of a word (skip-gram) or the word of its neighbours (continuous bag of words). */
class Word2Vec extends Chain {
  readonly embed: L.EmbedID;
  readonly loss: Loss;
  private readonly bag: boolean;

  constructor(words: number, units: number, loss: Loss, bag: boolean) {
    super();
    this.bag = bag;
    this.embed = new L.EmbedID(words, units, { initialW: new initializers.Uniform({ scale: 1 / units }) });
    this.loss = loss;
  }

  /** @param word `[N]` @param context `[N, C]` */
  override forward(word: xp.NdArray, context: xp.NdArray): Variable {
    const [n, c] = context.shape as [number, number];
    const e = this.embed.forward(context);
    let loss: Variable;
    if (this.bag) loss = this.loss.forward(F.mul(F.sum(e, { axis: 1 }), 1 / c), word);
    else {
      const targets = xp.broadcastTo(word.reshape([n, 1]), [n, c]).reshape([n * c]);
      loss = this.loss.forward(F.reshape(e, [n * c, -1]), targets);
    }
    // The tree and the samples sum over rows, softmax has their mean.
    const mean = this.loss instanceof SoftmaxLoss ? loss : F.mul(loss, 1 / (this.bag ? n : n * c));
    report({ loss: mean }, this);
    return loss;
  }
}

/** Positions of a text in random order, each with the words around it; how many, is random as well (Mikolov et al., 2013). */
class WindowIterator extends iterators.SerialIterator<number> {
  constructor(text: Int32Array, window: number, batch: number) {
    super(
      Array.from({ length: text.length - 2 * window }, (_, i) => i + window),
      batch,
    );
  }
}

function windowConverter(text: Int32Array, window: number) {
  return (positions: readonly number[]) => {
    const w = 1 + Number(xp.random.randint(window, { device: 'js' }).itemSync());
    const offsets = Array.from({ length: 2 * w + 1 }, (_, i) => i - w).filter((o) => o !== 0);
    const context = Int32Array.from(positions.flatMap((p) => offsets.map((o) => text[p + o] as number)));
    return [
      xp.array(Int32Array.from(positions.map((p) => text[p] as number))),
      xp.array(context, { shape: [positions.length, offsets.length] }),
    ];
  };
}

/** The words whose embeddings point most nearly the same way. */
export function nearest(embeddings: xp.NdArray, id: number, n: number): number[] {
  const norms = xp.sqrt(xp.sum(embeddings.mul(embeddings), { axis: 1, keepdims: true }));
  const unit = embeddings.div(xp.maximum(norms, 1e-8));
  const cosines = xp.dot(unit, unit.at(id));
  return (xp.argsort(cosines.neg()).toArraySync() as number[]).filter((i) => i !== id).slice(0, n);
}

export const word2vec = example(
  'word2vec',
  'embeddings of words by skip-gram or bag of words; hierarchical softmax, negative sampling or softmax',
  {
    ...trained(20, 1000, { epoch: 4, batchsize: 100 }),
    unit: count(100, 'units of an embedding', { short: 'u', quick: 20 }),
    window: count(5, 'words to either side, at most', { short: 'w', quick: 2 }),
    model: choice('skipgram', ['skipgram', 'cbow'], 'what is guessed', { short: 'm' }),
    'out-type': choice('hsm', ['hsm', 'ns', 'original'], 'hierarchical softmax, negative sampling, softmax', {
      short: 't',
    }),
    'negative-size': count(5, 'negative samples'),
    text: text<string | null>(null, 'text to learn'),
    search: text('cat', 'word whose neighbours are shown in the end', { hint: 'WORD' }),
    generated: count(20_000, 'generated sentences, where there is no text', { quick: 1000 }),
  },
  async (options) => {
    const vocabulary = new Vocabulary();
    const source =
      options.text === null
        ? sentences(1, options.generated).map((s) => s.words)
        : (await lines(options.text)).map(wordsOf);
    if (options.text === null) console.log('No --text: sentences of a generated language.');
    const ids = Int32Array.from(source.flatMap((words) => words.map((w) => vocabulary.add(w))));
    const counts = new Array<number>(vocabulary.size).fill(0);
    for (const id of ids) counts[id] = (counts[id] as number) + 1;
    console.log(`${ids.length} words, ${vocabulary.size} different ones`);

    const { unit, window } = options;
    const loss: Loss =
      options['out-type'] === 'hsm'
        ? new L.BinaryHierarchicalSoftmax(
            unit,
            L.BinaryHierarchicalSoftmax.createHuffmanTree(new Map(counts.map((c, id) => [id, c]))),
          )
        : options['out-type'] === 'ns'
          ? new L.NegativeSampling(unit, counts, options['negative-size'])
          : new SoftmaxLoss(unit, vocabulary.size);
    const model = new Word2Vec(vocabulary.size, unit, loss, options.model === 'cbow');
    const optimizer = new optimizers.Adam().setup(model);
    const updater = new training.StandardUpdater(
      new WindowIterator(ids, window, options.batchsize),
      optimizer,
      {
        converter: windowConverter(ids, window),
      },
    );
    const trainer = new training.Trainer(updater, {
      stopTrigger: [options.epoch, 'epoch'],
      out: options.out,
    });
    trainer.extend(new LogReport());
    trainer.extend(new PrintReport(['epoch', 'main/loss', 'elapsed_time']));
    trainer.extend(new ProgressBar({ updateInterval: 10 }));
    trainer.extend(snapshot({ nRetains: 1 }));
    const figures = await train(trainer, options, ['main/loss']);
    if (!vocabulary.has(options.search)) throw new Error(`--search: '${options.search}' is not in the text`);
    const near = nearest(model.embed.W.array, vocabulary.id(options.search), 4).map((id) =>
      vocabulary.word(id),
    );
    console.log(`Nearest to '${options.search}': ${near.join(', ')}`);
    return figures;
  },
);
