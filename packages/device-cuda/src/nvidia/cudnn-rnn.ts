import { DeviceError, type RecurrentForm } from '@chainer/xp/internal';
import { type Cudnn, cudnnTypes, mathOf, sumType } from './cudnn.ts';

/** `cudnnRNNMode_t`, and gates of each cell. */
const cells = {
  relu: { mode: 0, gates: 1 },
  tanh: { mode: 1, gates: 1 },
  lstm: { mode: 2, gates: 4 },
  gru: { mode: 3, gates: 3 },
} as const;
/** `CUDNN_RNN_ALGO_STANDARD`, `CUDNN_RNN_DOUBLE_BIAS`, `CUDNN_LINEAR_INPUT`: a bias for each matrix, as Chainer has them. */
const standard = 0;
const twoBiases = 2;
const linearInput = 0;
/** `CUDNN_RNN_DATA_LAYOUT_SEQ_MAJOR_PACKED`. */
const packed = 1;
/** `CUDNN_FWD_MODE_INFERENCE` and `…_TRAINING`. */
export const inference = 0;
export const training = 1;

/** Where a matrix or bias lies in cuDNN's space of weights: bytes from its start. */
export interface Place {
  readonly offset: number;
  readonly shape: readonly number[];
}

/** What does not depend on the sequences: the descriptor, and where weights lie. */
export interface Network {
  readonly descriptor: number;
  readonly weightBytes: number;
  readonly weights: readonly Place[];
  readonly biases: readonly Place[];
}

/** Lengths of sequences from how many there are at each time step. */
export function lengthsOf(steps: readonly number[]): Int32Array {
  const lengths = new Int32Array(steps[0]!);
  for (const n of steps) for (let b = 0; b < n; b++) lengths[b]!++;
  return lengths;
}

/** Descriptors of cuDNN's recurrent networks. */
export class CudnnRnn {
  readonly dnn: Cudnn;
  private readonly networks = new Map<string, Network>();
  /** Descriptors of the input and the output, set anew before each call. */
  private readonly data: readonly [number, number];

  constructor(dnn: Cudnn) {
    this.dnn = dnn;
    this.data = [dnn.made('cudnnCreateRNNDataDescriptor'), dnn.made('cudnnCreateRNNDataDescriptor')];
  }

  networkOf(form: RecurrentForm, dtype: string): Network {
    const { cell, layers, directions, inputs, units } = form;
    const { tf32 } = this.dnn.ctx.device;
    const key = `${cell};${layers};${directions};${inputs};${units};${dtype};${tf32}`;
    let network = this.networks.get(key);
    if (network === undefined) {
      network = this.network(form, dtype);
      this.networks.set(key, network);
    }
    return network;
  }

  private network(form: RecurrentForm, dtype: string): Network {
    const { dnn } = this;
    const { native, ctx } = dnn;
    const { layers, directions, inputs, units } = form;
    const { mode, gates } = cells[form.cell];
    const descriptor = dnn.made('cudnnCreateRNNDescriptor');
    // No projection (its size is that of the states), no dropout: its masks would not be ours.
    dnn.check(
      'cudnnSetRNNDescriptor_v8',
      ...[
        descriptor,
        standard,
        mode,
        twoBiases,
        directions - 1,
        linearInput,
        cudnnTypes[dtype]!,
        sumType(dtype),
      ],
      ...[mathOf(dtype, ctx.device.tf32), inputs, units, units, layers, 0, 0],
    );
    dnn.follow();
    native.set(0, 0);
    dnn.check('cudnnGetRNNWeightSpaceSize', dnn.handle, descriptor, native.slot());
    const weightBytes = native.pointer();
    const [matrix, bias] = [dnn.made('cudnnCreateTensorDescriptor'), dnn.made('cudnnCreateTensorDescriptor')];
    const [weights, biases]: [Place[], Place[]] = [[], []];
    const space = ctx.memory.scratch(weightBytes);
    for (let layer = 0; layer < layers * directions; layer++)
      for (let k = 0; k < 2 * gates; k++) {
        dnn.check(
          'cudnnGetRNNWeightParams',
          ...[dnn.handle, descriptor, layer, weightBytes, space.address, k],
          ...[matrix, native.slot(0), bias, native.slot(1)],
        );
        const [m, b] = [native.pointer(0) - space.address, native.pointer(1) - space.address];
        const read = layer < directions ? inputs : units * directions;
        const width = k < gates ? read : units;
        weights.push({ offset: m, shape: this.expect(matrix, [units, width]) });
        biases.push({ offset: b, shape: this.expect(bias, [units, 1]).slice(0, 1) });
      }
    ctx.memory.giveScratchBack(space);
    for (const made of [matrix, bias]) dnn.check('cudnnDestroyTensorDescriptor', made);
    return { descriptor, weightBytes, weights, biases };
  }

  /** The shape of what a descriptor describes: rows and columns, dense. @throws {DeviceError} if it is another one. */
  private expect(descriptor: number, shape: readonly [number, number]): readonly number[] {
    const { dnn } = this;
    const { native } = dnn;
    const [extents, steps] = [new Int32Array(8), new Int32Array(8)];
    dnn.check(
      'cudnnGetTensorNdDescriptor',
      ...[descriptor, 8, native.slot(2), native.slot(3), native.bytes(extents), native.bytes(steps)],
    );
    const [rows, columns] = shape;
    const found = [...extents.slice(0, native.int(3)), ...steps.slice(0, native.int(3))];
    const wanted = [1, rows, columns, rows * columns, columns, 1];
    // The step of an axis of one element does not matter.
    if (found.length !== 6 || wanted.some((v, i) => v !== found[i] && (i < 3 || wanted[i - 3] !== 1)))
      throw new DeviceError(
        `[${dnn.ctx.device.name}] cuDNN keeps a weight of a recurrent network as extents and steps [${found}], expected [${wanted}]`,
      );
    return shape;
  }

  /** Descriptors of input and output for those sequences. */
  dataOf(form: RecurrentForm, dtype: string): readonly [x: number, y: number] {
    const { dnn } = this;
    const lengths = lengthsOf(form.steps);
    const sizes = [form.inputs, form.units * form.directions];
    this.data.forEach((descriptor, k) => {
      dnn.check(
        'cudnnSetRNNDataDescriptor',
        ...[descriptor, cudnnTypes[dtype]!, packed, form.steps.length, lengths.length, sizes[k]!],
        ...[dnn.native.bytes(lengths), 0],
      );
    });
    return this.data;
  }

  /** Bytes that a pass works with, and that stay for the gradient. */
  spacesOf(network: Network, mode: number, x: number): { readonly work: number; readonly reserve: number } {
    const { dnn } = this;
    const { native } = dnn;
    native.set(0, 0);
    native.set(1, 0);
    dnn.check(
      'cudnnGetRNNTempSpaceSizes',
      ...[dnn.handle, network.descriptor, mode, x, native.slot(0), native.slot(1)],
    );
    return { work: native.pointer(0), reserve: native.pointer(1) };
  }
}
