import { expect, test } from 'vitest';
import { MLP } from './mlp.ts';

test('MLP has weights and biases of each layer, once', () => {
  const sizes = [...new MLP(784, 1000, 1000, 10).params()].map((p) => p.size);
  expect(sizes.reduce((a, b) => a + b)).toBe(785 * 1000 + 1001 * 1000 + 1001 * 10);
});
