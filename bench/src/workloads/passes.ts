import {
  Chain,
  ChainList,
  functions as F,
  links as L,
  type Optimizer,
  optimizerHooks,
  optimizers,
  Variable,
  xp,
} from 'chainer';
import { print, summary } from '../measure.ts';
import { rand } from '../roofline/case.ts';
import { steadyTimes } from '../roofline/time.ts';

interface Case {
  readonly name: string;
  /** Passes over the operand that cannot be spared: each reads or writes it once. 0 where they are not what counts. */
  readonly passes: number;
  /** Elements of the operand. */
  readonly size: number;
  readonly step: () => unknown;
}

/** Forward and backward from ones. */
function both(name: string, x: xp.NdArray, passes: number, f: (x: Variable) => Variable): Case {
  const shape = f(new Variable(x)).array;
  const ones = xp.onesLike(shape);
  const step = () => {
    const y = f(new Variable(x));
    y.grad = ones;
    y.backward();
  };
  return { name, passes, size: x.size, step };
}

function normalizations(): Case[] {
  const rows = rand(2048, 1024);
  const images = rand(16, 64, 32, 32);
  const [gamma, beta] = [rand(1024), rand(1024)];
  const [scale, shift] = [rand(64), rand(64)];
  // Forward: read twice (once for statistics), write; backward: read x and gy twice, write gx.
  return [
    both('layer normalization 2048×1024', rows, 8, (x) => F.layerNormalization(x, gamma, beta)),
    both('group normalization 16×64×32×32 in 8', images, 8, (x) => F.groupNormalization(x, 8, scale, shift)),
    // Read, write; read y and gy, write gx.
    both('softmax 2048×1024', rows, 5, (x) => F.softmax(x)),
    both('dropout 2048×1024', rows, 4, (x) => F.dropout(x)),
  ];
}

function losses(): Case[] {
  return [10_000, 50_000].map((words) => {
    const x = rand(128, words);
    const t = xp.random.randint(0, { high: words, size: [128] }).astype('int32');
    // Read; read, write gx.
    return both(`softmax cross entropy 128×${words}`, x, 3, (v) => F.softmaxCrossEntropy(v, t));
  });
}

function cell(): Case {
  const [gates, c] = [rand(128, 4 * 1024), rand(128, 1024)];
  const step = () => {
    const [next, h] = F.lstm(new Variable(c), new Variable(gates));
    const sum = F.add(next, h);
    sum.grad = c;
    sum.backward();
  };
  // Of 128×1024: the gates and c are read, c and h written, and the same once more with gradients.
  return { name: 'LSTM cell 128×1024, products apart', passes: 7 + 14, size: c.size, step };
}

/** A table of which a pass uses 1,024 rows. */
class Table extends Chain {
  readonly embed = new L.EmbedID(50_000, 128);
  forward(x: xp.NdArray): Variable {
    return F.sum(this.embed.forward(x));
  }
}

function rowUpdates(): Case[] {
  const ids = xp.random.randint(0, { high: 50_000, size: [1024] }).astype('int32');
  const makes: Record<string, () => Optimizer> = {
    SGD: () => new optimizers.SGD({ lr: 0.01 }),
    MomentumSGD: () => new optimizers.MomentumSGD({ lr: 0.01 }),
    'MomentumSGD lazy': () => new optimizers.MomentumSGD({ lr: 0.01, lazyRows: true }),
    Adam: () => new optimizers.Adam(),
    'Adam lazy': () => new optimizers.Adam({ lazyRows: true }),
  };
  return Object.entries(makes).map(([name, make]) => {
    const model = new Table();
    const optimizer = make().setup(model);
    const step = () => {
      model.cleargrads();
      model.forward(ids).backward();
      optimizer.update();
    };
    return { name: `embedding 1024 of 50000×128, ${name}`, passes: 0, size: 0, step };
  });
}

/** Parameters and nothing else. */
class Parameters extends ChainList {
  forward(): void {}
}

function clipping(): Case {
  const model = new Parameters(...Array.from({ length: 4 }, () => new L.Parameter(rand(1000, 1000))));
  const params = [...model.params()];
  const gradients = params.map(() => rand(1000, 1000));
  const step = () => {
    for (const [k, p] of params.entries()) p.grad = gradients[k] as xp.NdArray;
    hook.apply(params);
  };
  const hook = new optimizerHooks.GradientClipping(1);
  // Read for the norm; read, write.
  return { name: 'gradient clipping, 4e6', passes: 3, size: 4_000_000, step };
}

/** Forward and backward of what only moves data, with the bandwidth that the least number of passes would have; steps over few rows of a table. */
export async function passes(): Promise<void> {
  for (const make of [normalizations, losses, () => [cell(), clipping()], rowUpdates]) {
    for (const { name, passes: least, size, step } of make()) {
      const line = summary(`passes ${name}`, steadyTimes(step));
      const gbps = Math.round((least * size * 4) / line.median_ms / 1e5) / 10;
      print(least > 0 ? { ...line, passes: least, gbps } : line);
    }
    xp.memory.collect();
  }
}
