/** The files that a page has, by path. */
export const files = new Map<string, Uint8Array>();

/** @throws {Error} if there is none at that path. */
export function fileAt(path: string): Uint8Array {
  const found = files.get(path);
  if (found === undefined) throw new Error(`there is no file ${path} in the page`);
  return found;
}
