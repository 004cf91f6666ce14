import { Chain, functions as F, links as L, type Variable, type VariableLike } from 'chainer';

/** Makes of each frame of a spectrogram what conditions its samples: deconvolutions, then a projection for each layer. */
export class UpsampleNet extends Chain {
  readonly deconvolutions: L.Deconvolution1D[];
  readonly projections: L.Convolution1D[];

  /**
   * @param layers of the WaveNet
   * @param residual its channels
   * @param factors whose product is the number of samples of a frame
   */
  constructor(
    layers: number,
    residual: number,
    bands: number,
    factors: readonly number[] = [16, 16],
    channels = 128,
  ) {
    super();
    this.deconvolutions = factors.map(
      (factor, i) => new L.Deconvolution1D(i === 0 ? bands : channels, channels, factor, { stride: factor }),
    );
    this.projections = Array.from({ length: layers }, () => new L.Convolution1D(channels, 2 * residual, 1));
  }

  /** @param x spectrogram, `[N, bands, frames]`. @returns `[N, 2 * residual, samples]` for each layer. */
  override forward(x: VariableLike): Variable[] {
    let h = x;
    for (const link of this.deconvolutions) h = F.relu(link.forward(h));
    return this.projections.map((link) => link.forward(h));
  }
}

/** A causal convolution of width 2, `dilation` samples apart, gated, with a shortcut and a share in the result. */
export class ResidualBlock extends Chain {
  readonly dilation: number;
  readonly conv: L.Convolution1D;
  readonly res: L.Convolution1D;
  readonly skip: L.Convolution1D;

  constructor(dilation: number, residual: number, skip: number) {
    super();
    this.dilation = dilation;
    this.conv = new L.Convolution1D(residual, 2 * residual, 2, { pad: dilation, dilate: dilation });
    this.res = new L.Convolution1D(residual, residual, 1);
    this.skip = new L.Convolution1D(residual, skip, 1);
  }

  /** @param x `[N, residual, T]`. @returns what goes on, and the share. */
  override forward(x: VariableLike, condition: VariableLike): [Variable, Variable] {
    const z = gated(causal(this.conv, x), condition);
    return [F.add(this.res.forward(z), x), this.skip.forward(z)];
  }
}

/** The convolution of `x` padded at both ends, without what looks into the future. */
function causal(conv: L.Convolution1D, x: VariableLike): Variable {
  return conv.forward(x).at(':', ':', `:${x.shape[2]}`);
}

/** `tanh(a) * sigmoid(b)`, where a and b are the halves of the channels. */
export function gated(h: Variable, condition: VariableLike): Variable {
  const [a, b] = F.splitAxis(F.add(h, condition), 2, 1) as [Variable, Variable];
  return F.mul(F.tanh(a), F.sigmoid(b));
}

/** Predicts the next sample of all that came before, and of the condition (van den Oord et al., 2016). */
export class WaveNet extends Chain {
  readonly embed: L.Convolution1D;
  readonly blocks: ResidualBlock[];
  readonly proj1: L.Convolution1D;
  readonly proj2: L.Convolution1D;

  /**
   * @param loops how often the dilations 1, 2, 4 … begin anew
   * @param layers of a loop
   * @param levels of a sample
   */
  constructor(loops: number, layers: number, levels: number, residual: number, skip: number) {
    super();
    this.embed = new L.Convolution1D(levels, residual, 2, { pad: 1, nobias: true });
    this.blocks = Array.from(
      { length: loops * layers },
      (_, i) => new ResidualBlock(2 ** (i % layers), residual, skip),
    );
    this.proj1 = new L.Convolution1D(skip, skip, 1, { nobias: true });
    this.proj2 = new L.Convolution1D(skip, levels, 1, { nobias: true });
  }

  /**
   * @param x samples as one-hot vectors, `[N, levels, T]`
   * @param conditions `[N, 2 * residual, T]` for each block
   * @returns scores of the samples one later, `[N, levels, T]`
   */
  override forward(x: VariableLike, conditions: readonly VariableLike[]): Variable {
    let h = F.tanh(causal(this.embed, x));
    const shares: Variable[] = [];
    for (const [i, block] of this.blocks.entries()) {
      const [next, share] = block.forward(h, conditions[i] as VariableLike);
      h = next;
      shares.push(share);
    }
    const z = F.relu(shares.reduce((a, b) => F.add(a, b)));
    return this.proj2.forward(F.relu(this.proj1.forward(z)));
  }
}

/** Both: from a spectrogram and the samples so far to the next ones. */
export class Vocoder extends Chain {
  readonly encoder: UpsampleNet;
  readonly decoder: WaveNet;

  constructor(encoder: UpsampleNet, decoder: WaveNet) {
    super();
    this.encoder = encoder;
    this.decoder = decoder;
  }

  override forward(x: VariableLike, spectrogram: VariableLike): Variable {
    return this.decoder.forward(x, this.encoder.forward(spectrogram));
  }
}
