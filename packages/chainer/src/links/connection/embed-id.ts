import type { NdArray } from '@chainer/xp/functions';
import { checkOptions } from '../../core/check-options.ts';
import type { InitializerLike } from '../../core/initializer.ts';
import { Link } from '../../core/link.ts';
import { Parameter } from '../../core/parameter.ts';
import type { Variable, VariableLike } from '../../core/variable.ts';
import { embedId } from '../../functions/connection/embed-id.ts';
import { Normal } from '../../initializers/normal.ts';

/** Options of EmbedID. */
export interface EmbedIDOptions {
  /** Initial table: Normal(1) unless given. */
  readonly initialW?: InitializerLike | null;
  /** Id whose row is zeros and which takes no gradient. */
  readonly ignoreLabel?: number | null;
}

/**
 * Table of vectors looked up by integer ids: word embeddings.
 *
 * @param inSize number of ids
 * @param outSize size of the vectors
 * @example
 * import { links as L, xp } from 'chainer';
 * const embed = new L.EmbedID(10, 4);
 * embed.forward(xp.array([[1, 2, 3]], { dtype: 'int32' })).shape; // [1, 3, 4]
 */
export class EmbedID extends Link {
  /** `[V, D]` */
  readonly W: Parameter;
  readonly ignoreLabel: number | null;

  constructor(inSize: number, outSize: number, options: EmbedIDOptions = {}) {
    super();
    checkOptions('EmbedID', options, ['initialW', 'ignoreLabel']);
    this.ignoreLabel = options.ignoreLabel ?? null;
    this.W = new Parameter(options.initialW ?? new Normal({ scale: 1 }), [inSize, outSize], { name: 'W' });
  }

  /** A layer with a given table. */
  static fromParams(W: NdArray, options: { readonly ignoreLabel?: number | null } = {}): EmbedID {
    checkOptions('EmbedID.fromParams', options, ['ignoreLabel']);
    return new EmbedID(W.shape[0] as number, W.shape[1] as number, { initialW: W, ...options });
  }

  /** @param x integer ids of any shape */
  forward(x: VariableLike): Variable {
    return embedId(x, this.W, { ignoreLabel: this.ignoreLabel });
  }
}
