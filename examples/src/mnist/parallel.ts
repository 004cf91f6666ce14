import { type iterators, type optimizers, training } from 'chainer';
import { compiled } from '../compiled.ts';
import type { classifier } from './models.ts';

/** Who computes: devices by name, so many threads, or, without either, this thread on the default device. */
export interface Parallel {
  /** Names, separated by commas; the first one updates. */
  readonly devices: string | null;
  /** This thread, and workers beside it. */
  readonly processes: number;
}

/** The updater that splits each batch among devices or threads. */
export function parallelUpdater(
  iterator: iterators.SerialIterator<unknown>,
  optimizer: InstanceType<typeof optimizers.Adam>,
  { devices, processes }: Parallel,
  model: Parameters<typeof classifier>,
): training.StandardUpdater {
  if (devices !== null && processes > 1)
    throw new Error('--devices and --processes are two ways to split a batch; give one of them');
  if (devices !== null) {
    const [main, ...others] = devices.split(',') as [string, ...string[]];
    const named = others.map((name, i) => [`device${i + 1}`, name] as const);
    // Every device computes a part with a copy of the model; the gradients are added up on the first.
    return new training.updaters.ParallelUpdater(iterator, optimizer, {
      devices: { main, ...Object.fromEntries(named) },
    });
  }
  if (processes > 1) {
    // Threads share no objects: each makes its own model, and takes over the parameters.
    const module = compiled('models.js', import.meta.url);
    return new training.updaters.MultiprocessParallelUpdater(iterator, optimizer, {
      model: { module, export: 'classifier', args: model },
      nProcesses: processes,
    });
  }
  return new training.StandardUpdater(iterator, optimizer);
}
