import type { Program, ReduceProgram } from '../scalar/program.ts';
import type { DType, TypedArray } from './dtype.ts';
import type { NdArray } from './ndarray.ts';
import type { Scalar } from './promotion.ts';
import type { Storage } from './storage.ts';

/** One spatial geometry of a convolution: one entry per spatial axis. */
export interface ConvGeometry {
  readonly stride: readonly number[];
  readonly pad: readonly number[];
  readonly dilate: readonly number[];
  readonly groups: number;
}

/** The windows of a pooling: one entry per spatial axis. The output's shape decides how many windows there are. */
export interface PoolGeometry {
  readonly ksize: readonly number[];
  readonly stride: readonly number[];
  readonly pad: readonly number[];
}

/** What an average over a window divides by: all its places, or only those inside the input. */
export type AverageDivisor = 'window' | 'inside';

/** How several values that meet at one place are combined. */
export type ScatterMode = 'set' | 'add' | 'max' | 'min';

/** One Fourier transform along an axis. */
export interface FftGeometry {
  readonly axis: number;
  /** Length of the transform: input lines are cut or continued with zeros. */
  readonly n: number;
  /** Whether the exponent is positive. */
  readonly inverse: boolean;
  /** What every result is multiplied by. */
  readonly scale: number;
}

/** Which triangle of a matrix is meant, and how it is applied. */
export interface TriangularForm {
  readonly lower: boolean;
  /** The diagonal is taken to be ones. */
  readonly unit: boolean;
  readonly op: 'none' | 'transpose' | 'adjoint';
}

/** A stack of recurrent layers over sequences of different lengths. */
export interface RecurrentForm {
  /** Gates of `lstm`: i, f, a, o; of `gru`: r, z, h; the plain ones have one. */
  readonly cell: 'lstm' | 'gru' | 'tanh' | 'relu';
  readonly layers: number;
  readonly directions: 1 | 2;
  /** Numbers of features of the input and of the states: I and D. */
  readonly inputs: number;
  readonly units: number;
  /** How many sequences have each time step: falling, the first N. */
  readonly steps: readonly number[];
}

/**
 * Arrays of a recurrent network. `x` and `y` hold the rows of all sequences, time step after time step: `[ΣN, I]` and `[ΣN, D · directions]`. States
 * are `[layers · directions, N, D]`, `c` null where the cell has none. `weights` lists for every layer and direction a
 * matrix for each gate that multiplies the layer's input, then one for each that multiplies h; `biases` likewise.
 */
export interface RecurrentArrays {
  readonly x: NdArray;
  readonly h: NdArray;
  readonly c: NdArray | null;
  readonly weights: readonly NdArray[];
  readonly biases: readonly NdArray[];
}

/** Results of a recurrent network, or their gradients. */
export interface RecurrentResults {
  readonly y: NdArray;
  readonly h: NdArray;
  readonly c: NdArray | null;
}

/** An associative operation of a running scan. */
export type ScanOp = 'add' | 'multiply' | 'maximum' | 'minimum';

/** The key and position of a Philox4x32-10 stream: `offset` counts blocks of four 32-bit words. */
export interface RandomState {
  readonly key0: number;
  readonly key1: number;
  readonly offset: number;
}

/** What a random kernel fills an array with, from one block of Philox words per four elements. */
export type RandomKind =
  /** uint32 words as they come. */
  | 'bits'
  /** Floats in [0, 1): 24 bits for 16- and 32-bit types, 53 (two words an element) for float64. */
  | 'uniform'
  /** Standard normal floats by Box-Muller. */
  | 'normal';

/**
 * What a device must provide: every kernel family, one entry each. A device that lacks one does not compile.
 *
 * Arrays are strided views; outputs are never broadcast and never overlap an input unless they are the very same view.
 * Shapes and dtypes were checked by the caller: kernels compute, they do not judge.
 */
export interface Kernels {
  /** `dst[...] = src` with a cast. `src` broadcasts to `dst`. Overlap is allowed only for identical views. */
  copy(src: NdArray, dst: NdArray): void;
  /** `dst[...] = value`. */
  fill(dst: NdArray, value: Scalar): void;
  /** Runs a scalar program at every element. Every input broadcasts to `shape`, the shape of all outputs; raw inputs stand whole. */
  elementwise(
    program: Program,
    inputs: readonly (NdArray | Scalar)[],
    outputs: readonly NdArray[],
    shape: readonly number[],
  ): void;
  /** The same program over several lists of operands (an optimizer step over all parameters), in one go where the device can. */
  elementwiseMany(program: Program, calls: readonly ElementwiseCall[]): void;
  /** Map, combine along `axes` (ascending) of `shape`, finish. `output` has the remaining axes. */
  reduce(
    program: ReduceProgram,
    inputs: readonly (NdArray | Scalar)[],
    output: NdArray,
    shape: readonly number[],
    axes: readonly number[],
    postScalars: readonly Scalar[],
  ): void;
  /** Index (int32) of the greatest or smallest element along `axis`, the first of equals; the first NaN wins. */
  argreduce(op: 'max' | 'min', x: NdArray, output: NdArray, axis: number): void;
  /** Running combination along `axis`; computed in `output`'s dtype. */
  scan(op: ScanOp, x: NdArray, output: NdArray, axis: number): void;
  /**
   * Discrete Fourier transform along an axis, over real and imaginary parts of one floating dtype (32 or 64 bits). `im` null:
   * real input. `outIm` null: real output, for which the second half of the input is taken to mirror the first (conjugated).
   * Writes as many of the first frequencies as the output has.
   */
  fft(re: NdArray, im: NdArray | null, outRe: NdArray, outIm: NdArray | null, geometry: FftGeometry): void;
  /** Sorted copy along `axis`, NaN last. */
  sort(x: NdArray, output: NdArray, axis: number): void;
  /** Stable sorting indices (int32) along `axis`, NaN last. */
  argsort(x: NdArray, output: NdArray, axis: number): void;
  /** `output[a, j, b] = x[a, indices[j], b]`: whole slices along `axis`. Negative indices count from the end; others out of range throw. */
  gather(x: NdArray, indices: NdArray, axis: number, output: NdArray): void;
  /** `x[a, indices[j], b] (mode)= values[a, j, b]`, in order of `j`. `values` broadcasts. */
  scatter(x: NdArray, indices: NdArray, axis: number, values: NdArray, mode: ScatterMode): void;
  /** Flat C-order positions (int32) of the true elements. The size of the result depends on the data. */
  nonzero(x: NdArray): NdArray;
  /** Fills a contiguous array from a Philox stream; the same numbers on every device. */
  random(kind: RandomKind, output: NdArray, state: RandomState): void;
  /** `output = a @ b (+ bias)` over the last two axes; leading axes agree or have stride 0. `bias` is `[N]`. */
  matmul(a: NdArray, b: NdArray, output: NdArray, bias: NdArray | null): void;
  // Linear algebra: contiguous stacks of matrices of one dtype, floating or complex of 32- or 64-bit parts, no matrix empty.
  /** LU factors of square matrices with row exchanges, in place; `pivots` (int32): the row that each row changed places with. */
  lu(a: NdArray, pivots: NdArray): void;
  /** Solves `A x = b` from those factors, in place in `b` `[…, n, m]`. */
  luSolve(factors: NdArray, pivots: NdArray, b: NdArray): void;
  /** Solves `op(A) x = b` for triangular A, in place in `b` `[…, n, m]`; the other triangle is not read. */
  triangularSolve(a: NdArray, b: NdArray, form: TriangularForm): void;
  /** Lower factor of Hermitian matrices (lower triangle read), in place; `info` (int32): order of the first minor that is not positive, or 0. */
  cholesky(a: NdArray, info: NdArray): void;
  /** `a = q r`: a `[…, m, n]`, q `[…, m, k]`, r `[…, k, n]`, k either min(m, n) or m. `a` is destroyed. */
  qr(a: NdArray, q: NdArray, r: NdArray): void;
  /** `a = u diag(s) vh`, s descending; u and vh both null, reduced or full, as their extents say. `a` is destroyed. */
  svd(a: NdArray, u: NdArray | null, s: NdArray, vh: NdArray | null): void;
  /** Eigenvalues, ascending, of Hermitian matrices (lower triangle read); the vectors take a's place, as columns. */
  eigh(a: NdArray, w: NdArray): void;
  /** Eigenvalues of complex matrices, and right eigenvectors of length 1 as columns; `info` (int32) is not 0 without convergence. */
  eig(a: NdArray, w: NdArray, v: NdArray | null, info: NdArray): void;
  /** Cross-correlation: x `[N, C, ...]`, W `[O, C/groups, ...]`, b `[O]`, y `[N, O, ...]`. */
  convolution(x: NdArray, W: NdArray, b: NdArray | null, y: NdArray, g: ConvGeometry): void;
  /** Its gradient towards x, which is also the forward pass of a deconvolution (there with a bias `[C]`). */
  convolutionData(gy: NdArray, W: NdArray, b: NdArray | null, gx: NdArray, g: ConvGeometry): void;
  /** Its gradient towards W, and towards b where `gb` is given: the sum of `gy` over all but channels. */
  convolutionWeight(x: NdArray, gy: NdArray, gW: NdArray, gb: NdArray | null, g: ConvGeometry): void;
  /** Windows of x `[N, C, ...]` as columns `[N, C, k..., out...]`; outside reads 0. */
  im2col(x: NdArray, col: NdArray, g: PoolGeometry & { readonly dilate: readonly number[] }): void;
  /** The transpose of im2col: columns added back to x. */
  col2im(col: NdArray, x: NdArray, g: PoolGeometry & { readonly dilate: readonly number[] }): void;
  /** Maximum of each window, and the place (int32, row-major within the window) where it was found first. */
  maxPooling(x: NdArray, y: NdArray, indices: NdArray, g: PoolGeometry): void;
  /** Adds each `gy` to the place its window's index names. */
  maxPoolingGrad(gy: NdArray, indices: NdArray, gx: NdArray, g: PoolGeometry): void;
  /** Reads from each window the place its index names (the gradient of maxPoolingGrad). */
  maxPoolingPick(x: NdArray, indices: NdArray, y: NdArray, g: PoolGeometry): void;
  /** Mean of each window; places outside count as `0` (`window`) or not at all (`inside`). */
  averagePooling(x: NdArray, y: NdArray, g: PoolGeometry, divisor: AverageDivisor): void;
  /** Its transpose: spreads each `gy` over its window. */
  averagePoolingGrad(gy: NdArray, gx: NdArray, g: PoolGeometry, divisor: AverageDivisor): void;
  /**
   * Batch normalization: `y = gamma (x - mean) / sqrt(var + eps) + beta`. `axes` lists the axes that are kept (`[1]` for
   * images), ascending; statistics are taken over all others. Writes mean, var (biased) and `invStd`; all of them have
   * gamma's shape, the kept axes in order.
   */
  batchNormalization(
    x: NdArray,
    gamma: NdArray,
    beta: NdArray,
    y: NdArray,
    mean: NdArray,
    variance: NdArray,
    invStd: NdArray,
    axes: readonly number[],
    eps: number,
  ): void;
  /** The same with given mean and variance. */
  fixedBatchNormalization(
    x: NdArray,
    gamma: NdArray,
    beta: NdArray,
    mean: NdArray,
    variance: NdArray,
    y: NdArray,
    axes: readonly number[],
    eps: number,
  ): void;
  /** Its gradients towards x, gamma and beta, with the statistics of the batch. */
  batchNormalizationGrad(
    x: NdArray,
    gamma: NdArray,
    mean: NdArray,
    invStd: NdArray,
    gy: NdArray,
    gx: NdArray,
    ggamma: NdArray,
    gbeta: NdArray,
    axes: readonly number[],
  ): void;
  /**
   * Group normalization: the channels of each sample in as many groups as `mean` has columns, `y = gamma (x - mean) / sqrt(var + eps) + beta`
   * with statistics of the group. x, y `[N, C, ...]`; gamma, beta `[C]`; mean and `invStd`, which it writes, `[N, groups]`.
   */
  groupNormalization(
    x: NdArray,
    gamma: NdArray,
    beta: NdArray,
    y: NdArray,
    mean: NdArray,
    invStd: NdArray,
    eps: number,
  ): void;
  /** Its gradients towards x, gamma and beta. */
  groupNormalizationGrad(
    x: NdArray,
    gamma: NdArray,
    mean: NdArray,
    invStd: NdArray,
    gy: NdArray,
    gx: NdArray,
    ggamma: NdArray,
    gbeta: NdArray,
  ): void;
  /**
   * A whole recurrent network, where `Device.recurrentSpace` says that there is one. Writes into `space` what its gradient reads; null: there
   * will be none.
   */
  recurrent?(
    form: RecurrentForm,
    inputs: RecurrentArrays,
    results: RecurrentResults,
    space: NdArray | null,
  ): void;
  /** Its gradients, all of them, once for each `space`. Gradients of the last states may be null: zero. */
  recurrentGrad?(
    form: RecurrentForm,
    inputs: RecurrentArrays,
    y: NdArray,
    gradients: { readonly y: NdArray; readonly h: NdArray | null; readonly c: NdArray | null },
    space: NdArray,
    results: RecurrentArrays,
  ): void;
  /** Softmax along `axis`, or its logarithm. */
  softmax(x: NdArray, y: NdArray, axis: number, log: boolean): void;
  /** Gradient of softmax (or log-softmax) from its output. */
  softmaxGrad(y: NdArray, gy: NdArray, gx: NdArray, axis: number, log: boolean): void;
  /**
   * What the logarithm of softmax takes off: the greatest element of each line along `axis`, and the logarithm of `sum(exp(x - max))`. Both
   * results have x's shape without `axis`.
   */
  softmaxStatistics(x: NdArray, max: NdArray, logSum: NdArray, axis: number): void;
}

/** Operands of one elementwise run. */
export interface ElementwiseCall {
  readonly inputs: readonly (NdArray | Scalar)[];
  readonly outputs: readonly NdArray[];
  readonly shape: readonly number[];
}

/** Bytes a device holds. */
export interface MemoryStats {
  /** Bytes of arrays that are alive, or garbage not collected yet. */
  readonly live: number;
  /** Bytes kept for reuse. */
  readonly pooled: number;
  /** Highest `live` since the start or the last reset. */
  readonly peak: number;
  /** Garbage collections that the pool asked for. */
  readonly collections: number;
}

/** The memory side of a device. */
export interface DeviceMemory {
  stats(): MemoryStats;
  resetPeak(): void;
  /** Collects garbage if the runtime allows it and gives pooled memory back to the system. */
  collect(): void;
}

/** A place in what a device does, behind the host. */
export interface DeviceMark {
  /** Waits until it has passed. */
  synchronize(): void;
  /** Milliseconds of the device from another mark to this one; both must have passed. */
  since(start: DeviceMark): number;
  release(): void;
}

/** What a device was made to do, to be done again in one call. */
export interface CapturedWork {
  /** Queues it. */
  launch(): void;
  /** Gives back what it stands on. */
  release(): void;
}

/** Devices of one kind that compute together, faster than by copies from one to the other. */
export interface DeviceGroup {
  /** A new array on the first device for each list, whose arrays stand on the devices in their order, contiguous, of one shape and dtype: their sum. */
  sum(lists: readonly (readonly NdArray[])[]): NdArray[];
  /** Of each such list: all become what the first is. */
  share(lists: readonly (readonly NdArray[])[]): void;
}

/** A place where arrays live and kernels run. */
export interface Device {
  /** `js`, `cpu`, `cuda:0`, `webgpu`. */
  readonly name: string;
  /** Small number that indexes per-device caches. */
  readonly slot: number;
  /** Whether results can be read back without waiting. */
  readonly synchronous: boolean;
  readonly kernels: Kernels;
  readonly memory: DeviceMemory;
  /** Whether arrays of that dtype can live here. */
  supports(d: DType): boolean;
  /**
   * Bytes that an element takes in this device's memory: its `itemsize`, or more where small elements stand in whole words.
   *
   * @throws {DTypeError} for a dtype that cannot live here; the message names a remedy.
   */
  elementBytes(d: DType): number;
  /** Uninitialised memory. */
  allocate(nbytes: number): Storage;
  /** Copies raw elements (C order) into a contiguous array. */
  write(x: NdArray, data: TypedArray): void;
  /** Raw elements of a contiguous array as a fresh copy; throws where `synchronous` is false. */
  readSync(x: NdArray): TypedArray;
  read(x: NdArray): Promise<TypedArray>;
  /** Copies a contiguous array of another device into one of its own without the host between; false, and nothing is done, where it cannot. */
  receive?(y: NdArray, x: NdArray): boolean;
  /** Marks what has been queued so far, where the device runs behind the host and tells its times. */
  mark?(): DeviceMark;
  /**
   * Takes note of what `body` queues, which does not run meanwhile, where that makes it cheaper to do again. Its kernels have run before with the
   * same operands.
   *
   * @throws {DeviceError} if something in it can only be done call by call.
   */
  capture?(body: () => void): CapturedWork;
  /** The group of several devices, this the first of them, each once; null where they do not compute together. */
  together?(devices: readonly Device[]): DeviceGroup | null;
  /**
   * Where results cannot be read at once: lets the next read reject with `error(code)` for the first of the codes (int32, contiguous) that is not 0.
   * What is kept for `key` is the first `error` that came with it. Devices that are `synchronous` are read instead, and have none.
   */
  refuseLater?(codes: NdArray, key: string, error: (code: number) => Error): void;
  /**
   * Bytes of the space of `kernels.recurrent`, where a library of the device computes such a network as a whole faster than step by step;
   * null: it does not. Devices without such a library have none of the three.
   */
  recurrentSpace?(form: RecurrentForm, d: DType): number | null;
  /** Waits until everything queued has run. */
  synchronize(): Promise<void>;
}
