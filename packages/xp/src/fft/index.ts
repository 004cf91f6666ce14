/** Fourier transforms: `fft.fft(x)`, NumPy's `numpy.fft`. */
import '../install-reading.ts';

export { type FftOptions, fft, hfft, ifft, ihfft, irfft, type Norm, rfft } from './fft.ts';
export { fft2, fftn, ifft2, ifftn, irfft2, irfftn, rfft2, rfftn } from './fftn.ts';
export { fftfreq, fftshift, ifftshift, rfftfreq } from './frequencies.ts';
export type { FftnOptions } from './transform.ts';
