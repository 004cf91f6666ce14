export { LSTM } from './lstm.ts';
export type { LSTMOptions } from './lstm-base.ts';
export { StatelessLSTM } from './stateless-lstm.ts';
