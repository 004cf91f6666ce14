import { dataset, datasets, iterators, xp } from 'chainer';
import { print, summary, timed, warmUp } from '../measure.ts';

const examples = 10_000;
const pixels = 784;
const batchSize = 100;
const runs = 5;

/** One epoch in shuffled order through the parts a training loop is made of, and through a plain loop over the same numbers. */
export async function data(): Promise<void> {
  const images = xp.random.rand(examples, pixels).astype('float32');
  const labels = xp.random.randint(0, { high: 10, size: [examples] }).astype('int32');
  const pairs = new datasets.TupleDataset(images, labels);
  await epoch('data plain loop b100', plainLoop(images, labels));
  await epoch('data SerialIterator b100', () => {
    let n = 0;
    for (const batch of serial(pairs)) n += batch.length;
    return n;
  });
  await epoch('data SerialIterator + concatExamples b100', () => concatenated(pairs));
  const scaled = new datasets.TransformDataset(pairs, (example) => {
    const [x, t] = example as [xp.NdArray, xp.NdArray];
    return [x.mul(2).sub(1), t];
  });
  await epoch('data TransformDataset + SerialIterator + concatExamples b100', () => concatenated(scaled));
}

function serial<E>(source: dataset.Dataset<E>): iterators.SerialIterator<E> {
  return new iterators.SerialIterator(source, batchSize, { repeat: false });
}

/** Every example of an epoch, in batches on the device. */
function concatenated(source: dataset.Dataset<unknown>): number {
  let n = 0;
  for (const batch of serial(source)) {
    const [x, t] = dataset.concatExamples(batch as [xp.NdArray, xp.NdArray][]);
    if (x.shape[0] !== t.shape[0]) throw new Error('[data] images and labels differ in number');
    n += batch.length;
  }
  return n;
}

/** What the work itself costs: rows copied by hand in a shuffled order, and two arrays made for each batch. */
function plainLoop(images: xp.NdArray, labels: xp.NdArray): () => number {
  const from = images.dataSync() as Float32Array;
  const classes = labels.dataSync() as Int32Array;
  return () => {
    const order = xp.random.permutation(examples).toArraySync() as number[];
    let n = 0;
    for (let begin = 0; begin < examples; begin += batchSize) {
      const x = new Float32Array(batchSize * pixels);
      const t = new Int32Array(batchSize);
      for (let k = 0; k < batchSize; k++) {
        const i = order[begin + k] as number;
        x.set(from.subarray(i * pixels, (i + 1) * pixels), k * pixels);
        t[k] = classes[i] as number;
      }
      xp.array(x, { shape: [batchSize, pixels] });
      n += xp.array(t).size;
    }
    return n;
  };
}

/** Times an epoch, which must have seen every example, and prints its speed in samples a second. */
async function epoch(name: string, run: () => number): Promise<void> {
  const checked = () => {
    const n = run();
    if (n !== examples) throw new Error(`[data] ${name}: saw ${n} examples of ${examples}`);
  };
  await warmUp(checked, 1, 500);
  const line = summary(name, await timed(checked, runs));
  print({ ...line, samples_per_s: Math.round((1000 * examples) / line.median_ms) });
}
