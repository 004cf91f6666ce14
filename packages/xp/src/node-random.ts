import './node-devices.ts';

export * from './random/index.ts';
