/** Special functions: `cupyx.scipy.special.gamma(x)`, SciPy's as CuPy has it. */

export { j0, j1, sphericalYn, wrightBessel, y0, y1, yn } from './bessel.ts';
export {
  cbrt,
  cosdg,
  cosm1,
  cotdg,
  exp2,
  exp10,
  expit,
  expm1,
  exprel,
  log1p,
  logExpit,
  logit,
  radian,
  round,
  sinc,
  sindg,
  tandg,
} from './convenience.ts';
export { ellipeinc, ellipj, ellipk, ellipkinc, ellipkm1 } from './elliptic.ts';
export { erf, erfc, erfcinv, erfcx, erfinv, logNdtr, ndtr, ndtri } from './erf.ts';
export {
  beta,
  betaln,
  binom,
  digamma,
  gamma,
  gammaln,
  gammasgn,
  loggamma,
  multigammaln,
  poch,
  polygamma,
  psi,
  rgamma,
  zeta,
  zetac,
} from './gamma.ts';
export {
  bdtr,
  bdtrc,
  bdtri,
  betainc,
  betaincinv,
  fdtr,
  fdtrc,
  fdtri,
  nbdtr,
  nbdtrc,
  nbdtri,
} from './incomplete-beta.ts';
export {
  chdtr,
  chdtrc,
  chdtri,
  gammainc,
  gammaincc,
  gammainccinv,
  gammaincinv,
  gdtr,
  gdtrc,
  pdtr,
  pdtrc,
  pdtri,
} from './incomplete-gamma.ts';
export {
  boxcox,
  boxcox1p,
  entr,
  huber,
  invBoxcox,
  invBoxcox1p,
  klDiv,
  pseudoHuber,
  relEntr,
  xlog1py,
  xlogy,
} from './information.ts';
export { exp1, expi, expn, shichi, sici } from './integrals.ts';
export { type LambertwOptions, lambertw } from './lambertw.ts';
export { lpmv, sphHarmY } from './legendre.ts';
export { i0, i0e, i1, i1e, k0, k0e, k1, k1e } from './modified-bessel.ts';
export { type LogsumexpOptions, logSoftmax, logsumexp, type SoftmaxOptions, softmax } from './softmax.ts';
