/** A module's export with its arguments, as it is sent to a worker. */
export interface SentExport {
  readonly url: string;
  readonly name: string;
  readonly args: readonly unknown[];
}

/** Loads it: a function is called, anything else is taken as it is. @throws {Error} naming what is missing. */
export async function loadExport<T>(who: string, { url, name, args }: SentExport): Promise<T> {
  const module = (await import(url)) as Readonly<Record<string, unknown>>;
  const found = module[name];
  if (found === undefined)
    throw new Error(
      `[${who}] ${url} exports no '${name}'; it exports ${Object.keys(module).join(', ') || 'nothing'}`,
    );
  return (typeof found === 'function' ? await found(...args) : found) as T;
}
