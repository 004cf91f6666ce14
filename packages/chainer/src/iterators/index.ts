export type { DatasetIterator } from './iterator.ts';
export { type OrderSampler, ShuffleOrderSampler } from './order-sampler.ts';
export { SerialIterator, type SerialIteratorOptions } from './serial-iterator.ts';
