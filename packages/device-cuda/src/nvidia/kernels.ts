import type { Device, Kernels } from '@chainer/xp/internal';
import type { Context } from '../context.ts';
import { fftKernels } from '../fft.ts';
import { type LibraryName, specs } from '../libraries.ts';
import { convolutionByLibrary } from './convolution.ts';
import { Cudnn } from './cudnn.ts';
import { transformByLibrary } from './cufft.ts';
import { matmulByLibrary } from './matmul.ts';
import { normalizationByLibrary } from './normalization.ts';
import { poolingByLibrary } from './pooling.ts';
import { recurrentByLibrary } from './recurrent.ts';

/** Libraries that were missed in this thread. */
const missed = new Set<LibraryName>();

/** Says once what a missing library costs. */
function tell(name: LibraryName): void {
  if (missed.has(name)) return;
  missed.add(name);
  const { name: title, cost, remedy, variable } = specs[name];
  if (process.env[variable] === 'none') return;
  process.emitWarning(
    `${title} is missing, so ${cost}; remedy: ${remedy} (await printRuntimeInfo() says more)`,
    {
      type: 'ChainerWarning',
      code: 'CHAINER_CUDA_LIBRARY',
    },
  );
}

/** What is made when it is first asked for. */
function once<T>(make: () => T): () => T {
  let made: T | null = null;
  return () => {
    made ??= make();
    return made;
  };
}

/** A kernel that looks for its library when it is first run: where there is none, the portable one serves, which is said once. */
function either<F extends (...args: never[]) => unknown>(
  ctx: Context,
  name: LibraryName,
  portable: F,
  made: () => F,
): F {
  let chosen: F | null = null;
  return ((...args: Parameters<F>) => {
    if (chosen === null) {
      const there = ctx.device.libraries.find(name).library !== null;
      if (!there) tell(name);
      chosen = there ? made() : portable;
    }
    return chosen(...args);
  }) as F;
}

const convolutions = ['convolution', 'convolutionData', 'convolutionWeight'] as const;
const poolings = ['averagePooling', 'averagePoolingGrad'] as const;
const normalizations = ['batchNormalization', 'batchNormalizationGrad'] as const;

/** The same for kernels of one family, which share what they are made of. */
function eitherFamily<K extends keyof Kernels>(
  ctx: Context,
  name: LibraryName,
  portable: Kernels,
  family: readonly K[],
  made: () => Pick<Kernels, K>,
): Pick<Kernels, K> {
  const all = once(made);
  return Object.fromEntries(
    family.map((kernel) => [
      kernel,
      either(ctx, name, portable[kernel] as never, () => all()[kernel] as never),
    ]),
  ) as unknown as Pick<Kernels, K>;
}

/** What a device has of NVIDIA's libraries: kernels, each over the portable one of the same family, and what there is no portable one of. */
export interface LibraryKernels {
  readonly kernels: Kernels;
  readonly recurrentSpace: NonNullable<Device['recurrentSpace']>;
}

export function libraryKernels(ctx: Context, portable: Kernels): LibraryKernels {
  const { libraries } = ctx.device;
  const dnn = once(() => new Cudnn(ctx));
  const recurrent = once(() => recurrentByLibrary(dnn(), portable));
  return {
    kernels: {
      ...portable,
      ...eitherFamily(ctx, 'cudnn', portable, convolutions, () => convolutionByLibrary(dnn(), portable)),
      ...eitherFamily(ctx, 'cudnn', portable, poolings, () => poolingByLibrary(dnn(), portable)),
      ...eitherFamily(ctx, 'cudnn', portable, normalizations, () => normalizationByLibrary(dnn(), portable)),
      recurrent: (...args) => recurrent().recurrent(...args),
      recurrentGrad: (...args) => recurrent().recurrentGrad(...args),
      fft: either(
        ctx,
        'cufft',
        portable.fft,
        () => fftKernels(ctx, portable.copy, transformByLibrary(ctx)).fft,
      ),
      matmul: either(ctx, 'cublasLt', portable.matmul, () => matmulByLibrary(ctx, portable)),
    },
    recurrentSpace(form, d) {
      if (libraries.find('cudnn').library !== null) return recurrent().recurrentSpace(form, d);
      tell('cudnn');
      return null;
    },
  };
}
