import '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { adam, cnn, convolution, type Library, labels, networks, type Step, uniform } from './work.ts';

const filled = <R extends tf.Rank>(...shape: tf.ShapeMap[R]) =>
  tf.tensor<R>(uniform(shape.reduce((a, b) => a * b, 1)), shape);

/** Forward, backward, Adam, read the loss: `Optimizer.minimize` over the variables of a model. */
function training(model: layers.Sequential, x: tf.Tensor, t: tf.Tensor1D, classes: number): Step {
  const optimizer = tf.train.adam(adam.alpha, adam.beta1, adam.beta2, adam.eps);
  const targets = tf.oneHot(t, classes);
  const cost = () =>
    tf.losses.softmaxCrossEntropy<tf.Tensor, tf.Scalar>(
      targets,
      model.apply(x, { training: true }) as tf.Tensor,
    );
  return async () => {
    const loss = optimizer.minimize(cost, true) as tf.Scalar;
    const [value] = await loss.data();
    loss.dispose();
    return value;
  };
}

function mlp({ units, batch }: { readonly units: readonly number[]; readonly batch: number }): Step {
  const model = layers.sequential();
  units.slice(1).forEach((n, i) => {
    const last = i + 2 === units.length;
    model.add(
      layers.layers.dense({
        units: n,
        activation: last ? 'linear' : 'relu',
        ...(i === 0 ? { inputShape: [units[0] as number] } : {}),
      }),
    );
  });
  const classes = units.at(-1) as number;
  return training(
    model,
    filled(batch, units[0] as number),
    tf.tensor1d(labels(batch, classes), 'int32'),
    classes,
  );
}

function network(): Step {
  const model = layers.sequential();
  cnn.channels.forEach((filters, i) => {
    const inputShape = i === 0 ? { inputShape: [cnn.size, cnn.size, 1] } : {};
    model.add(
      layers.layers.conv2d({ filters, kernelSize: 3, padding: 'same', activation: 'relu', ...inputShape }),
    );
    model.add(layers.layers.maxPooling2d({ poolSize: 2 }));
  });
  model.add(layers.layers.flatten());
  model.add(layers.layers.dense({ units: cnn.classes }));
  const t = tf.tensor1d(labels(cnn.batch, cnn.classes), 'int32');
  return training(model, filled(cnn.batch, cnn.size, cnn.size, 1), t, cnn.classes);
}

/** TensorFlow.js; images have their channels last, as it wants them. */
export async function tfjs(): Promise<Library> {
  await tf.setBackend('webgpu');
  await tf.ready();
  const backend = tf.backend() as unknown as {
    endComputePassEncoder(): void;
    submitQueue(): void;
    queue: GPUQueue;
  };
  const finish = async () => {
    backend.endComputePassEncoder();
    backend.submitQueue();
    await backend.queue.onSubmittedWorkDone();
  };
  const product = (n: number) => {
    const [a, b] = [filled<tf.Rank.R2>(n, n), filled<tf.Rank.R2>(n, n)];
    return async () => {
      tf.matMul(a, b).dispose();
      await finish();
    };
  };
  const conv = (grads: boolean) => {
    const { batch, channels, size, ksize } = convolution;
    const x = filled<tf.Rank.R4>(batch, size, size, channels);
    const gy = filled<tf.Rank.R4>(batch, size, size, channels);
    const W = filled<tf.Rank.R4>(ksize, ksize, channels, channels);
    const b = filled<tf.Rank.R1>(channels);
    const forward = (x: tf.Tensor4D, W: tf.Tensor4D, b: tf.Tensor1D) =>
      tf.fused.conv2d({ x, filter: W, bias: b, strides: 1, pad: 'same' });
    const gradients = tf.valueAndGrads((...[x, W, b]: tf.Tensor[]) =>
      forward(x as tf.Tensor4D, W as tf.Tensor4D, b as tf.Tensor1D),
    );
    return async () => {
      tf.tidy(() => {
        if (grads) gradients([x, W, b], gy);
        else forward(x, W, b);
      });
      await finish();
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
      cnn: network,
    },
  };
}
