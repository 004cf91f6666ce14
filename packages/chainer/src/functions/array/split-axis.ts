/** Stands beside `concat`: each is the other's gradient. */
export { type SplitAxisOptions, splitAxis } from './concat.ts';
