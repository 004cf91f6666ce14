import { array } from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import { Variable } from '../../core/install.ts';
import { describeFunction } from '../../testing/describe-function.ts';
import { normalize } from './normalize.ts';

describeFunction({ describe, it }, 'normalize', {
  apply: (x) => normalize(x, { eps: 0.1 }),
  inputs: [[3, 4]],
  reference: (x) =>
    (x.toArraySync() as number[][]).map((row) => {
      const norm = Math.hypot(...row) + 0.1;
      return row.map((v) => v / norm);
    }),
  empty: false,
});

describe('normalize', () => {
  it('has a gradient where all is zero', () => {
    const x = new Variable(array([[0, 0]]));
    const y = normalize(x, { eps: 0.5 });
    y.grad = array([[3, -1]]);
    y.backward();
    expect(y.array.toArraySync()).toEqual([[0, 0]]);
    expect(x.grad?.toArraySync()).toEqual([[6, -2]]);
  });
});
