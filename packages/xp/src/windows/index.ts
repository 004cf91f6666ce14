export { bartlett, blackman, hamming, hanning, kaiser } from './windows.ts';
