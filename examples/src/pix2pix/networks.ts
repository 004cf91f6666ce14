import {
  Chain,
  ChainList,
  functions as F,
  initializers,
  links as L,
  type Variable,
  type VariableLike,
} from 'chainer';

const initialW = () => new initializers.Normal({ scale: 0.02 });

/** Convolution (down or up by 2, or as it is), batch normalization, dropout, activation. */
class CBR extends Chain {
  readonly c: L.Convolution2D | L.Deconvolution2D;
  readonly bn: L.BatchNormalization | null;
  private readonly dropout: boolean;
  private readonly activation: (x: VariableLike) => Variable;

  constructor(
    from: number,
    to: number,
    options: {
      readonly sample: 'none' | 'down' | 'up';
      readonly bn?: boolean;
      readonly dropout?: boolean;
      readonly activation: (x: VariableLike) => Variable;
    },
  ) {
    super();
    const { sample, bn = true, dropout = false, activation } = options;
    this.dropout = dropout;
    this.activation = activation;
    this.c =
      sample === 'none'
        ? new L.Convolution2D(from, to, 3, { stride: 1, pad: 1, initialW: initialW() })
        : sample === 'down'
          ? new L.Convolution2D(from, to, 4, { stride: 2, pad: 1, initialW: initialW() })
          : new L.Deconvolution2D(from, to, 4, { stride: 2, pad: 1, initialW: initialW() });
    this.bn = bn ? new L.BatchNormalization(to) : null;
  }

  override forward(x: VariableLike): Variable {
    let h = this.c.forward(x);
    if (this.bn !== null) h = this.bn.forward(h);
    if (this.dropout) h = F.dropout(h);
    return this.activation(h);
  }
}

const leaky = (x: VariableLike) => F.leakyRelu(x);

/** Halves the picture step by step, and keeps what each step saw. */
export class Encoder extends ChainList {
  constructor(channels: number, widths: readonly number[]) {
    super(
      new L.Convolution2D(channels, widths[0] as number, 3, { stride: 1, pad: 1, initialW: initialW() }),
      ...widths
        .slice(1)
        .map(
          (to, i) => new CBR(widths[i] as number, to, { sample: 'down', activation: leaky, dropout: false }),
        ),
    );
  }

  override forward(x: VariableLike): Variable[] {
    const seen = [F.leakyRelu((this.at(0) as L.Convolution2D).forward(x))];
    for (let i = 1; i < this.length; i++) seen.push((this.at(i) as CBR).forward(seen[i - 1] as Variable));
    return seen;
  }
}

/** Doubles it again; each step also gets what the encoder saw at that size (a U-Net). */
export class Decoder extends ChainList {
  constructor(channels: number, widths: readonly number[]) {
    const up = widths.slice(1).reverse();
    super(
      ...up.map((from, i) => {
        const to = up[i + 1] ?? (widths[0] as number);
        return new CBR(i === 0 ? from : 2 * from, to, { sample: 'up', activation: F.relu, dropout: i < 2 });
      }),
      new L.Convolution2D(2 * (widths[0] as number), channels, 3, {
        stride: 1,
        pad: 1,
        initialW: initialW(),
      }),
    );
  }

  override forward(seen: readonly Variable[]): Variable {
    let h = seen.at(-1) as Variable;
    for (let i = 0; i < this.length - 1; i++) {
      h = (this.at(i) as CBR).forward(h);
      h = F.concat([h, seen[seen.length - 2 - i] as Variable], { axis: 1 });
    }
    return (this.at(this.length - 1) as L.Convolution2D).forward(h);
  }
}

/** Judges plan and picture together, patch by patch. */
export class Discriminator extends Chain {
  readonly c00: CBR;
  readonly c01: CBR;
  readonly c1: CBR;
  readonly c2: CBR;
  readonly c3: L.Convolution2D;

  constructor(planChannels: number, pictureChannels: number, width: number) {
    super();
    const down = (from: number, to: number, bn = true) =>
      new CBR(from, to, { sample: 'down', bn, activation: leaky });
    this.c00 = down(planChannels, width / 2, false);
    this.c01 = down(pictureChannels, width / 2, false);
    this.c1 = down(width, 2 * width);
    this.c2 = down(2 * width, 4 * width);
    this.c3 = new L.Convolution2D(4 * width, 1, 3, { stride: 1, pad: 1, initialW: initialW() });
  }

  override forward(plan: VariableLike, picture: VariableLike): Variable {
    const h = F.concat([this.c00.forward(plan), this.c01.forward(picture)], { axis: 1 });
    return this.c3.forward(this.c2.forward(this.c1.forward(h)));
  }
}
