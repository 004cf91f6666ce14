import { type DTypeName, type HostArray, writeNpz } from '@chainer/xp/functions';
import { dtype } from '@chainer/xp/internal';
import { writeAtomically } from '../files.ts';

/** A file and what stands in it: dtypes go by name, since they are objects of their thread. */
export interface WriteRequest {
  readonly file: string;
  readonly entries: readonly (readonly [
    string,
    (Omit<HostArray, 'dtype'> & { readonly dtype: DTypeName }) | string | null,
  ])[];
  readonly compression: boolean;
}

/** A worker that writes `.npz` files. */
export function serve(): Readonly<Record<string, (argument: never) => unknown>> {
  return {
    async write({ file, entries, compression }: WriteRequest): Promise<void> {
      const own = entries.map(
        ([name, value]) =>
          [
            name,
            value !== null && typeof value === 'object' ? { ...value, dtype: dtype(value.dtype) } : value,
          ] as const,
      );
      await writeAtomically('ProcessWriter', file, writeNpz(new Map(own), { compressed: compression }));
    },
  };
}
