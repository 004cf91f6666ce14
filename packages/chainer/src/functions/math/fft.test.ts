import { array, fft as transforms, zeros } from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import type { Variable } from '../../core/install.ts';
import '../../core/install.ts';
import { InvalidType } from '../../core/type-check.ts';
import { describeFunction } from '../../testing/describe-function.ts';
import { fft, ifft } from './fft.ts';

const runner = { describe, it };
const i = array([1], { dtype: 'float64', device: 'js' });

for (const [name, apply, reference] of [
  ['fft', fft, transforms.fft],
  ['ifft', ifft, transforms.ifft],
] as const) {
  // A power of two, a product of small primes, and a prime.
  for (const n of [4, 6, 5]) {
    describeFunction(runner, `${name} of length ${n}`, {
      apply: (re, im) => apply([re as Variable, im as Variable]),
      inputs: [
        [2, n],
        [2, n],
      ],
      outputs: 2,
      reference: (re, im) => {
        const a = reference(re.mul(i));
        const b = reference(im.mul(i));
        // By linearity: the transform of re + i im.
        return [a.real.sub(b.imag), a.imag.add(b.real)];
      },
    });
  }
}

describe('fft', () => {
  it('wants a pair of equal arrays', () => {
    expect(() => fft(zeros([2]) as never)).toThrow('[fft] x must be a pair');
    expect(() => fft([zeros([2]), zeros([3])])).toThrow(InvalidType);
    expect(() => ifft([zeros([2], { dtype: 'int32' }), zeros([2], { dtype: 'int32' })])).toThrow(InvalidType);
  });
});
