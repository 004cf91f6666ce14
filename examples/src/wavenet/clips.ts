import { readFile } from 'node:fs/promises';
import { xp } from 'chainer';
import { DatasetMixin } from 'chainer/dataset';
import { Dice } from '../dice.ts';
import { melSpectrogram, resample, trim } from './audio.ts';
import { MuLaw } from './mu-law.ts';
import { readWav } from './wav.ts';

/** What of sound the network sees. */
export const frames = { rate: 16_000, nFft: 1024, hop: 256, bands: 128 } as const;

/** Which sounds, and how they are cut. Threads get it as a message, so it is plain data. */
export interface Cutting {
  readonly files: readonly string[];
  /** Samples of a clip. */
  readonly length: number;
  /** Levels of a sample. */
  readonly levels: number;
  readonly seed: number;
}

/** The sound of a file at the network's rate, without silence at the ends, as loud as can be. */
export async function loadSound(file: string): Promise<Float32Array> {
  const sound = trim(resample(readWav(await readFile(file), file), frames.rate), 20);
  const peak = sound.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  if (peak === 0) throw new Error(`${file} is silent`);
  return sound.map((x) => x / peak);
}

/** A spectrogram in numbers from -1 to 1. */
export const conditionOf = (sound: Float32Array): xp.NdArray => melSpectrogram(sound, frames).add(40).div(40);

/** Clips of sounds: samples (one-hot) with their spectrogram, and the samples one later. */
class Clips extends DatasetMixin<Promise<[xp.NdArray, xp.NdArray, xp.NdArray]>> {
  private readonly cutting: Cutting;
  private readonly dice: Dice;
  private readonly law: MuLaw;

  constructor(cutting: Cutting) {
    super();
    this.cutting = cutting;
    this.dice = new Dice(cutting.seed);
    this.law = new MuLaw(cutting.levels);
  }

  get length(): number {
    return this.cutting.files.length;
  }

  async getExample(i: number): Promise<[xp.NdArray, xp.NdArray, xp.NdArray]> {
    const { length, levels, files } = this.cutting;
    const chance = this.dice.next();
    const sound = await loadSound(files[i] as string);
    // One more, since what is to be foretold is one later. Short sounds are followed by silence.
    const n = length + 1;
    const start = Math.floor(chance * Math.max(1, sound.length - n + 1));
    const clip = new Float32Array(n);
    clip.set(sound.subarray(start, start + n));
    const quantized = this.law.levels(clip);
    const condition = conditionOf(clip).at(':', `:${length / frames.hop}`);
    const oneHot = xp
      .identity(levels, { dtype: 'float32' })
      .at(xp.array(quantized.subarray(0, -1))) as xp.NdArray;
    return [oneHot.T, condition, xp.array(quantized.subarray(1))];
  }
}

/** What the workers of `MultiprocessIterator` load clips from. */
export const clips = (cutting: Cutting): Clips => new Clips(cutting);
