import { float32, float64, jsKernels, type Kernels, type RandomKind } from '@chainer/xp/internal';
import type { Native } from './native.ts';
import { pointer } from './operands.ts';

const kinds: Record<RandomKind, number> = { bits: 0, uniform: 1, normal: 2 };

/** The Philox stream in float32, float64 and words of 32 bits; half types on js, whose rounding is theirs. */
export function randomKernels(native: Native): Pick<Kernels, 'random'> {
  const { D, run } = native;
  const command = native.command('random');
  return {
    random(kind, output, state) {
      const { dtype } = output;
      const words = kind === 'bits' && dtype.itemsize === 4 && (dtype.kind === 'u' || dtype.kind === 'i');
      const floats = kind !== 'bits' && (dtype === float32 || dtype === float64);
      if (!words && !floats) return jsKernels.random(kind, output, state);
      if (output.size === 0) return;
      D[0] = kinds[kind];
      D[1] = dtype === float64 ? 1 : 0;
      D[2] = pointer(output);
      D[3] = output.size;
      D[4] = state.key0 >>> 0;
      D[5] = state.key1 >>> 0;
      D[6] = state.offset;
      run(command);
    },
  };
}
