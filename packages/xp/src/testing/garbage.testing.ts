import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { devices } from '../core/devices.ts';

let gc: (() => void) | null = null;

/** Collects everything that is garbage on every device, and lets finalizers run: then `live` counts what is alive and no more. */
export async function settle(): Promise<void> {
  if (gc === null) {
    setFlagsFromString('--expose-gc');
    gc = runInNewContext('gc') as () => void;
  }
  const live = () => devices().reduce((sum, { memory }) => sum + memory.stats().live, 0);
  // What a finalizer lets go may hold the next one: on until nothing moves.
  for (let before = Number.NaN; before !== live(); ) {
    before = live();
    gc();
    // Finalizers of `js` are tasks of the event loop.
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
    for (const device of devices()) device.memory.collect();
  }
}
