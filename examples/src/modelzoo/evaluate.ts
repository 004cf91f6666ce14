import { join } from 'node:path';
import { iterators, links as L, noBackpropMode, usingConfig, xp } from 'chainer';
import { concatExamples } from 'chainer/dataset';
import { LabeledImageDataset } from 'chainer/datasets';
import { example } from '../example.ts';
import { choice, count, text } from '../flags.ts';
import { Centred } from './centred.ts';
import { makeColours } from './colours.ts';
import { judge, type Kind, kinds } from './kinds.ts';

const names = Object.keys(kinds) as (keyof typeof kinds)[];

export const modelzoo = example(
  'modelzoo',
  'a network that Caffe trained, judged by pictures: CaffeFunction',
  {
    model: text<string | null>(null, 'the network (.caffemodel)', { short: 'm' }),
    type: choice('colours', names, 'which network it is'),
    dataset: text<string | null>(null, 'list of pictures: lines of a path and a label', { short: 'i' }),
    root: text('.', 'folder of the pictures', { short: 'R', hint: 'FOLDER' }),
    mean: text<string | null>(
      null,
      'mean picture (.npy, blue first); 104, 117, 123 everywhere where left out',
    ),
    batchsize: count(100, 'pictures of a batch', { short: 'b', quick: 20 }),
    generated: count(300, 'drawn pictures, where there is no list', { quick: 60 }),
  },
  async (options) => {
    const kind: Kind = kinds[options.type];
    let { model, dataset: list, root } = options;
    if (model === null || list === null) {
      if (model !== null || list !== null || options.type !== 'colours')
        throw new Error(
          '--model, --type and --dataset go together: the network, which one it is, and pictures',
        );
      console.log('No --model and --dataset: a network that tells colours apart, exported by this program.');
      root = join(options.out, 'colours');
      ({ model, list } = await makeColours(root, options.generated));
    }
    const net = new L.caffe.CaffeFunction(model);
    for (const { name, type } of net.skippedLayers) console.log(`Skipped: ${name} (${type})`);
    const mean =
      options.mean === null
        ? xp.array([104, 117, 123]).reshape([3, 1, 1])
        : (xp.load(options.mean) as xp.NdArray).astype('float32');
    const pictures = new Centred(await LabeledImageDataset.open(list, { root }), mean, kind.side);
    const batches = new iterators.MultithreadIterator(pictures, options.batchsize, {
      repeat: false,
      shuffle: false,
      nThreads: 4,
    });
    let [loss, accuracy, n] = [0, 0, 0];
    for await (const batch of batches) {
      const [x, t] = concatExamples(batch) as [xp.NdArray, xp.NdArray];
      const [l, a] = noBackpropMode(() => usingConfig('train', false, () => judge(net, kind, x, t)));
      // The last batch may be smaller.
      loss += Number(l.itemSync()) * batch.length;
      accuracy += Number(a.itemSync()) * batch.length;
      n += batch.length;
      console.log(`${n} of ${pictures.length}`);
    }
    return { loss: loss / n, accuracy: accuracy / n };
  },
);
