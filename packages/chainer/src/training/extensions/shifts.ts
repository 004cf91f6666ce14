import { checkOptions } from '../../core/check-options.ts';
import type { Serializer } from '../../core/serializer.ts';
import { floatOrNull } from '../../serializers/values.ts';
import type { Extension, OptimizerLike, TrainerLike } from '../types.ts';

/** Options that all shifts have. */
export interface ShiftOptions {
  /** The optimizer; the updater's `main` where none is given. */
  readonly optimizer?: OptimizerLike | null;
}

/** Options of shifts that start from a value and may stop at another. */
export interface BoundedShiftOptions extends ShiftOptions {
  /** First value; what the optimizer has where none is given. */
  readonly init?: number | null;
  /** Value at which it stops. */
  readonly target?: number | null;
}

/**
 * Changes an optimizer's attribute over time: the value at time `t`, which counts its calls. Each call writes the value of its time;
 * the trigger decides when that is (every iteration where nothing is said).
 */
export abstract class Shift implements Extension {
  name: string | undefined;
  readonly defaultName: string = this.constructor.name;
  protected readonly attr: string;
  protected init: number | null;
  protected t = 0;
  private readonly optimizer: OptimizerLike | null;
  private last: number | null = null;

  constructor(attr: string, init: number | null, options: ShiftOptions) {
    if (typeof attr !== 'string')
      throw new TypeError(
        `[${this.constructor.name}] attr must be the name of a hyperparameter, got ${String(attr)}`,
      );
    this.attr = attr;
    this.init = init;
    this.optimizer = options.optimizer ?? null;
  }

  /** The value at time `t`. */
  protected abstract valueAt(t: number, init: number): number;

  initialize(trainer: TrainerLike): void {
    const optimizer = this.optimizerOf(trainer);
    const current = optimizer[this.attr];
    if (typeof current !== 'number') {
      throw new Error(
        `[${this.constructor.name}] the optimizer has no hyperparameter '${this.attr}' (it is ${String(current)})`,
      );
    }
    this.init ??= current;
    // A resumed run goes on with the value that it had.
    this.last ??= this.valueAt(this.t, this.init);
    optimizer[this.attr] = this.last;
  }

  run(trainer: TrainerLike): void {
    this.t++;
    const optimizer = this.optimizerOf(trainer);
    const value = this.valueAt(this.t, this.init ?? (optimizer[this.attr] as number));
    optimizer[this.attr] = value;
    this.last = value;
  }

  private optimizerOf(trainer: TrainerLike): Record<string, unknown> {
    return (this.optimizer ?? trainer.updater.getOptimizer('main')) as unknown as Record<string, unknown>;
  }

  serialize(serializer: Serializer): void {
    this.t = serializer.value('_t', this.t);
    this.last = floatOrNull(serializer, '_last_value', this.last);
  }
}

/** `value`, or `target` once it is passed on the way from `init`. */
function bounded(value: number, init: number, target: number | null): number {
  if (target === null) return value;
  // Values that shrink towards the target, in magnitude, stop at it from above; those that grow, from below.
  const ratio = target / init;
  return ratio > 1 ? (value / target > 1 ? target : value) : value / target < 1 ? target : value;
}

/**
 * `init · rate^t`.
 *
 * @throws {Error} for a negative rate.
 * @example
 * import { ExponentialShift } from 'chainer/training/extensions';
 * const extension = new ExponentialShift('lr', 0.5); // trainer.extend(extension, { trigger: [25, 'epoch'] })
 * extension.defaultName; // 'ExponentialShift'
 */
export class ExponentialShift extends Shift {
  private readonly rate: number;
  private readonly target: number | null;

  constructor(attr: string, rate: number, options: BoundedShiftOptions = {}) {
    super(attr, options.init ?? null, options);
    checkOptions('ExponentialShift', options, ['init', 'target', 'optimizer']);
    if (!(rate >= 0)) throw new Error(`[ExponentialShift] rate must not be negative, got ${rate}`);
    this.rate = rate;
    this.target = options.target ?? null;
  }

  protected valueAt(t: number, init: number): number {
    return bounded(init * this.rate ** t, init, this.target);
  }
}

/**
 * `init · (1 + gamma · t)^-power`.
 *
 * @throws {Error} for a negative gamma.
 */
export class InverseShift extends Shift {
  private readonly gamma: number;
  private readonly power: number;
  private readonly target: number | null;

  constructor(attr: string, gamma: number, power: number, options: BoundedShiftOptions = {}) {
    super(attr, options.init ?? null, options);
    checkOptions('InverseShift', options, ['init', 'target', 'optimizer']);
    if (!(gamma >= 0)) throw new Error(`[InverseShift] gamma must not be negative, got ${gamma}`);
    this.gamma = gamma;
    this.power = power;
    this.target = options.target ?? null;
  }

  protected valueAt(t: number, init: number): number {
    return bounded(init * (1 + this.gamma * t) ** -this.power, init, this.target);
  }
}

/** `init · (1 - t / maxCount)^rate`, and 0 afterwards. */
export class PolynomialShift extends Shift {
  private readonly rate: number;
  private readonly maxCount: number;
  private readonly target: number | null;

  constructor(attr: string, rate: number, maxCount: number, options: BoundedShiftOptions = {}) {
    super(attr, options.init ?? null, options);
    checkOptions('PolynomialShift', options, ['init', 'target', 'optimizer']);
    if (!(rate >= 0)) throw new Error(`[PolynomialShift] rate must not be negative, got ${rate}`);
    this.rate = rate;
    this.maxCount = maxCount;
    this.target = options.target ?? null;
  }

  protected valueAt(t: number, init: number): number {
    return bounded(init * Math.max(1 - t / this.maxCount, 0) ** this.rate, init, this.target);
  }
}

/** `init · gamma^floor(t / step)`. */
export class StepShift extends Shift {
  private readonly gamma: number;
  private readonly step: number;
  private readonly target: number | null;

  constructor(attr: string, gamma: number, step: number, options: BoundedShiftOptions = {}) {
    super(attr, options.init ?? null, options);
    checkOptions('StepShift', options, ['init', 'target', 'optimizer']);
    if (!(gamma >= 0)) throw new Error(`[StepShift] gamma must not be negative, got ${gamma}`);
    this.gamma = gamma;
    this.step = step;
    this.target = options.target ?? null;
  }

  protected valueAt(t: number, init: number): number {
    return bounded(init * this.gamma ** Math.floor(t / this.step), init, this.target);
  }
}

/** From `valueRange[0]` at time `timeRange[0]` to `valueRange[1]` at `timeRange[1]`, constant before and after. */
export class LinearShift extends Shift {
  private readonly values: readonly [number, number];
  private readonly times: readonly [number, number];

  constructor(
    attr: string,
    valueRange: readonly [number, number],
    timeRange: readonly [number, number],
    options: ShiftOptions = {},
  ) {
    super(attr, valueRange[0], options);
    checkOptions('LinearShift', options, ['optimizer']);
    this.values = valueRange;
    this.times = timeRange;
  }

  protected valueAt(t: number): number {
    const [v1, v2] = this.values;
    const [t1, t2] = this.times;
    if (t <= t1) return v1;
    if (t >= t2) return v2;
    const rate = (t - t1) / (t2 - t1);
    return v1 + rate * (v2 - v1);
  }
}

/** `init · gamma^k`, where `k` counts the entries of `stepValue` that were reached. */
export class MultistepShift extends Shift {
  private readonly gamma: number;
  private readonly stepValue: readonly number[];

  constructor(
    attr: string,
    gamma: number,
    stepValue: readonly number[],
    init: number | null = null,
    options: ShiftOptions = {},
  ) {
    super(attr, init, options);
    checkOptions('MultistepShift', options, ['optimizer']);
    this.gamma = gamma;
    this.stepValue = stepValue.slice();
  }

  protected valueAt(t: number, init: number): number {
    return init * this.gamma ** this.stepsAt(t);
  }

  private stepsAt(t: number): number {
    return this.stepValue.filter((step) => t >= step).length;
  }

  override serialize(serializer: Serializer): void {
    this.t = serializer.value('_t', this.t);
    // Chainer keeps the steps as well; here they follow from the time.
    serializer.value('_current_step', this.stepsAt(this.t));
  }
}

/** Linearly from `warmupStart` to `init` in `warmupIter` calls, `init` afterwards. */
export class WarmupShift extends Shift {
  private readonly start: number | null;
  private readonly iterations: number;
  private readonly end: number;

  constructor(
    attr: string,
    warmupStart: number | null,
    warmupIter: number,
    init: number,
    options: ShiftOptions = {},
  ) {
    super(attr, warmupStart, options);
    checkOptions('WarmupShift', options, ['optimizer']);
    this.start = warmupStart;
    this.iterations = warmupIter;
    this.end = init;
  }

  protected valueAt(t: number, init: number): number {
    const start = this.start ?? init;
    return t >= this.iterations ? this.end : start + ((this.end - start) * t) / this.iterations;
  }

  override serialize(serializer: Serializer): void {
    this.t = serializer.value('_t', this.t);
  }
}
