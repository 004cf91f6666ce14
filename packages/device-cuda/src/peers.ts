import type { Gpu } from './driver.ts';
import { Event, type StreamOwner } from './streams.ts';

/** Access was given before: by this or by another part of the program. */
const alreadyEnabled = 704;

const known = new Set<string>();

/** Lets each of two GPUs reach the other's memory, where the machine can; asked once. */
function connect(a: Gpu, b: Gpu): void {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    const key = `${from.context} ${to.context}`;
    if (known.has(key)) continue;
    known.add(key);
    const { driver } = from;
    driver.check('cuDeviceCanAccessPeer', driver.native.slot(), from.device, to.device);
    if (driver.native.int() === 0) continue;
    from.use();
    const code = driver.native.status(driver.fn('cuCtxEnablePeerAccess'), to.context, 0);
    if (code !== 0 && code !== alreadyEnabled) throw driver.error(code, 'cuCtxEnablePeerAccess');
  }
}

/**
 * Queues a copy from one GPU's memory to another's. It begins when what is queued in the source's current stream has run, and the source's
 * stream goes on when it has ended, so the memory it reads may be written or given back at once.
 */
export function copyBetween(
  from: number,
  source: StreamOwner,
  to: number,
  target: StreamOwner,
  bytes: number,
): void {
  connect(source.gpu, target.gpu);
  const { driver } = target.gpu;
  const wait = (one: StreamOwner, other: StreamOwner) => {
    const mark = other.stream.record(new Event(other.gpu, false));
    one.stream.wait(mark);
    mark.release();
  };
  wait(target, source);
  target.gpu.use();
  const contexts = [to, target.gpu.context, from, source.gpu.context] as const;
  driver.check('cuMemcpyPeerAsync', ...contexts, bytes, target.stream.handle);
  wait(source, target);
}
