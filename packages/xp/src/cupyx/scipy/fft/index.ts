/** Fourier, cosine and sine transforms: `cupyx.scipy.fft.dct(x)`, SciPy's as CuPy has it. */
export * from '../../../fft/index.ts';
export type { DctOptions, TransformType } from './cosine.ts';
export {
  type DctnOptions,
  dct,
  dctn,
  dst,
  dstn,
  hfft2,
  hfftn,
  idct,
  idctn,
  idst,
  idstn,
  ihfft2,
  ihfftn,
  nextFastLen,
} from './transforms.ts';
