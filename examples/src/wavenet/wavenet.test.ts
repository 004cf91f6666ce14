import { noBackpropMode, xp } from 'chainer';
import { describe, expect, test } from 'vitest';
import { Dice } from '../dice.ts';
import { melSpectrogram, resample, trim } from './audio.ts';
import { frames } from './clips.ts';
import { generate, SampleBySample } from './generate.ts';
import { MuLaw } from './mu-law.ts';
import { UpsampleNet, Vocoder, WaveNet } from './net.ts';
import { readWav, writeWav } from './wav.ts';

const sine = (hertz: number, rate: number, n: number) =>
  Float32Array.from({ length: n }, (_, i) => Math.sin((2 * Math.PI * hertz * i) / rate));

describe('WAV files', () => {
  test('what is written is read, to 16 bits', () => {
    const samples = Float32Array.of(0, 0.5, -1, 1.5);
    const { samples: got, rate } = readWav(writeWav({ samples, rate: 8000 }), 'a.wav');
    expect([...got, rate]).toEqual([0, 0.5, -1, 0x7fff / 0x8000, 8000]);
  });

  /** A file of one chunk that nobody knows, a format, and data. */
  function file(kind: number, channels: number, bits: number, data: Uint8Array): Uint8Array {
    const bytes = new Uint8Array(12 + 10 + 24 + 8 + data.length);
    const view = new DataView(bytes.buffer);
    const word = (at: number, text: string) => bytes.set(new TextEncoder().encode(text), at);
    word(0, 'RIFF');
    word(8, 'WAVEodd ');
    view.setUint32(16, 1, true); // one byte, and one to make it even
    word(22, 'fmt ');
    view.setUint32(26, 16, true);
    view.setUint16(30, kind, true);
    view.setUint16(32, channels, true);
    view.setUint32(34, 16_000, true);
    view.setUint16(44, bits, true);
    word(46, 'data');
    view.setUint32(50, data.length, true);
    bytes.set(data, 54);
    return bytes;
  }

  test.each([
    [1, 1, 8, Uint8Array.of(128, 192, 0), [0, 0.5, -1]],
    [1, 1, 24, Uint8Array.of(0, 0, 0x40, 0, 0, 0x80), [0.5, -1]],
    [1, 1, 32, new Uint8Array(Int32Array.of(2 ** 30).buffer), [0.5]],
    [3, 2, 32, new Uint8Array(Float32Array.of(0.25, 0.75, -1, 0).buffer), [0.5, -0.5]],
    [3, 1, 64, new Uint8Array(Float64Array.of(0.125).buffer), [0.125]],
  ])('format %i, %i channels, %i bits', (kind, channels, bits, data, expected) => {
    expect([...readWav(file(kind, channels, bits, data), 'a.wav').samples]).toEqual(expected);
  });

  test('others are refused by name', () => {
    expect(() => readWav(Uint8Array.of(1, 2), 'x.wav')).toThrow('x.wav is no WAV file');
    expect(() => readWav(file(2, 1, 4, new Uint8Array(2)), 'x.wav')).toThrow('format 2 with 4 bits');
    const noData = writeWav({ samples: new Float32Array(0), rate: 1 }).subarray(0, 36);
    expect(() => readWav(noData, 'x.wav')).toThrow("the chunk 'data' is missing");
  });
});

describe('what the network sees of sound', () => {
  test('the μ-law: ends, middle, and a level of its own for what is quiet', () => {
    const law = new MuLaw(256);
    expect([...law.levels(Float32Array.of(-1, 0, 1, 0.001))]).toEqual([0, 128, 255, 133]);
    expect([...law.amplitudes(Int32Array.of(0, 128))]).toEqual([-1, 0]);
    const x = sine(1, 100, 100);
    const again = law.amplitudes(law.levels(x));
    // A level is at most ln(257) * 2 / 256 of the amplitude wide.
    for (const [i, v] of x.entries())
      expect(Math.abs(v - (again[i] as number))).toBeLessThan(0.045 * Math.abs(v) + 2e-4);
  });

  test.each([
    [48_000, 16_000],
    [8000, 16_000],
  ])('%i samples a second become %i', (from, to) => {
    const got = resample({ samples: sine(440, from, from / 10), rate: from }, to);
    const expected = sine(440, to, to / 10);
    expect(got.length).toBe(expected.length);
    for (let i = 200; i < got.length - 200; i++)
      expect(Math.abs((got[i] as number) - (expected[i] as number))).toBeLessThan(0.01);
  });

  test('what the lower rate cannot hold is gone', () => {
    const got = resample({ samples: sine(11_000, 48_000, 9600), rate: 48_000 }, 16_000);
    expect(Math.max(...got.subarray(200, -200))).toBeLessThan(0.01);
  });

  test('silence at the ends is cut off', () => {
    const sound = new Float32Array(20_000);
    sound.set(sine(440, 16_000, 4096), 8192);
    const kept = trim(sound, 20);
    // In whole steps of 512 samples, of frames of 2048.
    expect(kept.length).toBeGreaterThanOrEqual(4096);
    expect(kept.length).toBeLessThanOrEqual(4096 + 2 * 2048);
    expect(trim(new Float32Array(100), 20).length).toBe(0);
  });

  test('a tone is loudest in its band, and all is measured from there', () => {
    const mel = melSpectrogram(sine(1000, 16_000, 4096), frames);
    expect(mel.shape).toEqual([128, 17]);
    expect(mel.max().itemSync()).toBe(0);
    expect(Number(mel.min().itemSync())).toBeGreaterThanOrEqual(-80);
    // 8000 Hz are 45.245 on Slaney's scale, 1000 Hz are 15: the band is 15 / 45.245 of 129 steps up.
    expect(xp.argmax(mel.at(':', 8)).itemSync()).toBe(Math.round((15 / 45.245) * 129) - 1);
  });
});

describe('generating', () => {
  const [levels, residual] = [6, 3];
  const model = new Vocoder(
    new UpsampleNet(6, residual, 4, [2, 3], 5),
    new WaveNet(2, 3, levels, residual, 7),
  );

  test('sample by sample gives what the whole network gives', () => {
    const rng = new xp.random.RandomState(1);
    const T = 24;
    const given = rng.randint(0, { high: levels, size: [T] }).astype('int32');
    const oneHot = xp.identity(levels, { dtype: 'float32' }).at(given) as xp.NdArray;
    const spectrogram = rng.normal({ size: [1, 4, T / 6] }).astype('float32');
    noBackpropMode(() => {
      const conditions = model.encoder.forward(spectrogram);
      const whole = model.decoder.forward(oneHot.T.at(null), conditions).array;
      const network = new SampleBySample(model);
      for (let i = 0; i < T; i++) {
        const y = network.next(
          oneHot.at(`${i}:${i + 1}`),
          conditions.map((c) => c.array.at(':', ':', i)),
        );
        const near = xp.allclose(y.array, whole.at(':', ':', i), { rtol: 1e-4, atol: 1e-6 });
        expect(near.itemSync()).toBe(true);
      }
    });
  });

  test('a seed decides what is drawn', () => {
    const spectrogram = xp.ones([4, 3]);
    const made = (seed: number) => [...generate(model, spectrogram, new Dice(seed))];
    expect(made(1)).toHaveLength(18);
    expect(made(1)).toEqual(made(1));
    expect(made(1)).not.toEqual(made(2));
  });
});
