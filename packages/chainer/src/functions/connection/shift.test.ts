import { type NdArray, ones, pad } from '@chainer/xp';
import '../../core/install.ts';
import { describe, expect, it } from 'vitest';
import { InvalidType } from '../../core/type-check.ts';
import { describeFunction } from '../../testing/describe-function.ts';
import { shift } from './shift.ts';

/** Channels moved one by one: upwards for the first row of the window, and so on. */
function moved(x: NdArray, dy: number, dx: number): NdArray {
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const wide = pad(x, [
    [0, 0],
    [0, 0],
    [dy, dy],
    [dx, dx],
  ]);
  const y = x.copy();
  for (let channel = 0; channel < c; channel++) {
    const own = Math.min(Math.floor(channel / Math.floor(c / 9)), 8);
    const group = own === 4 ? 8 : own === 8 ? 4 : own;
    const [top, left] = [dy - (Math.floor(group / 3) - 1) * dy, dx - ((group % 3) - 1) * dx];
    y.setAt(wide.at(':', channel, `${top}:${top + h}`, `${left}:${left + w}`), ':', channel);
  }
  return n === 0 ? x : y;
}

describeFunction({ describe, it }, 'shift', {
  apply: (x) => shift(x),
  inputs: [[2, 10, 3, 4]],
  reference: (x) => moved(x, 1, 1),
});

describeFunction({ describe, it }, 'shift with dilate', {
  apply: (x) => shift(x, { dilate: [2, 1] }),
  inputs: [[1, 19, 4, 3]],
  reference: (x) => moved(x, 2, 1),
});

describe('shift', () => {
  it('names what does not fit', () => {
    expect(() => shift(ones([1, 9, 3, 3]), { ksize: 2 })).toThrow('[shift] ksize must be odd, got [2, 2]');
    expect(() => shift(ones([1, 8, 3, 3]))).toThrow(InvalidType);
    expect(() => shift(ones([1, 8, 3, 3]))).toThrow(
      'x has 8 channels but a window of 9 places needs as many',
    );
  });
});
