import { Chain, functions as F, links as L, type Variable, xp } from 'chainer';
import { measure } from '../measure.ts';
import { trainer } from '../train.ts';

/** A word-level language model of two LSTM cells, stepped in a plain loop. */
class Model extends Chain {
  embed = new L.EmbedID(10000, 650);
  l1 = new L.StatelessLSTM(650, 650);
  l2 = new L.StatelessLSTM(650, 650);
  out = new L.Linear(650, 10000);

  forward(words: readonly xp.NdArray[], next: readonly xp.NdArray[]): Variable {
    let [c1, h1, c2, h2]: (Variable | null)[] = [null, null, null, null];
    let loss: Variable | null = null;
    words.forEach((x, t) => {
      [c1, h1] = this.l1.forward(c1 as Variable | null, h1 as Variable | null, this.embed.forward(x));
      [c2, h2] = this.l2.forward(c2 as Variable | null, h2 as Variable | null, h1);
      const l = F.softmaxCrossEntropy(this.out.forward(h2), next[t] as xp.NdArray);
      loss = loss === null ? l : F.add(loss, l);
    });
    return loss as unknown as Variable;
  }
}

/** PTB-sized truncated backpropagation through time. */
export async function lstm(): Promise<void> {
  const model = new Model();
  const words = () =>
    Array.from({ length: 35 }, () => xp.random.randint(0, { high: 10000, size: [20] }).astype('int32'));
  const xs = words();
  const ys = words();
  await measure(
    'ptb lstm650x2 b20 bptt35',
    trainer(model, () => model.forward(xs, ys)),
    1,
    3,
  );
}
