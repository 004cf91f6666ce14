import { coord, ElementwiseKernel, type NdArray, ValueError } from '@chainer/xp/functions';
import { checkOptions } from '../core/check-options.ts';
import { BaseInitializer, type InitializerOptions } from './options.ts';

/** The scale on the diagonal. The second operand, the array itself, only says where and in which shape. */
const kernel = /*#__PURE__*/ new ElementwiseKernel('Identity', 2, (scale, _x) =>
  coord(0).eq(coord(1)).where(scale, 0),
);

/**
 * Fills a square matrix with a multiple of the identity.
 *
 * @throws {ValueError} for arrays that are not square matrices.
 */
export class Identity extends BaseInitializer {
  readonly scale: number;

  constructor(options: InitializerOptions & { readonly scale?: number } = {}) {
    super(options);
    checkOptions('Identity', options, ['dtype', 'scale']);
    this.scale = options.scale ?? 1;
  }

  apply(array: NdArray): void {
    const [n, m] = array.shape;
    if (array.ndim !== 2 || n !== m) {
      throw new ValueError(
        `[Identity] only square matrices can be initialised to the identity, got shape [${array.shape.join(', ')}]`,
      );
    }
    if (array.size === 0) return;
    kernel.call([this.scale, array], { out: [array] });
  }
}
