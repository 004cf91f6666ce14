import { type Kernels, type NdArray, NeedsHostSyncError } from '@chainer/xp/internal';
import type { Context } from './context.ts';
import { blockOf, type KernelText } from './kernel.ts';

/** Kernels that are not computed here: the one whose result's size depends on data, and the one whose results are complex. */
const remedies = {
  nonzero:
    'the size of the result depends on data; use the mask as it is (where, setWhere), or await onHost(nonzero, x)',
  eig: 'its results are complex numbers; use eigh for symmetric matrices, or await onHost(linalg.eig, x)',
} as const;

type Refused = keyof typeof remedies;

/** Kernels that throw an error with the remedy, by name. */
export const refused: readonly Refused[] = Object.keys(remedies) as Refused[];

export const refusedKernels: Pick<Kernels, Refused> = Object.fromEntries(
  refused.map((name) => [
    name,
    () => {
      throw new NeedsHostSyncError(`[${name}] is not computed on webgpu; ${remedies[name]}`);
    },
  ]),
) as unknown as Pick<Kernels, Refused>;

/** One thread looks for the first code that is not 0. */
const codesText = (): KernelText => ({
  access: 'r',
  fields: ['n: i32', 'o: i32'],
  size: 1,
  body: `if (id > 0i) { return; }
for (var i = 0i; i < p.n; i++) {
  let code = bitcast<i32>(b0[p.o + i]);
  if (code != 0i) { complain(code, 0i); return; }
}`,
});

/** Lets the next read reject with the error of the first code (int32, contiguous) that is not 0. */
export function refuseLater(ctx: Context, codes: NdArray, key: string, error: (code: number) => Error): void {
  ctx.kernels
    .get('refuse', codesText)
    .run([blockOf(codes)], [codes.size, codes.offset, ctx.gpu.complaint(key, error)], 1);
}
