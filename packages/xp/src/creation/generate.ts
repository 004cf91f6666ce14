import type { Device } from '../core/device.ts';
import { resolveDevice } from '../core/devices.ts';
import type { DType } from '../core/dtype.ts';
import { emptyOn, type NdArray } from '../core/ndarray.ts';
import type { Scalar } from '../core/promotion.ts';
import { Kernel } from '../kernel/kernel.ts';
import { launch } from '../kernel/launch.ts';
import { coord, type Expr, input, type Operand } from '../scalar/expr.ts';

/**
 * Arrays computed from coordinates alone: a kernel without array operands. Scalars are taken as the given types, so that one
 * program serves them all.
 */
export class Generator {
  private readonly name: string;
  private readonly kernel: Kernel;

  constructor(
    name: string,
    scalars: readonly DType[],
    body: (coordinate: (axis: number) => Expr, ...scalars: Expr[]) => Operand,
  ) {
    this.name = name;
    const symbols = scalars.map((_, k) => input(k));
    this.kernel = new Kernel(name, [body(coord, ...symbols) as Expr], [], [], scalars);
  }

  /** An array of that shape and dtype. */
  make(
    shape: readonly number[],
    dtype: DType,
    device: Device | string | null | undefined,
    scalars: readonly Scalar[],
  ): NdArray {
    const out = emptyOn(resolveDevice(device), shape, dtype);
    launch(this.kernel.program(scalars, [dtype]), scalars, [out], this.name, shape);
    return out;
  }
}
