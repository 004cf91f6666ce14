/** Tools that parts of the library share, and that users may want. */
export { WalkerAlias } from './walker-alias.ts';
