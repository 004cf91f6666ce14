import type { Context } from '../context.ts';
import type { Library } from '../libraries.ts';
import { Bound } from './bound.ts';

/** `cudnnDataType_t`. */
export const cudnnTypes: Readonly<Record<string, number>> = {
  float32: 0,
  float64: 1,
  float16: 2,
  bfloat16: 9,
};

/** `CUDNN_CROSS_CORRELATION`, `CUDNN_TENSOR_NCHW`, `CUDNN_DETERMINISTIC`. */
const crossCorrelation = 1;
const channelsFirst = 0;
const deterministic = 1;
/** `cudnnMathType_t`: tensor cores (TF32 for float32), and float32 as it is. */
const tensorMath = 1;
const defaultMath = 0;
const exactMath = 3;

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

/** cuDNN of a device. */
export class Cudnn {
  private readonly dnn: Bound;
  private readonly handle: number;
  private readonly plans = new Map<string, Plan>();
  private readonly factors = {
    single: [Float32Array.of(0), Float32Array.of(1)],
    double: [Float64Array.of(0), Float64Array.of(1)],
  } as const;
  private stream = 0;

  constructor(ctx: Context) {
    this.dnn = new Bound(ctx, 'cudnn', (status, library: Library) =>
      library.native.addon.text(library.native.value(library.fn('cudnnGetErrorString'), status)),
    );
    this.handle = this.dnn.made('cudnnCreate');
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
    const { ctx, native } = dnn;
    this.follow();
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
    const scratch = workspace === 0 ? null : ctx.memory.scratch(workspace);
    const [zero, one] = this.factors[shape.dtype === 'float64' ? 'double' : 'single'];
    dnn.check(
      functions[kind].run,
      ...[this.handle, native.bytes(one), a, first, b, second, convolution, algorithm],
      ...[scratch?.address ?? 0, workspace, native.bytes(beta === 0 ? zero : one), y, result],
    );
    if (scratch !== null) ctx.memory.giveScratchBack(scratch);
    return true;
  }

  /** Queues the gradient of a bias: sums over everything but channels. */
  bias(shape: ConvolutionShape, gy: number, gb: number): void {
    const { dnn } = this;
    this.follow();
    const { windows, bias } = this.planOf(shape);
    const [zero, one] = this.factors[shape.dtype === 'float64' ? 'double' : 'single'];
    const { native } = dnn;
    dnn.check(
      'cudnnConvolutionBackwardBias',
      ...[this.handle, native.bytes(one), windows, gy, native.bytes(zero), bias, gb],
    );
  }

  /** Work goes to the stream that is current. */
  private follow(): void {
    const { dnn } = this;
    dnn.ctx.device.gpu.use();
    if (this.stream === dnn.stream) return;
    dnn.check('cudnnSetStream', this.handle, dnn.stream);
    this.stream = dnn.stream;
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
    const type = cudnnTypes[shape.dtype]!;
    const tensor = (extents: readonly number[]) => {
      const made = dnn.made('cudnnCreateTensorDescriptor');
      const steps = extents.map((_, axis) => extents.slice(axis + 1).reduce((p, e) => p * e, 1));
      const [d, s] = [Int32Array.from(extents), Int32Array.from(steps)];
      dnn.check('cudnnSetTensorNdDescriptor', made, type, extents.length, native.bytes(d), native.bytes(s));
      return made;
    };
    // cuDNN has two spatial axes at least.
    const plane = (extents: readonly number[]) => (extents.length < 4 ? [...extents, 1] : extents);
    const flat = (values: readonly number[], more: number) =>
      values.length < 2 ? [...values, more] : values;
    const weights = dnn.made('cudnnCreateFilterDescriptor');
    const extents = Int32Array.from(plane(shape.weights));
    dnn.check(
      'cudnnSetFilterNdDescriptor',
      weights,
      type,
      channelsFirst,
      extents.length,
      native.bytes(extents),
    );
    const convolution = dnn.made('cudnnCreateConvolutionDescriptor');
    const [pad, stride, dilate] = [flat(shape.pad, 0), flat(shape.stride, 1), flat(shape.dilate, 1)].map(
      (v) => Int32Array.from(v),
    ) as [Int32Array, Int32Array, Int32Array];
    dnn.check(
      'cudnnSetConvolutionNdDescriptor',
      ...[convolution, pad.length, native.bytes(pad), native.bytes(stride), native.bytes(dilate)],
      ...[crossCorrelation, shape.dtype === 'float64' ? 1 : 0],
    );
    dnn.check('cudnnSetConvolutionGroupCount', convolution, shape.groups);
    const half = shape.dtype === 'float16' || shape.dtype === 'bfloat16';
    const math = half ? tensorMath : shape.dtype === 'float32' && !shape.tf32 ? exactMath : defaultMath;
    dnn.check('cudnnSetConvolutionMathType', convolution, math);
    const channels = shape.windows[1]!;
    return {
      image: tensor(plane(shape.image)),
      weights,
      windows: tensor(plane(shape.windows)),
      bias: tensor([
        1,
        channels,
        ...plane(shape.windows)
          .slice(2)
          .map(() => 1),
      ]),
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
      this.handle,
      ...descriptors,
      candidates,
      native.slot(),
      native.bytes(results),
    );
    // 3000 to 3999: what is asked for is not supported.
    if (status >= 3000 && status < 4000) return null;
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
