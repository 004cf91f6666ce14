import { createWebGpuDevice } from '@chainer/device-webgpu';
import { array, keep, type NdArray, scope, setDefaultDevice } from '@chainer/xp';
import { Chain, type Link, Variable } from 'chainer';
import * as F from 'chainer/functions';
import { SerialIterator } from 'chainer/iterators';
import * as L from 'chainer/links';
import { Adam } from 'chainer/optimizers';
import { StandardUpdater } from 'chainer/training';
import { adam, cnn, convolution, type Library, labels, networks, type Step, uniform } from './work.ts';

const filled = (...shape: number[]) => array(uniform(shape.reduce((a, b) => a * b, 1))).reshape(shape);

class MLP extends Chain {
  readonly layers: readonly L.Linear[];

  constructor(units: readonly number[]) {
    super();
    this.layers = units.slice(1).map((n, i) => new L.Linear(units[i] as number, n));
  }

  forward(x: NdArray): Variable {
    const [first, ...rest] = this.layers as [L.Linear, ...L.Linear[]];
    return rest.reduce((h, layer) => layer.forward(F.relu(h)), first.forward(x));
  }
}

class CNN extends Chain {
  conv1 = new L.Convolution2D(1, cnn.channels[0], 3, { pad: 1 });
  conv2 = new L.Convolution2D(cnn.channels[0], cnn.channels[1], 3, { pad: 1 });
  fc = new L.Linear((cnn.channels[1] * cnn.size ** 2) / 16, cnn.classes);

  forward(x: NdArray): Variable {
    const h = F.maxPooling2d(F.relu(this.conv1.forward(x)), 2);
    return this.fc.forward(F.maxPooling2d(F.relu(this.conv2.forward(h)), 2));
  }
}

/** Clear gradients, forward, backward, Adam, as Trainer does it; then the loss is read. */
function training(model: Link & { forward(x: NdArray): Variable }, x: NdArray, t: NdArray): Step {
  let loss: Variable | null = null;
  const updater = new StandardUpdater(new SerialIterator([0], 1), new Adam(adam).setup(model), {
    converter: () => [x, t],
    lossFunc: () => {
      loss = F.softmaxCrossEntropy(model.forward(x), t);
      keep(loss);
      return loss;
    },
  });
  return async () => {
    await updater.update();
    const { array } = loss as unknown as Variable;
    const value = await array.item();
    array.release();
    return value;
  };
}

export async function ours(): Promise<Library> {
  const device = await createWebGpuDevice();
  setDefaultDevice(device);

  const product = (n: number) => {
    const a = filled(n, n);
    const b = filled(n, n);
    return async () => {
      a.matmul(b).release();
      await device.synchronize();
    };
  };
  const mlp = ({ units, batch }: { readonly units: readonly number[]; readonly batch: number }) =>
    training(new MLP(units), filled(batch, units[0] as number), array(labels(batch, units.at(-1) as number)));
  const conv = (grads: boolean) => {
    const { batch, channels, size, ksize } = convolution;
    const layer = new L.Convolution2D(channels, channels, ksize, { pad: 1 });
    const x = new Variable(filled(batch, channels, size, size));
    const gy = filled(batch, channels, size, size);
    return async () => {
      scope(() => {
        layer.cleargrads();
        x.cleargrad();
        const y = layer.forward(x);
        if (!grads) return;
        y.grad = gy;
        y.backward();
      });
      await device.synchronize();
    };
  };
  return {
    steps: {
      mlp: () => mlp(networks.mlp),
      mlp_small: () => mlp(networks.mlp_small),
      gemm256: () => product(256),
      gemm1024: () => product(1024),
      conv: () => conv(false),
      conv_grads: () => conv(true),
      cnn: () =>
        training(new CNN(), filled(cnn.batch, 1, cnn.size, cnn.size), array(labels(cnn.batch, cnn.classes))),
    },
  };
}
