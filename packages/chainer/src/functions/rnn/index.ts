export { lstm } from './lstm.ts';
export { slstm } from './slstm.ts';
export { treeLstm } from './tree-lstm.ts';
