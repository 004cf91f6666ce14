// A small training for resume.test.ts, which kills it: node resume-child.mjs OUT [SNAPSHOT]
import { join } from 'node:path';
import { Chain, functions as F, iterators, links as L, optimizers, serializers, training, xp } from 'chainer';
import { TupleDataset } from 'chainer/datasets';

const [out, snapshot] = process.argv.slice(2);

class Net extends Chain {
  l1 = new L.Linear(null, 8);
  l2 = new L.Linear(8, 3);

  forward(x) {
    return this.l2.forward(F.dropout(F.relu(this.l1.forward(x)), { ratio: 0.2 }));
  }
}

const labels = Int32Array.from({ length: 30 }, (_, i) => i % 3);
const points = new xp.random.RandomState(5).normal({ size: [30, 4] });

// A resumed process starts with another seed: everything random must come out of the snapshot.
xp.random.seed(snapshot ? 99 : 3);
const model = new L.Classifier(new Net());
const optimizer = new optimizers.Adam({ alpha: 0.02 }).setup(model);
const iterator = new iterators.SerialIterator(new TupleDataset(points, labels), 8);
const trainer = new training.Trainer(new training.StandardUpdater(iterator, optimizer), {
  stopTrigger: [40, 'epoch'],
  out,
});
trainer.extend(new training.extensions.LogReport());
trainer.extend(new training.extensions.ExponentialShift('alpha', 0.99), { trigger: [1, 'epoch'] });
trainer.extend(training.extensions.snapshot({ nRetains: 3 }));
if (snapshot) await serializers.loadNpz(snapshot, trainer);
await trainer.run();
await serializers.saveNpz(join(out, 'final'), trainer);
