export const join = (...parts: readonly string[]): string => parts.join('/').replace(/\/+/g, '/');

export const dirname = (path: string): string => path.slice(0, path.lastIndexOf('/'));

export function basename(path: string, suffix = ''): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name.endsWith(suffix) ? name.slice(0, name.length - suffix.length) : name;
}
