export { type Index, type IndexList, Slice, s } from './grammar.ts';
export { select } from './select.ts';
