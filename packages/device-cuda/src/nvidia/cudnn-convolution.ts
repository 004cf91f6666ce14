import { type Cudnn, cudnnTypes, deterministic, flat, mathOf, plane, sumType, unsupported } from './cudnn.ts';

/** `CUDNN_CROSS_CORRELATION`, `CUDNN_TENSOR_NCHW`. */
const crossCorrelation = 1;
const channelsFirst = 0;

/** Bytes of `cudnnConvolutionFwdAlgoPerf_t` and its two sisters, and where its parts are. */
const performance = { bytes: 48, algorithm: 0, status: 4, memory: 16, determinism: 24, math: 28 };
/** So many candidates the heuristic may name. */
const candidates = 8;
/** No algorithm gets a larger workspace. */
const mostWorkspace = 1 << 30;

/** Which of the three products of a convolution: names of its functions. */
const functions = {
  forward: { run: 'cudnnConvolutionForward', find: 'cudnnGetConvolutionForwardAlgorithm_v7' },
  data: { run: 'cudnnConvolutionBackwardData', find: 'cudnnGetConvolutionBackwardDataAlgorithm_v7' },
  weight: { run: 'cudnnConvolutionBackwardFilter', find: 'cudnnGetConvolutionBackwardFilterAlgorithm_v7' },
} as const;

/** A convolution of dense arrays, by extents: image `[N, C, …]`, weights `[O, C/groups, …]`, windows `[N, O, …]`. */
export interface ConvolutionShape {
  readonly dtype: string;
  readonly image: readonly number[];
  readonly weights: readonly number[];
  readonly windows: readonly number[];
  readonly pad: readonly number[];
  readonly stride: readonly number[];
  readonly dilate: readonly number[];
  readonly groups: number;
  readonly tf32: boolean;
  readonly deterministic: boolean;
}

/** Descriptors, and the algorithm of each product, chosen when it is first run. */
interface Plan {
  readonly image: number;
  readonly weights: number;
  readonly windows: number;
  readonly bias: number;
  readonly convolution: number;
  readonly chosen: Partial<Record<keyof typeof functions, Choice | null>>;
}

interface Choice {
  readonly algorithm: number;
  readonly workspace: number;
  /** `cudnnMathType_t` that goes with it. */
  readonly math: number;
}

/** The three products of convolutions by cuDNN, with the algorithm that was chosen for each. */
export class CudnnConvolution {
  readonly dnn: Cudnn;
  private readonly plans = new Map<string, Plan>();

  constructor(dnn: Cudnn) {
    this.dnn = dnn;
  }

  /** Queues one of the three products: `result = beta result + product`. Whether cuDNN has an algorithm for it. */
  run(
    kind: keyof typeof functions,
    shape: ConvolutionShape,
    first: number,
    second: number,
    result: number,
    beta: 0 | 1,
  ): boolean {
    const { dnn } = this;
    const { memory } = dnn.ctx;
    dnn.follow();
    const plan = this.planOf(shape);
    const { image, weights, windows, convolution } = plan;
    const [a, b, y] = {
      forward: [image, weights, windows],
      data: [weights, windows, image],
      weight: [image, windows, weights],
    }[kind] as [number, number, number];
    let choice = plan.chosen[kind];
    if (choice === undefined) {
      choice = this.choose(functions[kind].find, [a, b, convolution, y], shape.deterministic);
      plan.chosen[kind] = choice;
    }
    if (choice === null) return false;
    const { algorithm, workspace, math } = choice;
    dnn.check('cudnnSetConvolutionMathType', convolution, math);
    const scratch = workspace === 0 ? null : memory.scratch(workspace);
    dnn.check(
      functions[kind].run,
      ...[dnn.handle, dnn.factor(shape.dtype, 1), a, first, b, second, convolution, algorithm],
      ...[scratch?.address ?? 0, workspace, dnn.factor(shape.dtype, beta), y, result],
    );
    if (scratch !== null) memory.giveScratchBack(scratch);
    return true;
  }

  /** Queues the gradient of a bias: sums over everything but channels. */
  bias(shape: ConvolutionShape, gy: number, gb: number): void {
    const { dnn } = this;
    dnn.follow();
    const { windows, bias } = this.planOf(shape);
    const [zero, one] = [dnn.factor(shape.dtype, 0), dnn.factor(shape.dtype, 1)];
    dnn.check('cudnnConvolutionBackwardBias', dnn.handle, one, windows, gy, zero, bias, gb);
  }

  private planOf(shape: ConvolutionShape): Plan {
    const key = JSON.stringify(shape);
    let plan = this.plans.get(key);
    if (plan === undefined) {
      plan = this.plan(shape);
      this.plans.set(key, plan);
    }
    return plan;
  }

  private plan(shape: ConvolutionShape): Plan {
    const { dnn } = this;
    const { native } = dnn;
    const { dtype } = shape;
    const weights = dnn.made('cudnnCreateFilterDescriptor');
    const extents = Int32Array.from(plane(shape.weights));
    dnn.check(
      'cudnnSetFilterNdDescriptor',
      ...[weights, cudnnTypes[dtype]!, channelsFirst, extents.length, native.bytes(extents)],
    );
    const convolution = dnn.made('cudnnCreateConvolutionDescriptor');
    const [pad, stride, dilate] = [flat(shape.pad, 0), flat(shape.stride, 1), flat(shape.dilate, 1)];
    dnn.check(
      'cudnnSetConvolutionNdDescriptor',
      ...[convolution, pad!.length, native.bytes(pad!), native.bytes(stride!), native.bytes(dilate!)],
      ...[crossCorrelation, sumType(dtype)],
    );
    dnn.check('cudnnSetConvolutionGroupCount', convolution, shape.groups);
    dnn.check('cudnnSetConvolutionMathType', convolution, mathOf(dtype, shape.tf32));
    const windows = plane(shape.windows);
    return {
      image: dnn.tensor(dtype, plane(shape.image)),
      weights,
      windows: dnn.tensor(dtype, windows),
      bias: dnn.tensor(
        dtype,
        windows.map((e, axis) => (axis === 1 ? e : 1)),
      ),
      convolution,
      chosen: {},
    };
  }

  /** The first algorithm of the heuristic's that works, fits and is reproducible if that was asked for; null: none. */
  private choose(find: string, descriptors: readonly number[], reproducible: boolean): Choice | null {
    const { dnn } = this;
    const { native } = dnn;
    const results = new Uint8Array(candidates * performance.bytes);
    native.set(0, 0);
    const status = dnn.status(
      find,
      ...[dnn.handle, ...descriptors, candidates, native.slot(), native.bytes(results)],
    );
    if (unsupported(status)) return null;
    dnn.verify(find, status);
    const view = new DataView(results.buffer);
    const found = native.int();
    for (let k = 0; k < found; k++) {
      const at = k * performance.bytes;
      const memory = Number(view.getBigUint64(at + performance.memory, true));
      if (view.getInt32(at + performance.status, true) !== 0 || memory > mostWorkspace) continue;
      if (reproducible && view.getInt32(at + performance.determinism, true) !== deterministic) continue;
      const part = (offset: number) => view.getInt32(at + offset, true);
      return { algorithm: part(performance.algorithm), workspace: memory, math: part(performance.math) };
    }
    return null;
  }
}
