import {
  type Device,
  type DType,
  emptyOn,
  int32,
  type Kernels,
  NdArray,
  type RecurrentArrays,
  type RecurrentForm,
  uint8,
} from '@chainer/xp/internal';
import { copyProgram } from '../copy.ts';
import { Dense } from '../dense.ts';
import type { Cudnn } from './cudnn.ts';
import { CudnnRnn, inference, lengthsOf, type Network, type Place, training } from './cudnn-rnn.ts';

type Family = Required<Pick<Kernels, 'recurrent' | 'recurrentGrad'>>;

/** Spaces behind each other begin at such places. */
const aligned = (bytes: number) => Math.ceil(bytes / 512) * 512;

/** Recurrent networks by cuDNN: all layers, directions and time steps in one call. */
export function recurrentByLibrary(
  dnn: Cudnn,
  portable: Pick<Kernels, 'copy' | 'elementwiseMany'>,
): Family & Required<Pick<Device, 'recurrentSpace'>> {
  const rnn = new CudnnRnn(dnn);
  const { ctx } = dnn;
  const { device } = ctx;

  const place = (space: NdArray, d: DType, { offset, shape }: Place) =>
    new NdArray(space.storage, d, shape, undefined, offset / d.itemsize);

  /** Copies lists of arrays, in one kernel where dtypes are the same. */
  function copyAll(from: readonly NdArray[], to: readonly NdArray[]): void {
    const program = copyProgram(from[0]!.dtype, to[0]!.dtype);
    portable.elementwiseMany(
      program,
      from.map((x, k) => ({ inputs: [x], outputs: [to[k]!], shape: to[k]!.shape })),
    );
  }

  /** Weights and biases in cuDNN's space, from its start on. */
  const listOf = ({ weights, biases }: Network, space: NdArray, d: DType) =>
    [...weights, ...biases].map((p) => place(space, d, p));
  const given = ({ weights, biases }: RecurrentArrays) => [...weights, ...biases];

  /** Runs `body` with the lengths of the sequences on the device, and memory of those sizes. */
  function withMemory(
    form: RecurrentForm,
    bytes: readonly number[],
    body: (lengths: NdArray, ...memory: NdArray[]) => void,
  ): void {
    const list = lengthsOf(form.steps);
    const lengths = emptyOn(device, [list.length], int32);
    device.write(lengths, list);
    const memory = bytes.map((n) => emptyOn(device, [Math.max(n, 1)], uint8));
    body(lengths, ...memory);
    for (const x of [lengths, ...memory]) x.storage.release();
  }

  const at = (x: NdArray | null) => (x === null ? 0 : dnn.addressOf(x));
  const statesOf = (form: RecurrentForm, d: DType) =>
    dnn.tensor(d.name, [form.layers * form.directions, form.steps[0]!, form.units]);

  return {
    recurrentSpace(form, d) {
      // That cuDNN has bfloat16 on every GPU that it serves is not documented.
      if (d.kind !== 'f' || d.name === 'bfloat16') return null;
      const network = rnn.networkOf(form, d.name);
      dnn.follow();
      const [x] = rnn.dataOf(form, d.name);
      return aligned(network.weightBytes) + rnn.spacesOf(network, training, x).reserve;
    },

    recurrent(form, inputs, results, space) {
      const d = inputs.x.dtype;
      const network = rnn.networkOf(form, d.name);
      dnn.follow();
      const data = rnn.dataOf(form, d.name);
      const mode = space === null ? inference : training;
      const { work, reserve } = rnn.spacesOf(network, mode, data[0]);
      const dense = new Dense(portable.copy);
      const [x, h] = [dense.input(inputs.x), dense.input(inputs.h)];
      const c = inputs.c && dense.input(inputs.c);
      const [y, hy] = [dense.output(results.y), dense.output(results.h)];
      const cy = results.c && dense.output(results.c);
      const states = statesOf(form, d);
      withMemory(form, [work, space === null ? network.weightBytes : 0], (lengths, room, own) => {
        const weights = space ?? own!;
        copyAll(given(inputs), listOf(network, weights, d));
        dnn.check(
          'cudnnRNNForward',
          ...[dnn.handle, network.descriptor, mode, at(lengths), data[0], at(x), data[1], at(y)],
          ...[
            states,
            at(h),
            at(hy),
            states,
            at(c),
            at(cy),
            network.weightBytes,
            at(weights),
            work,
            at(room!),
          ],
          ...[reserve, space === null ? 0 : at(space) + aligned(network.weightBytes)],
        );
      });
      dense.finish();
    },

    recurrentGrad(form, inputs, outputs, gradients, space, results) {
      const d = inputs.x.dtype;
      const network = rnn.networkOf(form, d.name);
      dnn.follow();
      const data = rnn.dataOf(form, d.name);
      const { work, reserve } = rnn.spacesOf(network, training, data[0]);
      const dense = new Dense(portable.copy);
      const [x, h, y, gy] = [inputs.x, inputs.h, outputs, gradients.y].map((a) => dense.input(a)) as [
        NdArray,
        NdArray,
        NdArray,
        NdArray,
      ];
      const [c, ghy, gcy] = [inputs.c, gradients.h, gradients.c].map((a) => a && dense.input(a)) as [
        NdArray | null,
        NdArray | null,
        NdArray | null,
      ];
      const [gx, gh] = [dense.output(results.x), dense.output(results.h)];
      const gc = results.c && dense.output(results.c);
      const states = statesOf(form, d);
      const { weightBytes, descriptor } = network;
      withMemory(form, [work, weightBytes], (lengths, room, gweights) => {
        const rest = [work, at(room!), reserve, at(space) + aligned(weightBytes)];
        dnn.check(
          'cudnnRNNBackwardData_v8',
          ...[dnn.handle, descriptor, at(lengths), data[1], at(y), at(gy), data[0], at(gx), states],
          ...[at(h), at(ghy), at(gh), states, at(c), at(gcy), at(gc), weightBytes, at(space), ...rest],
        );
        // The gradient of the weights is added to what is there; the gaps are nobody's.
        device.gpu.driver.check('cuMemsetD8Async', at(gweights!), 0, weightBytes, dnn.stream);
        dnn.check(
          'cudnnRNNBackwardWeights_v8',
          ...[dnn.handle, descriptor, 0, at(lengths), data[0], at(x), states, at(h), data[1], at(y)],
          ...[weightBytes, at(gweights!), ...rest],
        );
        copyAll(listOf(network, gweights!, d), given(results));
      });
      dense.finish();
    },
  };
}
