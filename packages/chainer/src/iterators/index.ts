export type { ModuleExport } from '../worker-thread.ts';
export type { DatasetIterator } from './iterator.ts';
export { MultiprocessIterator, type MultiprocessIteratorOptions } from './multiprocess-iterator.ts';
export { MultithreadIterator, type MultithreadIteratorOptions } from './multithread-iterator.ts';
export { type OrderSampler, ShuffleOrderSampler } from './order-sampler.ts';
export { type NextBatch, SerialIterator, type SerialIteratorOptions } from './serial-iterator.ts';
