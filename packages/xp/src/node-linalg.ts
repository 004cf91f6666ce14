import './node-devices.ts';

export * from './linalg/index.ts';
