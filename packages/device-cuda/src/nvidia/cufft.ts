import type { Context } from '../context.ts';
import type { Transform } from '../fft.ts';
import { Bound, named } from './bound.ts';

/** `CUFFT_C2C` and `CUFFT_Z2Z`, with the functions that run them; `CUFFT_FORWARD` and `CUFFT_INVERSE`. */
const single = { type: 0x29, run: 'cufftExecC2C' } as const;
const double = { type: 0x69, run: 'cufftExecZ2Z' } as const;
const [forward, backward] = [-1, 1];

/** So many plans are kept; each has tables of its own on the device. */
const mostPlans = 128;

interface Plan {
  readonly handle: number;
  readonly workspace: number;
}

/** Complex transforms by cuFFT. Plans are kept by length and number of lines, and work in memory that is lent to them. */
export function transformByLibrary(ctx: Context): Transform {
  const fft = new Bound(
    ctx,
    'cufft',
    named({
      1: 'CUFFT_INVALID_PLAN',
      2: 'CUFFT_ALLOC_FAILED',
      3: 'CUFFT_INVALID_TYPE',
      4: 'CUFFT_INVALID_VALUE',
      5: 'CUFFT_INTERNAL_ERROR',
      6: 'CUFFT_EXEC_FAILED',
      7: 'CUFFT_SETUP_FAILED',
      8: 'CUFFT_INVALID_SIZE',
      9: 'CUFFT_UNALIGNED_DATA',
      11: 'CUFFT_INVALID_DEVICE',
      13: 'CUFFT_NO_WORKSPACE',
      14: 'CUFFT_NOT_IMPLEMENTED',
      16: 'CUFFT_NOT_SUPPORTED',
      17: 'CUFFT_MISSING_DEPENDENCY',
      18: 'CUFFT_NVRTC_FAILURE',
      19: 'CUFFT_NVJITLINK_FAILURE',
    }),
  );
  const { native } = fft;
  const plans = new Map<string, Plan>();

  function planOf(lines: number, n: number, type: number): Plan {
    const key = `${type};${n};${lines}`;
    let plan = plans.get(key);
    if (plan === undefined) {
      const [oldest] = plans;
      if (plans.size >= mostPlans && oldest !== undefined) {
        // What is queued may read the tables of the plan.
        ctx.device.synchronizeSync();
        fft.check('cufftDestroy', oldest[1].handle);
        plans.delete(oldest[0]);
      }
      native.set(0, 0);
      fft.check('cufftCreate', native.slot());
      const handle = native.int();
      fft.check('cufftSetAutoAllocation', handle, 0);
      const lengths = BigInt64Array.of(BigInt(n));
      native.set(0, 0);
      // Dense lines behind each other, read and written.
      fft.check(
        'cufftMakePlanMany64',
        ...[handle, 1, native.bytes(lengths), 0, 1, n, 0, 1, n, type, lines, native.slot()],
      );
      plan = { handle, workspace: native.pointer() };
      plans.set(key, plan);
    }
    return plan;
  }

  return (address, lines, n, inverse, isDouble) => {
    const { type, run } = isDouble ? double : single;
    ctx.device.gpu.use();
    const { handle, workspace } = planOf(lines, n, type);
    const scratch = workspace === 0 ? null : ctx.memory.scratch(workspace);
    fft.check('cufftSetStream', handle, fft.stream);
    if (scratch !== null) fft.check('cufftSetWorkArea', handle, scratch.address);
    fft.check(run, handle, address, address, inverse ? backward : forward);
    if (scratch !== null) ctx.memory.giveScratchBack(scratch);
  };
}
