import {
  functions as F,
  type iterators,
  type links as L,
  noBackpropMode,
  type optimizers,
  usingConfig,
  xp,
} from 'chainer';
import { concatExamples } from 'chainer/dataset';
import type { Figures } from '../example.ts';

type Iterator = iterators.SerialIterator<unknown>;

const arrays = (batch: readonly unknown[]) =>
  concatExamples(batch as never[]) as unknown as [xp.NdArray, xp.NdArray];

/** What the Trainer does, written out: batches, losses, gradients, updates, and a test after each epoch. */
export async function customLoop(
  model: L.Classifier,
  optimizer: InstanceType<typeof optimizers.Adam>,
  train: Iterator,
  test: Iterator,
  epochs: number,
): Promise<Figures> {
  let figures: Figures = {};
  let [sum, steps] = [0, 0];
  while (train.epoch < epochs) {
    const batch = train.next().value as unknown[];
    // What a step makes and nobody keeps is gone at its end.
    sum += xp.scope(() => {
      const [x, t] = arrays(batch);
      const loss = model.forward(x, t);
      model.cleargrads();
      loss.backward();
      optimizer.update();
      return Number(loss.itemSync());
    });
    steps++;
    if (!train.isNewEpoch) continue;
    test.reset();
    let [right, all] = [0, 0];
    for (const examples of test)
      xp.scope(() => {
        const [x, t] = arrays(examples);
        const y = noBackpropMode(() =>
          usingConfig('train', false, () => model.predictor.forward(x as never)),
        );
        right += t.size * Number(F.accuracy(y as never, t).itemSync());
        all += t.size;
      });
    figures = { 'main/loss': sum / steps, 'validation/main/accuracy': right / all };
    console.log(
      `epoch ${train.epoch}: loss ${(sum / steps).toPrecision(4)}, test accuracy ${(right / all).toFixed(4)}`,
    );
    [sum, steps] = [0, 0];
  }
  return figures;
}
