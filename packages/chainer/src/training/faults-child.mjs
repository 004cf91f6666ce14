// A training for faults.test.ts, to which something happens: node faults-child.mjs OUT FAULT
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { iterators, links as L, optimizers, serializers, training, xp } from 'chainer';
import { TupleDataset } from 'chainer/datasets';

const [out, fault] = process.argv.slice(2);
const { extensions } = training;
xp.random.seed(1);

const model = new L.Classifier(new L.Linear(4, 3));
const optimizer = new optimizers.SGD().setup(model);
const points = xp.random.rand(20, 4).astype('float32');
const iterator = new iterators.SerialIterator(new TupleDataset(points, new Int32Array(20)), 5);
const updater = new training.StandardUpdater(iterator, optimizer);
const trainer = new training.Trainer(updater, { stopTrigger: [5, 'epoch'], out });

const writers = {
  thread: () => new extensions.ThreadWriter(),
  process: () => new extensions.ProcessWriter(),
};
const slow = {
  // Half of a file is there for a while, beside its place, as where a disk is slow.
  async write(file, object) {
    const bytes = await serializers.toNpz(object);
    const half = join(out, `tmp${updater.iteration}`);
    appendFileSync(half, bytes.subarray(0, bytes.length / 2));
    if (updater.iteration > 8) process.kill(process.pid, 'SIGKILL');
    await serializers.saveNpz(file, object);
  },
};
const writer = fault === 'killed' ? slow : writers[fault]?.();
const snapshot = extensions.snapshot({ nRetains: 2, autoload: true, ...(writer ? { writer } : {}) });
trainer.extend(snapshot, { trigger: [1, 'epoch'] });
trainer.extend(new extensions.FailOnNonNumber());
trainer.extend(async () => {
  const { iteration, epoch } = updater;
  if (fault === 'signal') {
    if (iteration === 6) process.kill(process.pid, 'SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  if (fault === 'nan' && epoch === 2 && iteration === 11) model.predictor.b.array.setAt(Number.NaN, 0);
  if (fault === 'full' && iteration === 9) {
    // Nothing that is written from here on fits.
    const { default: fs } = await import('node:fs/promises');
    fs.open = async () => {
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    };
  }
});
await trainer.run();
console.log(`done ${updater.iteration}`);
