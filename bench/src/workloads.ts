import { alexnet } from './workloads/alexnet.ts';
import { elementwise, gemm } from './workloads/arrays.ts';
import { convnets } from './workloads/convnets.ts';
import { data } from './workloads/data.ts';
import { dtypes } from './workloads/dtypes.ts';
import { lstm } from './workloads/lstm.ts';
import { memory } from './workloads/memory.ts';
import { mlp, mlpSmall } from './workloads/mlp.ts';
import { passes } from './workloads/passes.ts';
import { resnet50 } from './workloads/resnet50.ts';
import { roofline } from './workloads/roofline.ts';
import { startUp } from './workloads/start-up.ts';
import { tree } from './workloads/tree.ts';
import { twoProcesses } from './workloads/two-processes.ts';

/** What the command line may set for a workload. */
export interface WorkloadOptions {
  /** Images a batch; null: the workload's own rule. */
  readonly batch: number | null;
  /** Which of `browser`'s pieces of work, and which of its libraries; null: all. */
  readonly only: readonly string[] | null;
  readonly libraries: readonly string[] | null;
}

/** Something to measure: it prints a JSON line for each measurement. */
export interface Workload {
  /** What one step is, in one line. */
  readonly says: string;
  /** Whether peers have it, too, so that `bench:docs` runs them in turn. */
  readonly compared?: boolean;
  /** How often `bench:docs` runs it at most. */
  readonly rounds?: number;
  run(options: WorkloadOptions): Promise<void>;
}

/** What runs when no name is given: what every peer has under the same names. */
const shared: Readonly<Record<string, Workload>> = {
  mlp: {
    says: 'MNIST’s network, 784-1000-1000-10, batch 100: a training step with Adam',
    compared: true,
    run: mlp,
  },
  mlp_small: {
    says: 'the same with tiny layers: what the framework itself costs',
    compared: true,
    run: mlpSmall,
  },
  lstm: {
    says: 'language model of two LSTM cells, 35 steps in a plain loop: a training step',
    compared: true,
    run: lstm,
  },
  tree: { says: 'recursive network over a tree of 32 leaves: a training step', compared: true, run: tree },
  alexnet: { says: 'AlexNet, batch 32: forward; a training step', compared: true, run: alexnet },
  resnet50: {
    says: 'ResNet-50, batch 8: prediction; a training step; peak of memory',
    compared: true,
    run: resnet50,
  },
  elementwise: {
    says: 'expressions of a million elements; a thousand of ten',
    compared: true,
    run: elementwise,
  },
  gemm: { says: 'float32 products of square matrices', compared: true, run: gemm },
};

/** Every workload by its name on the command line. */
export const workloads: Readonly<Record<string, Workload>> = {
  ...shared,
  convnets: {
    says: 'AlexNet, Overfeat, VGG-A, GoogLeNet of convnet-benchmarks: forward, backward, total (--batch N)',
    compared: true,
    rounds: 1,
    run: convnets,
  },
  data: {
    says: 'samples a second through datasets, iterators and converters',
    compared: true,
    run: data,
  },
  dtypes: {
    says: 'operations on a million elements of every type: arithmetic, casts, copies, reductions',
    compared: true,
    rounds: 1,
    run: dtypes,
  },
  browser: {
    says: 'WebGPU in Chromium beside TensorFlow.js and jax-js, with what each asks of the processor (--only A,B, --libraries A,B)',
    // What drives a browser is loaded where one is wanted.
    run: async (options) => (await import('./workloads/browser.ts')).browser(options),
  },
  import: { says: 'importing the packages, each time in a fresh process', rounds: 1, run: startUp },
  memory: {
    says: 'peak bytes of a training step of NIN, GoogLeNet-BN, ResNet-50, with and without early release (--batch N)',
    rounds: 1,
    run: memory,
  },
  passes: {
    says: 'normalizations, softmax, losses, cells, clipping, forward and backward; steps over few rows of a table',
    compared: true,
    rounds: 1,
    run: passes,
  },
  roofline: { says: 'GFLOP/s and GB/s of kernels against ceilings measured here', rounds: 1, run: roofline },
  twoprocesses: { says: 'two processes side by side, against one alone', rounds: 1, run: twoProcesses },
};

/** What runs when no name is given. */
export const defaultWorkloads: readonly string[] = Object.keys(shared);
