import { xp } from 'chainer';
import { print } from '../measure.ts';
import type { RooflineFamily } from '../roofline/case.ts';
import { copies, elementwise, indexing, random, reductions, types } from '../roofline/cases/arrays.ts';
import { convolution } from '../roofline/cases/convolution.ts';
import { normalization, pooling, softmax } from '../roofline/cases/networks.ts';
import { updates } from '../roofline/cases/optimizers.ts';
import { products } from '../roofline/cases/products.ts';
import { floorOf, measureCeilings } from '../roofline/ceilings.ts';
import { steadyMilliseconds } from '../roofline/time.ts';

const families: readonly RooflineFamily[] = [
  products,
  convolution,
  pooling,
  normalization,
  softmax,
  elementwise,
  types,
  reductions,
  copies,
  indexing,
  random,
  updates,
];

/**
 * What kernels reach against what the machine reached with simple work a moment before. The share is the least time under the
 * ceilings (that of products or that of the memory that holds the data, whichever takes longer) by the time that was measured, from the
 * call in TypeScript to its return.
 */
export async function roofline(): Promise<void> {
  const ceilings = measureCeilings();
  print({ name: 'roofline ceiling product', gflops: round(ceilings.gflops) });
  for (const { name, gbps } of ceilings.levels)
    print({ name: `roofline ceiling ${name}`, gbps: round(gbps) });
  for (const { family, cases } of families) {
    for (const c of cases()) {
      const { median } = steadyMilliseconds(c.step);
      const { milliseconds, bound } = floorOf(ceilings, c);
      print({
        name: `roofline ${family}: ${c.name}`,
        family,
        median_ms: round(median, 1e5),
        ...(c.flops > 0 ? { gflops: round(c.flops / median / 1e6) } : {}),
        gbps: round(c.bytes / median / 1e6),
        bound,
        share: round(milliseconds / median, 1e3),
      });
    }
    xp.memory.collect();
  }
}

function round(x: number, unit = 10): number {
  return Math.round(x * unit) / unit;
}
