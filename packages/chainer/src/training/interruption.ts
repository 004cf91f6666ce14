import { hasFiles } from '../files.ts';

/** Training was ended by a signal, after the iteration that was running. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}

const signals = ['SIGINT', 'SIGTERM'] as const;

/** Waits for the first signal that asks the process to end. The second finds nobody who listens, and ends it. */
export class Interruption {
  signal: string | null = null;
  private readonly listener = (signal: string): void => {
    this.signal = signal;
    this.ignore();
  };

  constructor() {
    if (hasFiles()) for (const signal of signals) process.on(signal, this.listener);
  }

  ignore(): void {
    if (hasFiles()) for (const signal of signals) process.off(signal, this.listener);
  }
}

/** The sentence that says what to do. */
export function howToGoOn(file: string | null): string {
  return file === null
    ? 'There is no snapshot to go on from; extend the trainer with extensions.snapshot() to have one'
    : `To go on, make the trainer in the same way and load the last snapshot before running it: await loadNpz(${JSON.stringify(file)}, trainer)`;
}
