import { LogReport } from '../extensions/log-report.ts';
import type { Trainer } from '../trainer.ts';
import type { TriggerLike } from '../types.ts';
import { listen, type Message, type Port, type Request } from './messages.ts';

/** What is trained in a worker, and what else the page may ask of it. */
export interface TrainingSession {
  readonly trainer: Trainer;
  /** When the page is told of the progress; every iteration where left out. */
  readonly progressTrigger?: TriggerLike;
  /** What `TrainingWorker.call` calls by name. They run between two iterations, so they see parameters that belong together. */
  readonly commands?: Readonly<Record<string, (...args: never[]) => unknown>>;
}

/** Thrown in the trainer when the page ends it. */
class Ended extends Error {}

/** Runs after everything else of an iteration. */
const last = -1e9;

/** A trainer that runs and waits as the page says. */
class Running {
  private readonly session: TrainingSession;
  private training: Promise<void> | null = null;
  private ended = false;
  /** Iterations until it pauses. */
  private allowance = 0;
  /** Ends the pause. */
  private wake: (() => void) | null = null;
  /** Called when it pauses or ends. */
  private waiting: { resolve(finished: boolean): void; reject(error: unknown): void }[] = [];
  private queue: (() => Promise<void>)[] = [];
  private failure: unknown = null;
  private finished = false;

  constructor(session: TrainingSession, progress: (entry: Record<string, number>) => void) {
    this.session = session;
    const { trainer, progressTrigger = [1, 'iteration'] } = session;
    const report = new LogReport({ trigger: progressTrigger, filename: null, postprocess: progress });
    trainer.extend(report, { name: 'progress', trigger: [1, 'iteration'] });
    trainer.extend(() => this.gate(), { name: 'gate', priority: last });
  }

  /** Whether an iteration may be under way. */
  private get busy(): boolean {
    return this.allowance > 0;
  }

  run(iterations: number): Promise<boolean> {
    if (!(iterations > 0))
      throw new RangeError(`[TrainingWorker.run] iterations must be positive, got ${iterations}`);
    if (this.failure !== null) return Promise.reject(this.failure);
    if (this.finished) return Promise.resolve(true);
    this.allowance = iterations;
    const ended = new Promise<boolean>((resolve, reject) => this.waiting.push({ resolve, reject }));
    if (this.training === null) this.training = this.train();
    else this.wake?.();
    return ended;
  }

  pause(): void {
    if (this.busy) this.allowance = 1;
  }

  /** Runs a command between two iterations. */
  command(name: string, args: readonly unknown[]): Promise<unknown> {
    const command = this.session.commands?.[name] as ((...args: unknown[]) => unknown) | undefined;
    if (command === undefined) {
      const known = Object.keys(this.session.commands ?? {}).join(', ') || 'none';
      throw new Error(`[TrainingWorker.call] there is no command '${name}'; there are ${known}`);
    }
    if (!this.busy) return Promise.resolve(command(...args));
    return new Promise((resolve, reject) => {
      this.queue.push(async () => {
        try {
          resolve(await command(...args));
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  /** Ends it, which lets go of the trainer's reporter, too. */
  async end(): Promise<void> {
    this.ended = true;
    this.allowance = 0;
    this.wake?.();
    await this.training;
  }

  private async train(): Promise<void> {
    try {
      await this.session.trainer.run();
      this.finished = true;
    } catch (error) {
      this.failure = error;
      if (error instanceof Ended) this.finished = true;
    }
    this.allowance = 0;
    await this.drain();
    this.settle();
  }

  /** After each iteration: does what was asked for meanwhile, and waits while there is nothing to do. */
  private async gate(): Promise<void> {
    await this.drain();
    this.allowance--;
    while (this.allowance <= 0 && !this.ended) {
      const woken = new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      this.settle();
      await woken;
      this.wake = null;
    }
    if (this.ended) throw new Ended('[serveTraining] the training was ended');
  }

  private async drain(): Promise<void> {
    for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) await next();
  }

  private settle(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const { resolve, reject } of waiting) {
      if (this.failure !== null && !this.finished) reject(this.failure);
      else resolve(this.finished);
    }
  }
}

/**
 * Makes a worker train for its page: `TrainingWorker` there is the other end.
 *
 * @param setup makes model, optimizer and trainer from what the page chose; called for each `TrainingWorker.setup`. Its second argument
 * fires an event there.
 * @param port the line to the page: the worker's own, unless told otherwise.
 * @example
 * import { links as L, optimizers, xp } from 'chainer';
 * import { TupleDataset } from 'chainer/datasets';
 * import { SerialIterator } from 'chainer/iterators';
 * import { serveTraining, StandardUpdater, Trainer, TrainingWorker } from 'chainer/training';
 * const line = new MessageChannel(); // in a page: new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })
 * serveTraining(({ lr }: { lr: number }) => {
 *   const data = new TupleDataset(xp.random.rand(20, 4), new Int32Array(20));
 *   const model = new L.Classifier(new L.Linear(4, 3));
 *   const optimizer = new optimizers.SGD({ lr }).setup(model);
 *   return { trainer: new Trainer(new StandardUpdater(new SerialIterator(data, 5), optimizer)) };
 * }, line.port1);
 * const training = new TrainingWorker(line.port2);
 * training.addEventListener('progress', ({ detail }) => console.log(detail['main/loss']));
 * await training.setup({ lr: 0.1 });
 * await training.run(3); // three iterations
 * await training.end();
 * line.port1.close();
 */
export function serveTraining<Options>(
  setup: (
    options: Options,
    emit: (event: string, detail: unknown) => void,
  ) => TrainingSession | Promise<TrainingSession>,
  port: Port = globalThis as unknown as Port,
): void {
  let running: Running | null = null;
  const session = (): Running => {
    if (running === null) throw new Error('[TrainingWorker] call setup(options) before');
    return running;
  };
  const post = (message: Message): void => port.postMessage(message);
  const emit = (event: string, detail: unknown): void => post({ event, detail });
  const requests: Record<string, (...args: never[]) => unknown> = {
    async setup(options: Options) {
      const next = await setup(options, emit);
      await running?.end();
      running = new Running(next, (entry) => emit('progress', entry));
    },
    run: (iterations: number) => session().run(iterations),
    pause: () => session().pause(),
    async end() {
      await running?.end();
      running = null;
    },
    call: (name: string, ...args: unknown[]) => session().command(name, args),
  };
  listen(port, async (message) => {
    const { id, name, args } = message as Request;
    try {
      post({ id, value: await requests[name]?.(...(args as never[])) });
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      post({ id, error: { name: error.name, message: error.message } });
    }
  });
}
