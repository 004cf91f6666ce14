import { readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  Chain,
  functions as F,
  links as L,
  serializers,
  type Variable,
  type VariableLike,
  xp,
} from 'chainer';
import { example } from '../example.ts';

class MLP extends Chain {
  readonly l1 = new L.Linear(4, 5);
  readonly norm = new L.BatchNormalization(5);
  readonly l2 = new L.Linear(5, 3);

  forward(x: VariableLike): Variable {
    return this.l2.forward(F.relu(this.norm.forward(this.l1.forward(x))));
  }
}

export const serialization = example(
  'serialization',
  "weights to a file and back, in Chainer's layout, and what the file holds",
  {},
  async ({ out }) => {
    const [model, other] = [new MLP(), new MLP()];
    const x = xp.random.uniform({ size: [8, 4] });
    model.forward(x);
    await mkdir(out, { recursive: true });
    const file = join(out, 'model.npz');
    await serializers.saveNpz(file, model);
    // What stands in the file: parameters by their paths, and persistent values (the averages of a normalization).
    const held = xp.load(readFileSync(file)) as ReadonlyMap<string, xp.NdArray>;
    for (const [key, value] of held)
      console.log(`${key.padEnd(16)} [${value.shape.join(', ')}] ${value.dtype.name}`);
    await serializers.loadNpz(file, other);
    const difference = [...model.namedparams()].map(([path, p]) => {
      const q = [...other.namedparams()].find(([own]) => own === path)?.[1];
      return q === undefined
        ? Number.POSITIVE_INFINITY
        : Number(xp.max(xp.abs(p.array.sub(q.array))).itemSync());
    });
    await rm(file);
    return { entries: held.size, difference: Math.max(...difference) };
  },
);
