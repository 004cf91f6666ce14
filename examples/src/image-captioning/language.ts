import {
  Chain,
  functions as F,
  initializers,
  links as L,
  type Variable,
  type VariableLike,
  xp,
} from 'chainer';
import { embedAll } from '../text/embed-all.ts';
import { bos, eos } from './coco.ts';

/** Takes the place of words behind the end of a caption. */
const nothing = -1;

/** Says a caption word by word; the picture's features come first, as if they were a word. */
export abstract class LanguageModel extends Chain {
  readonly embedWord: L.EmbedID;
  readonly embedImg: L.Linear;
  readonly outWord: L.Linear;
  protected readonly dropout: number;

  constructor(vocabulary: number, units: number, dropout: number) {
    super();
    const narrow = () => new initializers.Normal({ scale: 0.01 });
    this.embedWord = new L.EmbedID(vocabulary, units, {
      initialW: new initializers.Normal({ scale: 1 }),
      ignoreLabel: nothing,
    });
    this.embedImg = new L.Linear(null, units, { initialW: narrow() });
    this.outWord = new L.Linear(units, vocabulary, { initialW: narrow() });
    this.dropout = dropout;
  }

  /** The mean cross-entropy of the next word, of captions of any lengths. */
  abstract override forward(features: VariableLike, captions: readonly xp.NdArray[]): Variable;

  /** Starts from features. */
  protected abstract begin(features: VariableLike): void;

  /** Scores of the words that follow these, one for each caption. */
  protected abstract step(words: xp.NdArray): Variable;

  /** The most likely word after each word, up to the end or `longest` words. */
  predict(features: VariableLike, longest: number): number[][] {
    const n = features.shape[0] as number;
    this.begin(features);
    const said: number[][] = Array.from({ length: n }, () => []);
    const open = new Set(said.keys());
    let last = xp.full([n], bos, { dtype: 'int32' });
    for (let i = 0; i < longest && open.size > 0; i++) {
      last = xp.argmax(this.step(last).array, { axis: 1 }).astype('int32');
      for (const [k, word] of (last.toArraySync() as number[]).entries()) {
        if (word === eos) open.delete(k);
        else if (open.has(k)) (said[k] as number[]).push(word);
      }
    }
    return said;
  }
}

/** All captions at once, whatever their lengths, by a recurrent layer that takes whole sequences. */
export class NStepLanguageModel extends LanguageModel {
  readonly lstm: L.NStepLSTM;
  private state: [Variable, Variable] | null = null;

  constructor(vocabulary: number, units: number, dropout: number) {
    super(vocabulary, units, dropout);
    this.lstm = new L.NStepLSTM(1, units, units, dropout);
  }

  protected begin(features: VariableLike): void {
    const h = this.embedImg.forward(features);
    const [hx, cx] = this.lstm.forward(null, null, F.splitAxis(h, h.shape[0] as number, 0) as Variable[]);
    this.state = [hx, cx];
  }

  protected step(words: xp.NdArray): Variable {
    return this.run(F.splitAxis(this.embedWord.forward(words), words.size, 0) as Variable[]);
  }

  private run(xs: Variable[]): Variable {
    const [hx, cx, ys] = this.lstm.forward(...(this.state as [Variable, Variable]), xs);
    this.state = [hx, cx];
    return this.outWord.forward(F.dropout(F.concat(ys, { axis: 0 }), { ratio: this.dropout }));
  }

  override forward(features: VariableLike, captions: readonly xp.NdArray[]): Variable {
    this.begin(features);
    const scores = this.run(
      embedAll(
        this.embedWord,
        captions.map((c) => c.at(':-1')),
      ),
    );
    this.state = null;
    return F.softmaxCrossEntropy(scores, xp.concatenate(captions.map((c) => c.at('1:'))));
  }
}

/** Word by word, by a recurrent layer with a state; short captions are filled up. */
export class LSTMLanguageModel extends LanguageModel {
  readonly lstm: L.LSTM;
  private readonly longest: number;

  /** @param longest words of a caption that are looked at */
  constructor(vocabulary: number, units: number, dropout: number, longest: number) {
    super(vocabulary, units, dropout);
    this.lstm = new L.LSTM(units, units);
    this.longest = longest;
  }

  protected begin(features: VariableLike): void {
    this.lstm.resetState();
    this.lstm.forward(F.dropout(this.embedImg.forward(features), { ratio: this.dropout }));
  }

  protected step(words: xp.NdArray): Variable {
    const h = this.lstm.forward(F.dropout(this.embedWord.forward(words), { ratio: this.dropout }));
    return this.outWord.forward(F.dropout(h, { ratio: this.dropout }));
  }

  override forward(features: VariableLike, captions: readonly xp.NdArray[]): Variable {
    const length = Math.min(this.longest, Math.max(...captions.map((c) => c.size)));
    const all = xp.full([captions.length, length], nothing, { dtype: 'int32' });
    for (const [i, c] of captions.entries()) all.setAt(c.at(`:${length}`), i, `:${Math.min(length, c.size)}`);
    this.begin(features);
    let sum: Variable | null = null;
    for (let i = 0; i + 1 < length; i++) {
      const loss = F.softmaxCrossEntropy(this.step(all.at(':', i)), all.at(':', i + 1), {
        ignoreLabel: nothing,
      });
      sum = sum === null ? loss : F.add(sum, loss);
    }
    return F.div(sum as Variable, Math.max(length - 1, 1));
  }
}
