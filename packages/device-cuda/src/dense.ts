import { type DType, emptyOn, type Kernels, type NdArray } from '@chainer/xp/internal';

/** Arrays without gaps for kernels that want them, and the copies in and out where there are gaps. */
export class Dense {
  private readonly copy: Kernels['copy'];
  private readonly stands: NdArray[] = [];
  private readonly back: (readonly [NdArray, NdArray])[] = [];

  constructor(copy: Kernels['copy']) {
    this.copy = copy;
  }

  /** The array, or a dense copy; of that dtype if given. */
  input(x: NdArray, dtype: DType = x.dtype): NdArray {
    if (x.contiguous && x.dtype === dtype) return x;
    const dense = this.stand(x, dtype);
    if (x.size > 0) this.copy(x, dense);
    return dense;
  }

  /** The array, or a dense stand-in that `finish` copies into it. */
  output(y: NdArray, dtype: DType = y.dtype): NdArray {
    if (y.contiguous && y.dtype === dtype) return y;
    const dense = this.stand(y, dtype);
    this.back.push([dense, y]);
    return dense;
  }

  /** As `output`, with what the array holds. */
  changed(x: NdArray): NdArray {
    const dense = this.output(x);
    if (dense !== x && x.size > 0) this.copy(x, dense);
    return dense;
  }

  /** Copies stand-ins back and releases them: what is queued still has their memory, as kernels run in order. */
  finish(): void {
    for (const [dense, y] of this.back) if (y.size > 0) this.copy(dense, y);
    for (const x of this.stands) x.storage.release();
  }

  private stand(x: NdArray, dtype: DType): NdArray {
    const dense = emptyOn(x.device, x.shape, dtype);
    this.stands.push(dense);
    return dense;
  }
}
