import { einsum, ones, zeros } from '@chainer/xp';
import '../../core/install.ts';
import { describe, expect, it } from 'vitest';
import { InvalidType } from '../../core/type-check.ts';
import { describeFunction } from '../../testing/describe-function.ts';
import { bilinear } from './bilinear.ts';

describeFunction({ describe, it }, 'bilinear', {
  apply: (e1, e2, W) => bilinear(e1, e2, W),
  inputs: [
    [2, 3],
    [2, 4],
    [3, 4, 5],
  ],
  reference: (e1, e2, W) => einsum('ij,ik,jkl->il', e1, e2, W),
});

describeFunction({ describe, it }, 'bilinear with linear terms', {
  apply: (...xs) => bilinear(...(xs as [never, never, never, never, never, never])),
  inputs: [[2, 3], [2, 2, 2], [3, 4, 2], [3, 2], [4, 2], [2]],
  reference: (e1, e2, W, V1, V2, b) => {
    const flat = e2.reshape([e2.shape[0] as number, 4]);
    return einsum('ij,ik,jkl->il', e1, flat, W).add(e1.matmul(V1)).add(flat.matmul(V2)).add(b);
  },
  empty: [[0, 3], [0, 2, 2], [3, 4, 2], [3, 2], [4, 2], [2]],
});

describe('bilinear', () => {
  it('names what does not fit', () => {
    expect(() => bilinear(ones([2, 3]), ones([3, 4]), ones([3, 4, 2]))).toThrow(InvalidType);
    expect(() => bilinear(ones([2, 3]), ones([2, 5]), ones([3, 4, 2]))).toThrow(
      '[bilinear] e2 has 5 features but W expects 4',
    );
    expect(() => bilinear(ones([2, 3]), ones([2, 4]), ones([3, 4, 2]), zeros([3, 2]))).toThrow(
      'V1, V2 and b must be given together',
    );
    expect(() =>
      bilinear(ones([2, 3]), ones([2, 4]), ones([3, 4, 2]), ones([3, 2]), ones([3, 2]), ones([2])),
    ).toThrow('[bilinear] V2 must have shape [4,2], got [3,2]');
  });
});
