import { coord, ElementwiseKernel, type NdArray, ValueError } from '@chainer/xp';
import { BaseInitializer, type InitializerOptions } from './options.ts';

/** The scale on the diagonal. The second operand is the array itself: it says on which device, in which dtype. */
const kernel = new ElementwiseKernel('Identity', 2, (scale, x) => coord(0).eq(coord(1)).where(scale, x.mul(0).mul(0)));

/**
 * Fills a square matrix with a multiple of the identity.
 *
 * @throws {ValueError} for arrays that are not square matrices.
 */
export class Identity extends BaseInitializer {
  readonly scale: number;

  constructor(options: InitializerOptions & { readonly scale?: number } = {}) {
    super(options);
    this.scale = options.scale ?? 1;
  }

  apply(array: NdArray): void {
    const [n, m] = array.shape;
    if (array.ndim !== 2 || n !== m) {
      throw new ValueError(`[Identity] only square matrices can be initialised to the identity, got shape [${array.shape.join(', ')}]`);
    }
    if (array.size === 0) return;
    array.device.kernels.fill(array, 0);
    kernel.call([this.scale, array], { out: [array] });
  }
}
