/** Stands beside `broadcastTo`: each is the other's gradient. */
export { sumTo, sumToArray } from '../array/broadcast-to.ts';
