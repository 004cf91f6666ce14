/** Node's own modules are asked for when they are needed: in a page there is nobody who would call this. */
const setFlagsFromString = (flags: string) => process.getBuiltinModule('node:v8').setFlagsFromString(flags);

type Collect = (options?: { readonly type: 'minor' }) => void;

let collector: Collect | null = null;

/** V8 takes less than 1000 bytes a millisecond for idleness. */
const busyBytesPerMillisecond = 1200;
const mostBytes = 1_000_000;
const arrayLength = 8000;
let last = 0;

/**
 * Allocates what a busy program would have since the last time. V8 does not see the memory of arrays, takes training for idleness, and
 * gives half of its young generation back to the system in every young collection, to have it cleared page by page afterwards: 4 to 9 ms
 * of a collection that takes 0.3.
 */
function seemBusy(): void {
  const now = performance.now();
  const wanted = Math.min(mostBytes, busyBytesPerMillisecond * (now - last));
  const garbage: unknown[] = [];
  while (8 * arrayLength * garbage.length < wanted) garbage.push(new Array(arrayLength));
  last = now;
}

/** V8's own collection, which Node hides unless asked for. */
export function collectGarbage(kind: 'minor' | 'full'): void {
  if (collector === null) {
    setFlagsFromString('--expose-gc');
    collector = process.getBuiltinModule('node:vm').runInNewContext('gc') as Collect;
  }
  seemBusy();
  if (kind === 'minor') collector({ type: 'minor' });
  else collector();
}

/**
 * V8 puts objects of code whose objects once lived long straight into the old generation, where a young collection does not
 * look. Handles of arrays are such objects, and most of them die young: this keeps them where they are found.
 */
export function keepYoungObjectsYoung(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}
