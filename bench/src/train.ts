import { type Link, type Optimizer, optimizers, type Variable } from 'chainer';

/** A training step: clear gradients, forward, backward, update, read the loss. */
export function trainer(
  model: Link,
  loss: () => Variable,
  optimizer: Optimizer = new optimizers.MomentumSGD({ lr: 1e-3 }),
): () => unknown {
  optimizer.setup(model);
  return () => {
    model.cleargrads();
    const l = loss();
    l.backward();
    optimizer.update();
    return l.itemSync();
  };
}
