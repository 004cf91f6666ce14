import { describe, expect, it } from 'vitest';
import { array } from '../creation/array.ts';
import { DTypeError, ValueError } from '../errors.ts';
import { formatFloatPositional, formatFloatScientific } from './format-float.ts';

// Expected texts are NumPy's.
describe('formatFloatPositional', () => {
  it('prints the digits that are needed', () => {
    expect(formatFloatPositional(1234.5678)).toBe('1234.5678');
    expect(formatFloatPositional(1e-7)).toBe('0.0000001');
    expect(formatFloatPositional(16)).toBe('16.');
    expect(formatFloatPositional(-0)).toBe('-0.');
    expect(formatFloatPositional(Number.NaN)).toBe('nan');
    expect(formatFloatPositional(-Infinity, { padLeft: 9 })).toBe('-inf');
  });

  it('takes an array element as the double that it is, unless told its dtype', () => {
    const x = array(0.1, { dtype: 'float32' });
    expect(formatFloatPositional(x)).toBe('0.10000000149011612');
    expect(formatFloatPositional(x, { dtype: 'float32' })).toBe('0.1');
  });

  it('limits, pads and trims', () => {
    expect(formatFloatPositional(0.0006, { precision: 3 })).toBe('0.001');
    expect(formatFloatPositional(0.0004, { precision: 3 })).toBe('0.000');
    expect(formatFloatPositional(0.95, { precision: 3, unique: false })).toBe('0.950');
    expect(formatFloatPositional(12.5, { precision: 2, fractional: false })).toBe('12.');
    expect(formatFloatPositional(2, { trim: '-' })).toBe('2');
    expect(formatFloatPositional(2, { trim: '0' })).toBe('2.0');
    expect(formatFloatPositional(2, { minDigits: 3, sign: true, padLeft: 4 })).toBe('  +2.000');
    expect(formatFloatPositional(0.1, { precision: 30, unique: false })).toBe(
      '0.100000000000000005551115123126',
    );
  });

  it('refuses several elements and complex ones, naming both sides', () => {
    expect(() => formatFloatPositional(array([1, 2]))).toThrow(ValueError);
    expect(() => formatFloatPositional(array([1, 2]))).toThrow('one element, got shape (2,)');
    expect(() => formatFloatPositional(array(1, { dtype: 'complex64' }))).toThrow(DTypeError);
    expect(() => formatFloatPositional(1, { dtype: 'int32' })).toThrow('dtype must be floating, got int32');
  });
});

describe('formatFloatScientific', () => {
  it('prints one digit, the others and the exponent', () => {
    expect(formatFloatScientific(1234.5678)).toBe('1.2345678e+03');
    expect(formatFloatScientific(1234.5678, { precision: 2 })).toBe('1.23e+03');
    expect(formatFloatScientific(1e-7)).toBe('1.e-07');
    expect(formatFloatScientific(1e100, { expDigits: 1, trim: '-' })).toBe('1e+100');
    expect(formatFloatScientific(5e-324, { precision: 4, unique: false })).toBe('4.9407e-324');
    expect(formatFloatScientific(0, { minDigits: 2 })).toBe('0.00e+00');
  });
});
