import { describe, expect, it } from 'vitest';
import { near } from '../testing/near.testing.ts';
import { bartlett, blackman, hamming, hanning, kaiser } from './index.ts';

// Numbers by NumPy 2.
describe('windows', () => {
  it('have the values of NumPy', () => {
    near(bartlett(4), 'float64', [0, 2 / 3, 2 / 3, 0], 14);
    near(hanning(5), 'float64', [0, 0.5, 1, 0.5, 0], 14);
    near(hamming(4), 'float64', [0.08, 0.77, 0.77, 0.08], 14);
    near(blackman(4), 'float64', [0, 0.63, 0.63, 0], 14);
    near(kaiser(4, 14), 'float64', [7.72686684e-6, 0.4627165, 0.4627165, 7.72686684e-6], 7);
  });

  it('of one sample are 1, of none empty', () => {
    for (const w of [bartlett, hanning, hamming, blackman, (m: number) => kaiser(m, 5)]) {
      near(w(1), 'float64', [1]);
      near(w(0), 'float64', []);
      near(w(-3), 'float64', []);
    }
    expect(() => kaiser(3, undefined as never)).toThrow('[kaiser] beta');
  });
});
