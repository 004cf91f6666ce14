import { checkOptions } from '../../core/check-options.ts';
import type { Extension, TrainerLike, Unit } from '../types.ts';
import { type Output, standardOutput } from './output.ts';

/** Options of `ProgressBar`. */
export interface ProgressBarOptions {
  /** Length of the whole training; the stop trigger's where none is given. */
  readonly trainingLength?: readonly [number, Unit] | null;
  /** Iterations between two looks. */
  readonly updateInterval?: number;
  /** Characters of a bar. */
  readonly barLength?: number;
  readonly out?: Output;
}

/** Seconds between two lines where the output is no terminal. */
const lineInterval = 10;
/** Seconds between two redraws on a terminal. */
const redrawInterval = 0.1;
/** Looks over which the speed is measured. */
const memory = 100;

/**
 * Shows how far training is: in all, within the epoch, its speed and the time left. Where the output is no terminal it prints a plain
 * line every few seconds.
 *
 * @example
 * import { ProgressBar } from 'chainer/training/extensions';
 * const extension = new ProgressBar({ updateInterval: 10 }); // trainer.extend(extension)
 * extension.defaultName; // 'ProgressBar'
 */
export class ProgressBar implements Extension {
  name: string | undefined;
  readonly defaultName: string = 'ProgressBar';
  private length: readonly [number, Unit] | null;
  private readonly updateInterval: number;
  private readonly barLength: number;
  private readonly out: Output;
  private readonly looks: {
    readonly iteration: number;
    readonly epochDetail: number;
    readonly time: number;
  }[] = [];
  private shown = Number.NEGATIVE_INFINITY;

  constructor(options: ProgressBarOptions = {}) {
    checkOptions('ProgressBar', options, ['trainingLength', 'updateInterval', 'barLength', 'out']);
    this.length = options.trainingLength ?? null;
    this.updateInterval = options.updateInterval ?? 100;
    this.barLength = options.barLength ?? 50;
    this.out = options.out ?? standardOutput;
    if (!(this.updateInterval >= 1))
      throw new Error(`[ProgressBar] updateInterval must be at least 1, got ${this.updateInterval}`);
  }

  initialize(trainer: TrainerLike): void {
    const stop = trainer.stopTrigger;
    if (this.length === null && typeof stop !== 'function') this.length = stop.getTrainingLength?.() ?? null;
    this.look(trainer);
  }

  run(trainer: TrainerLike): void {
    const { iteration } = trainer.updater;
    if (iteration % this.updateInterval !== 0 && !trainer.updater.isNewEpoch) return;
    this.look(trainer);
    const now = performance.now() / 1000;
    if (now - this.shown < (this.out.isTTY ? redrawInterval : lineInterval)) return;
    this.shown = now;
    if (!this.out.isTTY) this.out.write(`${this.line(trainer)}\n`);
    else {
      // The cursor goes back to where the bar begins: whatever is printed next replaces it.
      const text = this.bars(trainer);
      this.out.write(`\x1b[J${text}\x1b[${text.split('\n').length - 1}A`);
    }
  }

  private look(trainer: TrainerLike): void {
    const { iteration, epochDetail } = trainer.updater;
    this.looks.push({ iteration, epochDetail, time: performance.now() / 1000 });
    if (this.looks.length > memory) this.looks.shift();
  }

  /** Iterations and epochs per second. */
  private speed(): { readonly iterations: number; readonly epochs: number } {
    const first = this.looks[0];
    const last = this.looks.at(-1);
    if (!first || !last || last.time <= first.time) return { iterations: 0, epochs: 0 };
    const time = last.time - first.time;
    return {
      iterations: (last.iteration - first.iteration) / time,
      epochs: (last.epochDetail - first.epochDetail) / time,
    };
  }

  private state(trainer: TrainerLike): {
    readonly fraction: number | null;
    readonly left: number | null;
    readonly speed: number;
  } {
    const { iteration, epochDetail } = trainer.updater;
    const speed = this.speed();
    if (this.length === null) return { fraction: null, left: null, speed: speed.iterations };
    const [total, unit] = this.length;
    const [done, rate] = unit === 'iteration' ? [iteration, speed.iterations] : [epochDetail, speed.epochs];
    return {
      fraction: Math.min(done / total, 1),
      left: rate > 0 ? Math.max(total - done, 0) / rate : null,
      speed: speed.iterations,
    };
  }

  private bars(trainer: TrainerLike): string {
    const { iteration, epoch, epochDetail } = trainer.updater;
    const { fraction, left, speed } = this.state(trainer);
    const lines = [];
    if (fraction !== null) lines.push(`     total ${this.bar(fraction)}`);
    lines.push(`this epoch ${this.bar(epochDetail - Math.floor(epochDetail))}`);
    const all = this.length === null ? '' : ` / ${this.length[0]} ${this.length[1]}s`;
    lines.push(`${String(iteration).padStart(10)} iter, ${epoch} epoch${all}`);
    lines.push(
      `${speed.toFixed(5 - Math.min(4, Math.floor(Math.log10(Math.max(speed, 1)))))} iters/sec. Estimated time to finish: ${left === null ? 'unknown' : duration(left)}.`.padStart(
        10,
      ),
    );
    return `${lines.join('\n')}\n`;
  }

  private bar(fraction: number): string {
    const full = Math.floor(fraction * this.barLength);
    return `[${'#'.repeat(full)}${'.'.repeat(this.barLength - full)}] ${(100 * fraction).toFixed(2).padStart(6)}%`;
  }

  private line(trainer: TrainerLike): string {
    const { iteration, epochDetail } = trainer.updater;
    const { fraction, left, speed } = this.state(trainer);
    const part = fraction === null ? '' : ` (${(100 * fraction).toFixed(1)} %)`;
    return `epoch ${epochDetail.toFixed(2)}, iteration ${iteration}${part}: ${speed.toFixed(1)} iters/sec${left === null ? '' : `, ${duration(left)} left`}`;
  }

  finalize(): void {
    if (this.out.isTTY) this.out.write('\x1b[J');
  }
}

/** `1 day, 2:03:04`, or without the day. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const days = Math.floor(whole / 86400);
  const pad = (n: number): string => String(n).padStart(2, '0');
  const clock = `${Math.floor((whole % 86400) / 3600)}:${pad(Math.floor((whole % 3600) / 60))}:${pad(whole % 60)}`;
  return days === 0 ? clock : `${days} day${days === 1 ? '' : 's'}, ${clock}`;
}
