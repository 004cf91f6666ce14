import { functions as F, type links as L, noBackpropMode, type Variable, xp } from 'chainer';
import type { Dice } from '../dice.ts';
import { gated, type ResidualBlock, type Vocoder } from './net.ts';

/** The last `delay` inputs of a convolution of width 2: computing one more sample takes what came `delay` samples ago and the new one. */
class DelayedConvolution {
  private readonly queue: xp.NdArray[];
  private readonly W: xp.NdArray;
  private readonly b: xp.NdArray | null;
  private at = 0;

  constructor(link: L.Convolution1D, delay: number) {
    const W = link.W.array;
    const [, channels] = W.shape as [number, number, number];
    this.W = W.transpose(0, 2, 1).reshape([W.shape[0] as number, 2 * channels]);
    this.b = link.b?.array ?? null;
    this.queue = Array.from({ length: delay }, () => xp.zeros([1, channels], { dtype: W.dtype.name }));
  }

  /** @param x `[1, channels]` */
  next(x: xp.NdArray): Variable {
    const before = this.queue[this.at] as xp.NdArray;
    this.queue[this.at] = x;
    this.at = (this.at + 1) % this.queue.length;
    return F.linear(F.concat([before, x], { axis: 1 }), this.W, this.b);
  }
}

/** A convolution of width 1, of one sample. */
const project = (link: L.Convolution1D, x: Variable | xp.NdArray): Variable =>
  F.linear(x, link.W.array.at('...', 0), link.b?.array ?? null);

/**
 * The network as it makes sound sample by sample. A convolution keeps what it needs of the past in a queue, so that a sample takes one look
 * at each layer, not one at all that came before.
 */
export class SampleBySample {
  private readonly embed: DelayedConvolution;
  private readonly blocks: readonly { block: ResidualBlock; conv: DelayedConvolution }[];
  private readonly model: Vocoder;

  constructor(model: Vocoder) {
    this.model = model;
    this.embed = new DelayedConvolution(model.decoder.embed, 1);
    this.blocks = model.decoder.blocks.map((block) => ({
      block,
      conv: new DelayedConvolution(block.conv, block.dilation),
    }));
  }

  /**
   * @param x the sample before, a one-hot vector `[1, levels]`
   * @param conditions `[1, 2 * residual]` for each block
   * @returns scores of the next one, `[1, levels]`
   */
  next(x: xp.NdArray, conditions: readonly xp.NdArray[]): Variable {
    let h: Variable = F.tanh(this.embed.next(x));
    let sum: Variable | null = null;
    for (const [i, { block, conv }] of this.blocks.entries()) {
      const z = gated(conv.next(h.array), conditions[i] as xp.NdArray);
      h = F.add(project(block.res, z), h);
      const share = project(block.skip, z);
      sum = sum === null ? share : F.add(sum, share);
    }
    const { proj1, proj2 } = this.model.decoder;
    return project(proj2, F.relu(project(proj1, F.relu(sum as Variable))));
  }
}

/** Draws samples that fit a spectrogram `[bands, frames]`: the level of each. */
export function generate(model: Vocoder, spectrogram: xp.NdArray, dice: Dice): Int32Array {
  const levels = model.decoder.proj2.W.shape[0] as number;
  return noBackpropMode(() => {
    const conditions = model.encoder.forward(spectrogram.at(null)).map((c) => c.array);
    const length = conditions[0]?.shape[2] as number;
    const network = new SampleBySample(model);
    const oneHot = xp.identity(levels, { dtype: 'float32' });
    let x = xp.zeros([1, levels]);
    return Int32Array.from({ length }, (_, i) => {
      const scores = network.next(
        x,
        conditions.map((c) => c.at(':', ':', i)),
      );
      const level = drawn(F.softmax(scores).array.ravel().toArraySync() as number[], dice);
      x = oneHot.at(`${level}:${level + 1}`);
      return level;
    });
  });
}

/** One of the indices, as likely as its number says. */
function drawn(probabilities: readonly number[], dice: Dice): number {
  let left = dice.next();
  for (const [i, p] of probabilities.entries()) {
    left -= p;
    if (left < 0) return i;
  }
  return probabilities.length - 1;
}
