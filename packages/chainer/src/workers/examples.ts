import type { DTypeName, NdArray } from '@chainer/xp/functions';
import { type Dataset, exampleOf, lengthOf } from '../dataset/dataset.ts';
import { loadExport, type SentExport } from './module-export.ts';
import { type PlacedArray, pack } from './packing.ts';
import { type SharedPart, sharedRow } from './shared-batch.ts';

/** What is loaded for a part of a batch. */
export interface LoadRequest {
  readonly indices: readonly number[];
  /** Where in the batch each of them stands. */
  readonly rows: readonly number[];
  /** Memory for arrays of the usual shapes; null while nobody knows them. */
  readonly shared: { readonly buffer: SharedArrayBuffer; readonly parts: readonly SharedPart[] } | null;
}

/** A worker that loads examples of a dataset. */
export async function serve({
  dataset,
}: {
  readonly dataset: SentExport;
}): Promise<Readonly<Record<string, (argument: never) => unknown>>> {
  const source = await loadExport<Dataset>('MultiprocessIterator', dataset);
  const length = lengthOf(source, 'MultiprocessIterator');
  return {
    length: () => length,
    load: ({ indices, rows, shared }: LoadRequest) =>
      Promise.all(
        indices.map(async (index, k) => {
          const example = await exampleOf(source, index, 'MultiprocessIterator');
          let part = 0;
          return pack(example, (x) => placed(x, part++, rows[k] as number, shared));
        }),
      ),
  };
}

/** Puts an array into its row of the batch, if it is of the part's kind. */
function placed(x: NdArray, part: number, row: number, shared: LoadRequest['shared']): PlacedArray | null {
  const own = shared?.parts[part];
  if (shared === null || own === undefined || own.dtype !== (x.dtype.name as DTypeName)) return null;
  if (own.shape.length !== x.ndim || own.shape.some((d, a) => d !== x.shape[a])) return null;
  sharedRow(shared.buffer, own, row).set(x.dataSync() as never);
  return { '#part': part };
}
