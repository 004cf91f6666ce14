/** Modules of datasets for tests of workers, as URLs that need no files. */

export const moduleOf = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`;

/** The package that workers load. */
export const xp = new URL('../../../xp/dist/node/node.js', import.meta.url).href;

/** `[x, t]` with `x` `[2, 3]` of `i`, and a label; slower where `i` is even, so that answers come out of order. */
export const pairs = moduleOf(`
import { full } from '${xp}';
export default (n) => ({
  length: n,
  async at(i) {
    if (i % 2 === 0) await new Promise((resolve) => setTimeout(resolve, 3));
    return [full([2, 3], i, { dtype: 'float32' }), i % 3];
  },
});
`);
