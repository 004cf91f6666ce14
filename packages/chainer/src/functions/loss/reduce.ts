import type { Variable } from '../../core/variable.ts';
import { div } from '../math/arithmetic.ts';
import { sum } from '../math/sum.ts';

/** Checks a `reduce` option. @throws {RangeError} naming the function and the choices. */
export function checkReduce<R extends string>(
  who: string,
  reduce: string,
  choices: readonly R[],
): asserts reduce is R {
  if (!choices.includes(reduce as R)) {
    throw new RangeError(
      `[${who}] reduce must be ${choices.map((c) => `'${c}'`).join(' or ')}, got '${String(reduce)}'`,
    );
  }
}

/** Sum of the losses by a number of samples; 0 samples count as one. */
export function meanOver(losses: Variable, samples: number): Variable {
  return div(sum(losses), Math.max(1, samples));
}
