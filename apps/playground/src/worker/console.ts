import { Variable, xp } from 'chainer';
import type { ConsoleLines } from './protocol.ts';

/** Lines that are sent at most every so many milliseconds; more of them are counted and dropped. */
const linesAtOnce = 50;
const interval = 150;

/** The `console` of the model's code: what it writes is shown in the page. */
export class PageConsole {
  private lines: string[] = [];
  private dropped = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private readonly send: (lines: ConsoleLines) => void;

  constructor(send: (lines: ConsoleLines) => void) {
    this.send = send;
  }

  readonly log = (...values: readonly unknown[]): void => {
    if (this.lines.length < linesAtOnce) this.lines.push(values.map(shown).join(' '));
    else this.dropped++;
    this.timer ??= setTimeout(() => this.flush(), interval);
  };
  readonly info = this.log;
  readonly warn = this.log;
  readonly error = this.log;
  readonly debug = this.log;

  private flush(): void {
    this.send({ lines: this.lines, dropped: this.dropped });
    this.lines = [];
    this.dropped = 0;
    this.timer = null;
  }
}

function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Variable || value instanceof xp.NdArray) {
    const { shape, device, dtype } = value instanceof Variable ? value.array : value;
    return device.synchronous
      ? value.toString()
      : `array of [${shape.join(', ')}], ${dtype.name}, on ${device.name}`;
  }
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (typeof value === 'object' && value !== null) return JSON.stringify(value) ?? String(value);
  return String(value);
}
