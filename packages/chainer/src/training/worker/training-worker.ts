import type { LogEntry } from '../extensions/log-report.ts';
import { listen, type Message, type Port } from './messages.ts';

/** What happens while a worker trains. */
export interface TrainingEvent<Detail = unknown> extends Event {
  readonly detail: Detail;
}

/** Events by name: `progress` brings an entry of the log, others are the session's own. */
export interface TrainingEvents {
  readonly progress: LogEntry;
  readonly [name: string]: unknown;
}

/** A listener of `TrainingWorker`. */
export type TrainingListener<Name extends string> = (event: TrainingEvent<TrainingEvents[Name]>) => void;

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/**
 * The page's end of a training that runs in a worker, off the page's thread; `serveTraining` is the other end.
 *
 * It fires what the session emits, and `progress`, whose `detail` has the means of what was reported since the last time, with `epoch`, `iteration` and
 * `elapsed_time`, as in LogReport.
 *
 * @example
 * // In a page:
 * // const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
 * // const training = new TrainingWorker(worker);
 * // training.addEventListener('progress', ({ detail }) => plot(detail.iteration, detail['main/loss']));
 * // await training.setup({ lr: 0.1 });
 * // await training.run(); // until it pauses or ends
 */
export class TrainingWorker<Options = unknown> {
  private readonly port: Port;
  private readonly events = new EventTarget();
  private readonly pending = new Map<number, Pending>();
  private requests = 0;

  /** @param port a module `Worker` that calls `serveTraining`, or a `MessagePort` to one. */
  constructor(port: Port) {
    this.port = port;
    // A worker whose script cannot be loaded, or that throws outside of any request, answers nothing any more.
    port.addEventListener('error', (event) => {
      const { message } = event as Event & { readonly message?: string };
      this.fail(
        new Error(`[TrainingWorker] the worker failed: ${message ?? 'its script could not be loaded'}`),
      );
    });
    listen(port, (message) => this.receive(message as Message));
  }

  addEventListener<Name extends string>(type: Name, listener: TrainingListener<Name>): void {
    this.events.addEventListener(type, listener as (event: Event) => void);
  }

  removeEventListener<Name extends string>(type: Name, listener: TrainingListener<Name>): void {
    this.events.removeEventListener(type, listener as (event: Event) => void);
  }

  /** Makes a new training from `options`, which the worker's `setup` is given as a structured clone. The one before ends. */
  async setup(options: Options): Promise<void> {
    await this.request('setup', [options]);
  }

  /**
   * Trains on, for so many iterations or until something stops it.
   *
   * @returns when it pauses or ends: whether it has ended.
   * @throws {Error} with the message of what an iteration threw.
   */
  async run(iterations: number = Number.POSITIVE_INFINITY): Promise<boolean> {
    return (await this.request('run', [iterations])) as boolean;
  }

  /** Pauses after the current iteration. */
  async pause(): Promise<void> {
    await this.request('pause', []);
  }

  /** Ends the training; another may be set up. */
  async end(): Promise<void> {
    await this.request('end', []);
  }

  /** Calls a command of the session between two iterations. @throws {Error} with the message of what it threw. */
  call(command: string, ...args: readonly unknown[]): Promise<unknown> {
    return this.request('call', [command, ...args]);
  }

  private request(name: string, args: readonly unknown[]): Promise<unknown> {
    const id = ++this.requests;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      this.port.postMessage({ id, name, args });
    });
  }

  private receive(message: Message): void {
    if ('event' in message) {
      this.events.dispatchEvent(new CustomEvent(message.event, { detail: message.detail }));
      return;
    }
    const pending = this.pending.get(message.id);
    this.pending.delete(message.id);
    if ('error' in message) {
      const { name, message: text } = message.error;
      pending?.reject(Object.assign(new Error(text), { name }));
    } else pending?.resolve(message.value);
  }

  private fail(error: Error): void {
    for (const { reject } of this.pending.values()) reject(error);
    this.pending.clear();
  }
}
