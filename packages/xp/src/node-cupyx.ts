import './node-devices.ts';

export * from './cupyx/index.ts';
