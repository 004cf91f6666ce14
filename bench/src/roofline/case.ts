import { grad, Variable, xp } from 'chainer';

/** One kernel at one size. Operations and bytes are the least that the result needs: every operand read once, every result written once. */
export interface RooflineCase {
  readonly name: string;
  /** Floating-point operations of products and sums; 0 where moving data is all that should take time. */
  readonly flops: number;
  /** Bytes read and written. */
  readonly bytes: number;
  readonly step: () => unknown;
}

/** Cases that share a kernel family; made when their turn comes, so that only one family's data is alive. */
export interface RooflineFamily {
  readonly family: string;
  cases(): readonly RooflineCase[];
}

/** Uniform float32 numbers in [0, 1). */
export function rand(...shape: number[]): xp.NdArray {
  return xp.random.rand(...shape).astype('float32');
}

/** Bytes of arrays that are read or written once. */
export function bytesOf(...arrays: readonly xp.NdArray[]): number {
  return arrays.reduce((sum, x) => sum + x.size * x.dtype.itemsize, 0);
}

/** A step that runs only the backward pass of `f` at `x`, from ones. */
export function backwardStep(f: (x: Variable) => Variable, x: xp.NdArray): () => unknown {
  const variable = new Variable(x);
  const y = f(variable);
  const gradOutputs = [new Variable(xp.onesLike(y.array), { requiresGrad: false })];
  return () => grad([y], [variable], { gradOutputs });
}
