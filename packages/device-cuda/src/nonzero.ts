import { bool, computeType, type DType, emptyOn, int32, type Kernels } from '@chainer/xp/internal';
import type { Context } from './context.ts';
import { cast, elementType, loaded } from './cuda/types.ts';
import { Dense } from './dense.ts';
import { blocksFor, type Index, indexOf, threads } from './grid.ts';
import type { KernelText } from './kernel.ts';

/** Elements that a block looks at. */
const chunk = 4096;
const each = chunk / threads;

/** Counts what is true in each chunk, or writes the positions when the chunks' starts are known. */
function nonzeroText(d: DType, write: boolean, index: Index): KernelText {
  const truth = cast(computeType(d), bool, 'value');
  return {
    name: `nonzero_${write ? 'positions' : 'counts'}`,
    fields: [`${index} n`, `const ${elementType(d)}* x`, 'int* counts', ...(write ? ['int* y'] : [])],
    block: threads,
    body: `__shared__ int room[33];
for (${index} block = blockIdx.x; block * ${chunk} < p.n; block += gridDim.x) {
  const ${index} first = block * ${chunk} + (int)threadIdx.x * ${each};
  unsigned found = 0;
  int count = 0;
  for (int k = 0; k < ${each}; k++) {
    if (first + k >= p.n) break;
    const auto value = ${loaded(d, 'p.x[first + k]')};
    if (${truth}) { found |= 1u << k; count++; }
  }
  int sum = count;
  for (int s = 1; s < 32; s *= 2) {
    const int other = x_up(sum, s);
    if ((int)threadIdx.x % 32 >= s) sum += other;
  }
  if (threadIdx.x % 32 == 31) room[threadIdx.x / 32] = sum;
  __syncthreads();
  if (threadIdx.x == 0) {
    int all = ${write ? 'block > 0 ? p.counts[block - 1] : 0' : '0'};
    for (int w = 0; w < ${threads / 32}; w++) {
      const int own = room[w];
      room[w] = all;
      all += own;
    }
    room[32] = all;
  }
  __syncthreads();
  ${
    write
      ? `int at = room[threadIdx.x / 32] + sum - count;
  for (int k = 0; k < ${each}; k++) if (found >> k & 1) p.y[at++] = (int)(first + k);`
      : 'if (threadIdx.x == 0) p.counts[block] = room[32];'
  }
  __syncthreads();
}`,
  };
}

/** Positions of true elements: the one kernel whose result's size is read back. */
export function nonzeroKernels(
  ctx: Context,
  copy: Kernels['copy'],
  scan: Kernels['scan'],
): Pick<Kernels, 'nonzero'> {
  return {
    nonzero(x) {
      if (x.size === 0) return emptyOn(x.device, [0], int32);
      const dense = new Dense(copy);
      const from = dense.input(x);
      const index = indexOf(x);
      const blocks = Math.ceil(x.size / chunk);
      const counts = emptyOn(x.device, [blocks], int32);
      const get = (write: boolean) =>
        ctx.kernels.get(`nonzero;${x.dtype.name};${write};${index}`, () =>
          nonzeroText(x.dtype, write, index),
        );
      get(false).run([x.size, from, counts], blocksFor(blocks, 1));
      scan('add', counts, counts, 0);
      const all = ctx.device.readSync(counts) as Int32Array;
      const y = emptyOn(x.device, [all[blocks - 1]!], int32);
      if (y.size > 0) get(true).run([x.size, from, counts, y], blocksFor(blocks, 1));
      counts.storage.release();
      dense.finish();
      return y;
    },
  };
}
