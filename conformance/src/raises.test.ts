import { describe, expect, it } from 'vitest';
import { Unsupported } from './outcome.ts';
import { complaint, expectRaises, names } from './raises.ts';

class InvalidType extends Error {}
class NarrowInvalidType extends InvalidType {}

describe('names', () => {
  it('wants the name as a word of its own', () => {
    expect(names('[convolution2d] x has 3 channels', ['convolution2d'])).toBe(true);
    expect(names('[xp.linalg.inv] singular', ['inv'])).toBe(true);
    expect(names('[Convolution2D] no', ['convolution2d'])).toBe(true);
    expect(names('[deconvolution2d] x', ['convolution2d'])).toBe(false);
    expect(names('an invalid value', ['inv'])).toBe(false);
    expect(names('[ix_] wants vectors', ['ix_'])).toBe(true);
  });
});

describe('complaint', () => {
  const blame = { functions: ['linear'] };

  it('checks the class of InvalidType only', () => {
    expect(complaint(new InvalidType('[linear] x'), 'InvalidType', blame)).toBeNull();
    expect(complaint(new NarrowInvalidType('[linear] x'), 'InvalidType', blame)).toBeNull();
    expect(complaint(new TypeError('[linear] x'), 'InvalidType', blame)).toMatch(/expected InvalidType/);
    expect(complaint(new RangeError('[linear] x'), 'ValueError', blame)).toBeNull();
  });

  it('wants an Error whose message names the function', () => {
    expect(complaint('linear', 'ValueError', blame)).toMatch(/no Error/);
    expect(
      complaint(new Error("Cannot read properties of undefined (reading 'x')"), 'ValueError', blame),
    ).toMatch(/does not name linear/);
    expect(complaint(new Error('[matmul] shapes differ'), 'ValueError', blame)).toMatch(
      /does not name linear/,
    );
    expect(complaint(new Error('[matmul] shapes'), 'ValueError', { ...blame, orBracketed: true })).toBeNull();
    expect(complaint(new Error('[matmul]'), 'ValueError', { ...blame, orBracketed: true })).not.toBeNull();
  });
});

describe('expectRaises', () => {
  const blame = { functions: ['f'] };

  it('takes a rejected promise as thrown', async () => {
    await expect(
      expectRaises('ValueError', blame, () => Promise.reject(new Error('[f] no'))),
    ).resolves.toBeUndefined();
  });

  it('fails where nothing is thrown', async () => {
    await expect(expectRaises('ValueError', blame, () => 3)).rejects.toThrow('nothing was thrown');
  });

  it('does not take what is missing for an error of the function', async () => {
    await expect(
      expectRaises('ValueError', blame, () => {
        throw new Unsupported('there is no f');
      }),
    ).rejects.toThrow(Unsupported);
  });
});
