import { bool, NdArray, ReductionKernel, ValueError } from '@chainer/xp';
import { type Device, emptyOn } from '@chainer/xp/internal';
import type { Serializer } from '../core/serializer.ts';
import { floatValue } from '../serializers/values.ts';

/** Largest factor: what float16 still holds. */
const largest = 65504;

const allFinite = new ReductionKernel('isfinite', 1, {
  map: (x) => x.isfinite(),
  reduce: (a, b) => a.and(b),
  identity: true,
  accumulator: 'bool',
});
const allTrue = new ReductionKernel('all', 1, {
  reduce: (a, b) => a.and(b),
  identity: true,
  accumulator: 'bool',
});

/** Options of `lossScaling`. */
export interface LossScalingOptions {
  /** Updates in which the factor doubles, once the largest one was found. */
  readonly interval?: number;
  /** A fixed factor; null: found and followed by itself. */
  readonly scale?: number | null;
}

/**
 * The factor of the loss under which half-precision gradients neither vanish nor overflow. It doubles with every update until a
 * gradient is not finite; from then on such an update is skipped and halves it, and every other lets it grow slowly.
 */
export class LossScaler {
  scale: number | null = null;
  /** Whether the factor is found by itself. Only then gradients are looked at, as that waits for the device. */
  dynamic = false;
  private interval = 1000;
  private overflowed = false;

  configure(who: string, { interval = 1000, scale = null }: LossScalingOptions): void {
    if (!(interval >= 1))
      throw new ValueError(`[${who}.lossScaling] interval must be at least 1, got ${interval}`);
    if (scale !== null) return this.fix(`${who}.lossScaling`, scale);
    this.interval = interval;
    this.dynamic = true;
    this.overflowed = false;
    this.scale = 1;
  }

  fix(who: string, scale: number): void {
    if (!(scale > 0)) throw new ValueError(`[${who}] the loss scale must be positive, got ${scale}`);
    this.dynamic = false;
    this.scale = scale;
  }

  /** Follows an update. */
  follow(safe: boolean): void {
    if (!this.dynamic) return;
    if (!safe) this.overflowed = true;
    const factor = !safe ? 0.5 : this.overflowed ? 2 ** (1 / this.interval) : 2;
    this.scale = Math.min(largest, Math.max(1, (this.scale as number) * factor));
  }

  /** Written only where the factor is dynamic: Chainer's files have no such keys. */
  serialize(serializer: Serializer): void {
    if (!this.dynamic || (!serializer.writing && !serializer.has('loss_scale'))) return;
    this.scale = floatValue(serializer, 'loss_scale', this.scale as number);
    this.overflowed = serializer.value('loss_scale_overflowed', this.overflowed);
  }
}

/** Whether all elements are finite: one answer per device is read back. */
export function areFinite(grads: readonly NdArray[]): boolean {
  const byDevice = new Map<Device, NdArray[]>();
  for (const g of grads) {
    const list = byDevice.get(g.device);
    if (list === undefined) byDevice.set(g.device, [g]);
    else list.push(g);
  }
  for (const [device, list] of byDevice) {
    const answers = emptyOn(device, [list.length], bool);
    list.forEach((g, i) => {
      allFinite.call([g], { out: new NdArray(answers.storage, bool, [], [], i) });
    });
    if (allTrue.call([answers]).itemSync() !== true) return false;
  }
  return true;
}
