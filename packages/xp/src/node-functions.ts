import './node-devices.ts';

export * from './functions.ts';
