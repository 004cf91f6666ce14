import './node-devices.ts';

export * from './fft/index.ts';
