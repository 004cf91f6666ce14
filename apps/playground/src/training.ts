import { TrainingWorker } from 'chainer/training';
import { compile } from './compile.ts';
import type { Settings } from './settings.ts';
import type { ConsoleLines, GraphPicture, Made, Picture, Prediction, Setup } from './worker/protocol.ts';

/** Where a training stands. */
export type Phase = 'preparing' | 'paused' | 'running' | 'failed';

/** Means over the iterations since the last entry. */
export type Entry = Readonly<Record<string, number>>;

/** Told of what happens. */
export interface Watcher {
  phase(phase: Phase): void;
  /** A new training is there. */
  made(made: Made): void;
  progress(entry: Entry): void;
  console(lines: ConsoleLines): void;
  trouble(message: string): void;
}

/** The training in its worker, in the page's words. Errors go to the watcher; nothing is thrown. */
export class Training {
  private readonly worker = new TrainingWorker<Setup>(
    new Worker(new URL('./worker/worker.ts', import.meta.url), { type: 'module', name: 'training' }),
  );
  private readonly watcher: Watcher;
  private ready = false;
  phase: Phase = 'preparing';

  constructor(watcher: Watcher) {
    this.watcher = watcher;
    this.worker.addEventListener('progress', ({ detail }) => watcher.progress(detail));
    this.worker.addEventListener('console', ({ detail }) => watcher.console(detail as ConsoleLines));
  }

  /**
   * Makes a new training; the one before goes on existing where that fails.
   *
   * @param keep whether parameters that fit are taken over.
   */
  async prepare(settings: Settings, keep: boolean): Promise<boolean> {
    const before = this.phase;
    if (before === 'running') await this.pause();
    this.enter('preparing');
    try {
      const { data, files, device, optimizer, rate, batch } = settings;
      const code = await compile(settings.source);
      await this.worker.setup({ code, data, files, device, optimizer, rate, batch, seed: 0, keep });
      this.ready = true;
      this.enter('paused');
      this.watcher.made((await this.worker.call('made')) as Made);
      return true;
    } catch (error) {
      this.enter(this.ready && before !== 'failed' ? 'paused' : 'failed');
      this.watcher.trouble((error as Error).message);
      return false;
    }
  }

  /** Trains on until it is paused, or for so many iterations. */
  async run(iterations?: number): Promise<void> {
    if (!this.ready || this.phase === 'running') return;
    this.enter('running');
    try {
      await this.worker.run(iterations);
      // Unless another training is being made by now.
      if ((this.phase as Phase) === 'running') this.enter('paused');
    } catch (error) {
      this.enter('failed');
      this.watcher.trouble((error as Error).message);
    }
  }

  async pause(): Promise<void> {
    await this.worker.pause();
  }

  setRate(rate: number): Promise<void> {
    return this.ask('rate', rate);
  }
  predict(pixels: Float32Array): Promise<Prediction | undefined> {
    return this.ask('predict', pixels);
  }
  weights(): Promise<Picture[] | undefined> {
    return this.ask('weights');
  }
  graph(): Promise<GraphPicture | undefined> {
    return this.ask('graph');
  }
  example(i: number): Promise<{ pixels: Float32Array; label: number } | undefined> {
    return this.ask('example', i);
  }
  save(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return this.ask('save');
  }

  /** Loads weights. @returns whether they fitted. */
  async load(file: Blob): Promise<boolean> {
    try {
      await this.worker.call('load', file);
      return true;
    } catch (error) {
      this.watcher.trouble((error as Error).message);
      return false;
    }
  }

  private async ask<T>(command: string, ...args: readonly unknown[]): Promise<T> {
    if (!this.ready) return undefined as T;
    try {
      return (await this.worker.call(command, ...args)) as T;
    } catch (error) {
      this.watcher.trouble((error as Error).message);
      return undefined as T;
    }
  }

  private enter(phase: Phase): void {
    this.phase = phase;
    this.watcher.phase(phase);
  }
}
