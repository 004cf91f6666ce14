/** Node's own modules are asked for when they are needed: in a page there is nobody who would call this. */
const setFlagsFromString = (flags: string) => process.getBuiltinModule('node:v8').setFlagsFromString(flags);

type Collect = (options?: { readonly type: 'minor' }) => void;

let collector: Collect | null = null;

/** V8's own collection, which Node hides unless asked for. */
export function collectGarbage(kind: 'minor' | 'full'): void {
  if (collector === null) {
    setFlagsFromString('--expose-gc');
    collector = process.getBuiltinModule('node:vm').runInNewContext('gc') as Collect;
  }
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
