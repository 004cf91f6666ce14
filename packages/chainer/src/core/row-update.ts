import { arange, type NdArray, scope } from '@chainer/xp/functions';
import { emptyOn, gatherOn, int32, type Program, scatterOn } from '@chainer/xp/internal';

/**
 * Runs an update kernel over the rows of a gradient only: rows of `targets` (the parameter, then its state) are gathered, updated and put
 * back. Rows that the gradient does not have are neither read nor written.
 */
export function updateRows(
  program: Program,
  targets: readonly NdArray[],
  { ids, rows }: { readonly ids: NdArray; readonly rows: NdArray },
  scalars: readonly number[],
): void {
  const p = targets[0] as NdArray;
  const { device } = p;
  scope(() => {
    const g = summed(ids, rows, p.shape[0] as number);
    const parts = targets.map((x) => {
      const part = emptyOn(device, rows.shape, x.dtype);
      gatherOn(device).gather(x, ids, 0, part);
      return part;
    });
    const [first, ...state] = parts;
    device.kernels.elementwiseMany(program, [
      { inputs: [first as NdArray, g, ...state, ...scalars], outputs: parts, shape: rows.shape },
    ]);
    // Several uses of a row have come to the same result.
    targets.forEach((x, k) => {
      scatterOn(device).scatter(x, ids, 0, parts[k] as NdArray, 'set');
    });
  });
}

/** For each use, the sum of the rows of all uses of its id. */
function summed(ids: NdArray, rows: NdArray, length: number): NdArray {
  const { device } = rows;
  const { gather } = gatherOn(device);
  const { scatter } = scatterOn(device);
  // Every id remembers its last use, where the rows of all its uses are added up. Other elements stay as they are: nobody reads them.
  const last = emptyOn(device, [length], int32);
  scatter(last, ids, 0, arange(ids.size, { dtype: 'int32', device }), 'set');
  const use = emptyOn(device, ids.shape, int32);
  gather(last, ids, 0, use);
  const sums = emptyOn(device, rows.shape, rows.dtype);
  device.kernels.fill(sums, 0);
  scatter(sums, use, 0, rows, 'add');
  const g = emptyOn(device, rows.shape, rows.dtype);
  gather(sums, use, 0, g);
  return g;
}
