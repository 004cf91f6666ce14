import { Chain, functions as F, links as L, optimizers, type Variable, xp } from 'chainer';
import { print } from './measure.ts';
import { slope } from './slope.ts';
import { trainer } from './train.ts';

/** `npm run leak [-- STEPS]`: trains a small network for 10,000 steps; fails if arrays, objects or resident memory grow on the way. */
class SmallCNN extends Chain {
  conv1 = new L.Convolution2D(1, 8, 3, { pad: 1 });
  norm1 = new L.BatchNormalization(8);
  conv2 = new L.Convolution2D(8, 16, 3, { pad: 1, nobias: true });
  fc = new L.Linear(16 * 4 * 4, 10);

  forward(x: xp.NdArray): Variable {
    let h: Variable = F.maxPooling2d(F.relu(this.norm1.forward(this.conv1.forward(x))), 2);
    h = F.maxPooling2d(F.relu(this.conv2.forward(h)), 2);
    return this.fc.forward(F.dropout(h));
  }
}

const mebi = 2 ** 20;
/** What the line through all samples may rise between first and last, in bytes. Arrays are counted to the byte, but for pieces that small ones share. */
const limits = { live: mebi / 4, heap: 4 * mebi, resident: 16 * mebi };

const steps = Number(process.argv[2] ?? 10_000);
if (!Number.isInteger(steps) || steps < 100) {
  console.error(`[leak] the number of steps must be an integer of at least 100, got ${process.argv[2]}`);
  process.exit(2);
}
xp.random.seed(0);
const model = new SmallCNN();
const x = xp.random.rand(16, 1, 16, 16).astype('float32');
const t = xp.random.randint(0, { high: 10, size: [16] }).astype('int32');
const step = trainer(model, () => F.softmaxCrossEntropy(model.forward(x), t), new optimizers.Adam());

const samples: { live: number; heap: number; resident: number }[] = [];
const every = Math.floor(steps / 100);
// Compilers, caches and pools are done after a fifth.
for (let i = 1; i <= steps * 1.2; i++) {
  step();
  if (i > steps * 0.2 && i % every === 0) {
    // Finalizers and timers have their turn.
    await new Promise((resolve) => setTimeout(resolve, 0));
    xp.memory.collect();
    const { rss, heapUsed } = process.memoryUsage();
    samples.push({ live: xp.memory.stats().live, heap: heapUsed, resident: rss });
  }
}
let grows = false;
for (const key of ['live', 'heap', 'resident'] as const) {
  const values = samples.map((sample) => sample[key]);
  const rise = Math.round(slope(values) * (values.length - 1));
  const fine = rise <= limits[key];
  grows ||= !fine;
  print({
    name: `leak ${steps} steps, ${key}`,
    first: values[0],
    last: values.at(-1),
    rise,
    limit: limits[key],
    fine,
  });
}
if (grows) process.exitCode = 1;
