import { functions as F, links as L, Variable, xp } from 'chainer';
import { measure } from '../measure.ts';
import { trainer } from '../train.ts';

/** A recursive network over a binary tree of 32 leaves: the graph is another one for every tree. */
export async function tree(): Promise<void> {
  const W = new L.Linear(200, 100);
  const leaves = Array.from(
    { length: 32 },
    () => new Variable(xp.random.rand(1, 100).astype('float32'), { requiresGrad: false }),
  );
  const node = (low: number, high: number): Variable => {
    if (high - low === 1) return leaves[low] as Variable;
    const middle = (low + high) >> 1;
    return F.tanh(W.forward(F.concat([node(low, middle), node(middle, high)], { axis: 1 })));
  };
  await measure(
    'treenn 32 leaves 100u',
    trainer(W, () => F.sum(node(0, 32))),
    20,
    100,
  );
}
