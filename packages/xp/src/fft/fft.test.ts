import { describe, expect, it } from 'vitest';
import { withDevice } from '../core/devices.ts';
import type { NdArray } from '../core/ndarray.ts';
import { array } from '../creation/array.ts';
import * as xp from '../index.ts';

const { fft } = xp;

/** The sum by which the transform is defined. */
function direct(re: readonly number[], im: readonly number[], sign: 1 | -1): number[][] {
  const n = re.length;
  return re.map((_, k) => {
    let [r, i] = [0, 0];
    for (let j = 0; j < n; j++) {
      const angle = (sign * 2 * Math.PI * ((j * k) % n)) / n;
      r += re[j]! * Math.cos(angle) - im[j]! * Math.sin(angle);
      i += re[j]! * Math.sin(angle) + im[j]! * Math.cos(angle);
    }
    return [r, i];
  });
}

const numbers = (x: NdArray) => [...(x.ravel().dataSync() as Float64Array)];

function close(got: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(got.length).toBe(expected.length);
  const largest = Math.max(1, ...expected.map(Math.abs));
  for (const [k, v] of got.entries()) expect(Math.abs(v - expected[k]!) / largest).toBeLessThan(tolerance);
}

function signal(n: number): NdArray {
  const generator = xp.random.defaultRng(n);
  const x = xp.zeros([n], { dtype: 'complex128' });
  xp.copyto(x.real, generator.standardNormal({ size: [n], dtype: 'float64' }));
  xp.copyto(x.imag, generator.standardNormal({ size: [n], dtype: 'float64' }));
  return x;
}

// Powers of two and four, small primes and their products, and primes that go by way of a chirp.
const lengths = [1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 30, 31, 37, 64, 74, 97, 100, 121, 128, 210, 331, 1000];

describe.each(xp.devices().map((d) => [d.name, d] as const))('fft (%s)', (_, device) => {
  it.each(lengths)('is the sum that defines it, length %i', (n) => {
    withDevice(device, () => {
      const x = signal(n);
      const [re, im] = [numbers(x.real), numbers(x.imag)];
      for (const [y, sign] of [
        [fft.fft(x), -1],
        [fft.ifft(x, { norm: 'forward' }), 1],
      ] as const) {
        const expected = direct(re, im, sign);
        close(
          numbers(y.real),
          expected.map(([r]) => r as number),
          1e-13,
        );
        close(
          numbers(y.imag),
          expected.map(([, i]) => i as number),
          1e-13,
        );
      }
    });
  });

  it.each(lengths)('of real signals is the first half, length %i', (n) => {
    withDevice(device, () => {
      const x = signal(n).real;
      const whole = fft.fft(x);
      const half = fft.rfft(x);
      const m = Math.floor(n / 2) + 1;
      expect(half.shape).toEqual([m]);
      close(numbers(half.real), numbers(whole.real).slice(0, m), 1e-13);
      close(numbers(half.imag), numbers(whole.imag).slice(0, m), 1e-13);
      close(numbers(fft.irfft(half, { n })), numbers(x), 1e-13);
      close(numbers(fft.hfft(fft.ihfft(x), { n })), numbers(x), 1e-13);
    });
  });

  it('walks any axis of any view', () => {
    withDevice(device, () => {
      const x = xp.random.defaultRng(1).standardNormal({ size: [4, 6, 5], dtype: 'float64' });
      const turned = x.transpose([2, 0, 1]).at(xp.s(null, null, -1));
      const y = fft.fft(turned, { axis: 0 });
      const rows = fft.fft(xp.moveaxis(turned, 0, -1).copy());
      close(numbers(xp.moveaxis(y, 0, -1).real), numbers(rows.real), 1e-14);
      close(numbers(fft.irfftn(fft.rfftn(x), { s: [4, 6, 5] })), numbers(x), 1e-13);
      close(numbers(fft.ifft2(fft.fft2(x)).real), numbers(x), 1e-13);
    });
  });

  it('cuts or continues with zeros', () => {
    withDevice(device, () => {
      const x = array([1, 2, 3, 4], { dtype: 'float64' });
      close(numbers(fft.fft(x, { n: 2 }).real), [3, -1], 1e-15);
      close(numbers(fft.fft(x, { n: 6 }).real), numbers(fft.fft(xp.pad(x, [0, 2])).real), 1e-15);
    });
  });
});

describe('fft', () => {
  it('keeps 32 bits of floats and takes 64 for all else', () => {
    const types = (['float16', 'bfloat16', 'float32', 'float64', 'int32', 'bool', 'complex64'] as const).map(
      (dtype) => fft.fft(xp.ones([3], { dtype })).dtype.name,
    );
    expect(types).toEqual([
      'complex64',
      'complex64',
      'complex64',
      'complex128',
      'complex128',
      'complex128',
      'complex64',
    ]);
    expect(fft.irfft(xp.ones([3], { dtype: 'complex64' })).dtype.name).toBe('float32');
  });

  it('says what is wrong', () => {
    expect(() => fft.fft(xp.ones([3]), { n: 0 })).toThrow(
      '[fft.fft] the transform needs at least 1 data point, got n = 0',
    );
    expect(() => fft.fft(xp.ones([3]), { norm: 'other' as never })).toThrow(
      "[fft.fft] norm must be 'backward'",
    );
    expect(() => fft.rfft(xp.ones([3], { dtype: 'complex64' }))).toThrow('[fft.rfft] x must be real');
    expect(() => fft.fft(xp.ones([3]), { axis: 1 })).toThrow('[fft.fft] axis 1');
    expect(() => fft.fftn(xp.ones([3, 3]), { s: [1], axes: [0, 1] })).toThrow(
      '[fft.fftn] s has 1 lengths for 2 axes',
    );
    expect(() => fft.fftfreq(0)).toThrow('[fft.fftfreq] n must be a positive integer, got 0');
  });
});
