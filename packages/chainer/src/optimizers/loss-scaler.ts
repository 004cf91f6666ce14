import { bool, DeviceError, NdArray, ReductionKernel, ValueError } from '@chainer/xp/functions';
import { emptyOn } from '@chainer/xp/internal';
import type { Serializer } from '../core/serializer.ts';
import { floatValue } from '../serializers/values.ts';

/** Largest factor: what float16 still holds. */
const largest = 65504;

const allFinite = /*#__PURE__*/ new ReductionKernel('isfinite', 1, {
  map: (x) => x.isfinite(),
  reduce: (a, b) => a.and(b),
  identity: true,
  accumulator: 'bool',
});
const allTrue = /*#__PURE__*/ new ReductionKernel('all', 1, {
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
 *
 * On a device that is read by waiting, an update that must be skipped changes nothing there, and the factor follows when the answer has
 * come: some updates later.
 */
export class LossScaler {
  scale: number | null = null;
  /** Whether the factor is found by itself. Only then gradients are looked at, as that waits for the device. */
  dynamic = false;
  private interval = 1000;
  private overflowed = false;
  private wasFinite = true;
  private warned = false;
  /** Answers that are being read, and what went wrong with them. */
  private reading: Promise<void> = Promise.resolve();
  private failure: unknown = null;

  configure(who: string, { interval = 1000, scale = null }: LossScalingOptions): void {
    if (!(interval >= 1))
      throw new ValueError(`[${who}.lossScaling] interval must be at least 1, got ${interval}`);
    if (scale !== null) return this.fix(`${who}.lossScaling`, scale);
    this.interval = interval;
    this.dynamic = true;
    this.overflowed = false;
    this.warned = false;
    this.wasFinite = true;
    this.scale = 1;
  }

  fix(who: string, scale: number): void {
    if (!(scale > 0)) throw new ValueError(`[${who}] the loss scale must be positive, got ${scale}`);
    this.dynamic = false;
    this.scale = scale;
  }

  /** Whether the last gradients that are known about were finite. */
  get safe(): boolean {
    return !this.dynamic || this.wasFinite;
  }

  /**
   * Looks for gradients that are not finite.
   *
   * On a device that is read by waiting the answer comes later: the update must go by the boolean that this returns, and `late`
   * is called when the answer was no. Elsewhere `safe` says it at once.
   *
   * @throws what reading an earlier answer has thrown.
   */
  check(who: string, grads: () => readonly NdArray[], late: () => void): NdArray | null {
    if (this.failure !== null) {
      const { failure } = this;
      this.failure = null;
      throw failure;
    }
    const answer = this.dynamic ? finiteness(who, grads()) : null;
    if (answer === null || answer.device.synchronous) {
      this.wasFinite = answer === null || answer.itemSync() === true;
      return null;
    }
    const item = answer.item();
    const before = this.reading;
    this.reading = (async () => {
      await before;
      this.wasFinite = (await item) === true;
      if (!this.wasFinite) late();
      this.follow(who);
    })().catch((error: unknown) => {
      this.failure ??= error;
    });
    return answer;
  }

  /** Waits until every answer is there. */
  async settle(): Promise<void> {
    await this.reading;
  }

  /** Lets the factor follow an update whose answer is known. */
  follow(who: string): void {
    if (!this.dynamic) return;
    const safe = this.wasFinite;
    if (!safe) {
      this.overflowed = true;
      if (this.scale === 1 && !this.warned) {
        this.warned = true;
        console.warn(
          `[${who}] a gradient is not finite although the loss is not scaled: the update is skipped, and so will be every other like it. config.debug finds the function that makes it.`,
        );
      }
    }
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

/**
 * Whether all elements of all gradients are finite, as a boolean on their device.
 *
 * @throws {DeviceError} if they are on several devices.
 */
function finiteness(who: string, grads: readonly NdArray[]): NdArray | null {
  const first = grads[0];
  if (first === undefined) return null;
  const { device } = first;
  const answers = emptyOn(device, [grads.length], bool);
  grads.forEach((g, i) => {
    if (g.device !== device)
      throw new DeviceError(
        `[${who}] dynamic loss scaling wants all parameters on one device, but they are on ${device.name} and ${g.device.name}; give a fixed factor, lossScaling({scale: 128})`,
      );
    allFinite.call([g], { out: new NdArray(answers.storage, bool, [], [], i) });
  });
  return allTrue.call([answers]);
}
