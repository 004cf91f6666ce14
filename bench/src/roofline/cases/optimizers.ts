import { ChainList, links as L, type Optimizer, optimizers } from 'chainer';
import { type RooflineCase, type RooflineFamily, rand } from '../case.ts';

const rows = 1000;
const parameters = 4;

/** Parameters and nothing else. */
class Model extends ChainList {
  forward(): void {}
}

/** A step over four parameters of a million elements: parameter and states are read and written, the gradient is read. */
function step(name: string, optimizer: Optimizer, states: number): RooflineCase {
  const model = new Model(...Array.from({ length: parameters }, () => new L.Parameter(rand(rows, rows))));
  optimizer.setup(model);
  for (const p of model.params()) p.grad = rand(rows, rows);
  return {
    name: `${name}, 4e6 parameters`,
    flops: 0,
    bytes: parameters * rows * rows * 4 * (2 * (1 + states) + 1),
    step: () => optimizer.update(),
  };
}

export const updates: RooflineFamily = {
  family: 'optimizer',
  cases: () => [
    step('SGD', new optimizers.SGD(), 0),
    step('MomentumSGD', new optimizers.MomentumSGD(), 1),
    step('Adam', new optimizers.Adam(), 2),
  ],
};
