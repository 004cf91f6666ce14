import { xp } from 'chainer';
import type { Sound } from './wav.ts';

/** The same sound with another number of samples a second: a windowed sinc, as wide as keeps what the lower rate can hold. */
export function resample({ samples, rate }: Sound, to: number): Float32Array {
  if (rate === to) return samples;
  const step = rate / to;
  const cut = Math.min(1, to / rate);
  const crossings = 16;
  const reach = crossings / cut;
  return Float32Array.from({ length: Math.ceil(samples.length / step) }, (_, i) => {
    const centre = i * step;
    let sum = 0;
    for (let k = Math.ceil(centre - reach); k <= Math.floor(centre + reach); k++) {
      const x = k - centre;
      const sinc = x === 0 ? 1 : Math.sin(Math.PI * cut * x) / (Math.PI * cut * x);
      const hann = 0.5 + 0.5 * Math.cos((Math.PI * x) / reach);
      sum += (samples[k] ?? 0) * sinc * hann;
    }
    return sum * cut;
  });
}

/** Without the silence before and after: what is `decibels` below the loudest frame. */
export function trim(samples: Float32Array, decibels: number): Float32Array {
  const [frame, hop] = [2048, 512];
  const energies = Array.from({ length: 1 + Math.floor(samples.length / hop) }, (_, f) => {
    let sum = 0;
    for (let i = f * hop - frame / 2; i < f * hop + frame / 2; i++) sum += (samples[i] ?? 0) ** 2;
    return sum / frame;
  });
  const loud = Math.max(...energies) * 10 ** (-decibels / 10);
  const heard = (energy: number) => energy > loud;
  const first = energies.findIndex(heard);
  if (first < 0) return samples.subarray(0, 0);
  return samples.subarray(first * hop, Math.min(samples.length, (energies.findLastIndex(heard) + 1) * hop));
}

/** Slaney's scale of pitches: linear up to 1000 Hz, then logarithmic. */
const linear = 200 / 3;
const growth = Math.log(6.4) / 27;
const melOf = (hertz: number) => (hertz < 1000 ? hertz / linear : 15 + Math.log(hertz / 1000) / growth);
const hertzOf = (mel: number) => (mel < 15 ? mel * linear : 1000 * Math.exp(growth * (mel - 15)));

/** Triangles over the frequencies of a transform of `n` samples, of one area: `[bands, n / 2 + 1]`. */
function melBank(rate: number, n: number, bands: number): xp.NdArray {
  const highest = melOf(rate / 2);
  const edges = Array.from({ length: bands + 2 }, (_, i) => hertzOf((highest * i) / (bands + 1)));
  const bins = n / 2 + 1;
  const weights = new Float32Array(bands * bins);
  for (let m = 0; m < bands; m++) {
    const [low, peak, high] = edges.slice(m, m + 3) as [number, number, number];
    for (let k = 0; k < bins; k++) {
      const f = (k * rate) / n;
      const height = Math.max(0, Math.min((f - low) / (peak - low), (high - f) / (high - peak)));
      weights[m * bins + k] = (2 * height) / (high - low);
    }
  }
  return xp.array(weights, { shape: [bands, bins] });
}

/** Of a spectrogram: samples of a transform, samples from frame to frame, bands. */
export interface Frames {
  readonly rate: number;
  readonly nFft: number;
  readonly hop: number;
  readonly bands: number;
}

/**
 * How loud each band of pitches is in each frame, in decibels below the loudest (80 at most): `[bands, 1 + floor(samples / hop)]`. The samples
 * are mirrored at both ends.
 */
export function melSpectrogram(samples: Float32Array, { rate, nFft, hop, bands }: Frames): xp.NdArray {
  const padded = xp.pad(xp.array(samples), nFft / 2, { mode: 'reflect' });
  const frames = 1 + Math.floor(samples.length / hop);
  const places = xp.arange(frames).mul(hop).at(':', null).add(xp.arange(nFft)).astype('int32');
  // The periodic Hann window.
  const window = xp.hanning(nFft + 1).at(':-1');
  const spectrum = xp.fft.rfft((padded.at(places) as xp.NdArray).mul(window));
  const power = xp.square(xp.abs(spectrum)).astype('float32');
  const mel = xp.matmul(melBank(rate, nFft, bands), power.T);
  const decibels = xp.log10(xp.maximum(mel, 1e-10)).mul(10);
  const relative = decibels.sub(decibels.max());
  return xp.maximum(relative, -80);
}
