/** What workers load of this program: the compiled module beside `url`, since Node itself knows no TypeScript, in which tests run. */
export function compiled(name: string, url: string): URL {
  const folder = url.endsWith('.ts') ? url.replace('/examples/src/', '/examples/dist/') : url;
  return new URL(name, folder);
}
