import type { DType } from '@chainer/xp/internal';
import { elementType, loaded, stored } from './cuda/types.ts';
import { type Index, threads, walking } from './grid.ts';
import type { KernelText } from './kernel.ts';

type Real = 'float' | 'double';

/** Values that a thread adds up before it adds them to the others: sums of few values lose few digits. */
const run = 64;

const input = (d: DType, name: string) => `const ${elementType(d)}* ${name}`;
const output = (d: DType, name: string) => `${elementType(d)}* ${name}`;
/** Where element `t` of channel `c` stands. */
const at = '(t / p.inner * p.channels + c) * p.inner + t % p.inner';

/** A number of values, their mean, and the squares of their distances from it. Two of them merge without loss (Chan et al., 1979). */
const moments = (T: Real) => `struct Moments { ${T} n, mean, squares; };
__device__ inline Moments merged(Moments a, Moments b) {
  const ${T} n = a.n + b.n;
  if (n == 0) return a;
  const ${T} d = b.mean - a.mean;
  Moments m;
  m.n = n;
  m.mean = a.mean + d * (b.n / n);
  m.squares = a.squares + b.squares + d * d * (a.n * b.n / n);
  return m;
}`;

/** A loop over work items: a channel, or a part of one. */
const items = (index: Index, team: 1 | 256, body: string) =>
  team === 1
    ? `for (${index} item = (${index})blockIdx.x * ${threads} + (int)threadIdx.x; item < p.channels * p.splits; item += (${index})gridDim.x * ${threads}) {
  const ${index} c = item % p.channels, part = item / p.channels;
  const int lane = 0;
  ${body}
}`
    : `for (${index} item = blockIdx.x; item < p.channels * p.splits; item += gridDim.x) {
  const ${index} c = item % p.channels, part = item / p.channels;
  const int lane = (int)threadIdx.x;
  ${body}
  __syncthreads();
}`;

const head = (index: Index) => [
  `${index} channels`,
  `${index} inner`,
  `${index} m`,
  `${index} splits`,
  `${index} chunk`,
];
const bounds = (index: Index) =>
  `const ${index} begin = part * p.chunk, end = begin + p.chunk < p.m ? begin + p.chunk : p.m;`;

/**
 * Moments of each part of a channel; or, to merge, the parts' moments as mean, variance and inverse deviation.
 *
 * @param dtypes of x, y, then mean, variance and inverse deviation.
 */
export function statisticsText(
  T: Real,
  index: Index,
  team: 1 | 256,
  merge: boolean,
  dtypes: readonly DType[],
): KernelText {
  if (merge)
    return {
      name: 'batch_statistics_merge',
      declarations: moments(T),
      block: threads,
      fields: [
        ...head(index),
        'void* parts',
        output(dtypes[2]!, 'mean'),
        output(dtypes[3]!, 'variance'),
        output(dtypes[4]!, 'inv_std'),
        `${T} eps`,
      ],
      body: `for (${index} c = (${index})blockIdx.x * ${threads} + (int)threadIdx.x; c < p.channels; c += (${index})gridDim.x * ${threads}) {
  const Moments* const parts = (const Moments*)p.parts;
  Moments all = parts[c];
  for (${index} s = 1; s < p.splits; s++) all = merged(all, parts[s * p.channels + c]);
  const ${T} variance = all.n == 0 ? x_nan<${T}>() : all.squares / all.n;
  p.mean[c] = ${stored(dtypes[2]!, `all.n == 0 ? x_nan<${T}>() : all.mean`)};
  p.variance[c] = ${stored(dtypes[3]!, 'variance')};
  p.inv_std[c] = ${stored(dtypes[4]!, '1 / x_sqrt(variance + p.eps)')};
}`,
    };
  return {
    name: 'batch_statistics',
    declarations: moments(T),
    block: threads,
    fields: [...head(index), input(dtypes[0]!, 'x'), 'void* parts'],
    body: `${team === 1 ? '' : '__shared__ Moments room[32];'}
${items(
  index,
  team,
  `${bounds(index)}
  Moments all;
  all.n = all.mean = all.squares = 0;
  for (${index} first = begin + lane; first < end; first += ${8 * team}) {
    ${T} v[8], sum = 0;
    int count = 0;
    #pragma unroll
    for (int k = 0; k < 8; k++) {
      const ${index} t = first + k * ${team};
      v[k] = t < end ? ${loaded(dtypes[0]!, `p.x[${at}]`)} : ${T}(0);
      count += t < end;
      sum += v[k];
    }
    Moments few;
    few.n = (${T})count;
    few.mean = sum / few.n;
    few.squares = 0;
    #pragma unroll
    for (int k = 0; k < 8; k++) {
      const ${T} d = v[k] - few.mean;
      if (k < count) few.squares += d * d;
    }
    all = merged(all, few);
  }
  ${team === 1 ? '' : `all = x_together<${team}>(all, room, [](Moments a, Moments b) { return merged(a, b); });`}
  if (lane == 0) ((Moments*)p.parts)[item] = all;`,
)}`,
  };
}

/** Everything at once, of channels whose elements a block holds. @param dtypes x, y, mean, variance, inverse deviation, gamma, beta. */
export function fusedText(T: Real, index: Index, held: number, dtypes: readonly DType[]): KernelText {
  const [x, y, mean, variance, invStd, gamma, beta] = dtypes as [
    DType,
    DType,
    DType,
    DType,
    DType,
    DType,
    DType,
  ];
  const each = (body: string) => `#pragma unroll
  for (int r = 0; r < ${held}; r++) {
    const ${index} t = r * ${threads} + (int)threadIdx.x;
    if (t < p.m) { ${body} }
  }`;
  const add = `[](${T} a, ${T} b) -> ${T} { return a + b; }`;
  return {
    name: 'batch_normalization_fused',
    block: threads,
    fields: [
      ...[`${index} channels`, `${index} inner`, `${index} m`, input(x, 'x'), output(y, 'y')],
      ...[output(mean, 'mean'), output(variance, 'variance'), output(invStd, 'inv_std')],
      ...[input(gamma, 'gamma'), input(beta, 'beta'), `${T} eps`],
    ],
    body: `__shared__ ${T} room[32];
for (${index} c = blockIdx.x; c < p.channels; c += gridDim.x) {
  ${T} v[${held}], sum = 0, squares = 0;
  ${each(`v[r] = ${loaded(x, `p.x[${at}]`)}; sum += v[r];`)}
  const ${T} mean = x_together<${threads}>(sum, room, ${add}) / p.m;
  ${each('const auto d = v[r] - mean; squares += d * d;')}
  const ${T} variance = x_together<${threads}>(squares, room, ${add}) / p.m;
  const ${T} inv = 1 / x_sqrt(variance + p.eps);
  if (threadIdx.x == 0) {
    p.mean[c] = ${stored(mean, 'mean')};
    p.variance[c] = ${stored(variance, 'variance')};
    p.inv_std[c] = ${stored(invStd, 'inv')};
  }
  const ${T} scale = ${loaded(gamma, 'p.gamma[c]')} * inv, shift = ${loaded(beta, 'p.beta[c]')};
  ${each(`p.y[${at}] = ${stored(y, '(v[r] - mean) * scale + shift')};`)}
  __syncthreads();
}`,
  };
}

/** `y = gamma (x - mean) / deviation + beta`. @param dtypes y, x, gamma, beta, mean, and the inverse deviation or, with `eps`, the variance. */
export function transformText(T: Real, index: Index, eps: boolean, dtypes: readonly DType[]): KernelText {
  const [y, x, gamma, beta, mean, spread] = dtypes as [DType, DType, DType, DType, DType, DType];
  const deviation = loaded(spread, 'p.spread[c]');
  return walking(
    'batch_normalization',
    index,
    [
      ...[
        `${index} channels`,
        `${index} inner`,
        output(y, 'y'),
        input(x, 'x'),
        input(gamma, 'gamma'),
        input(beta, 'beta'),
      ],
      ...[input(mean, 'mean'), input(spread, 'spread'), `${T} eps`],
    ],
    `const ${index} c = id / p.inner % p.channels;
  const ${T} scale = ${loaded(gamma, 'p.gamma[c]')} * ${eps ? `(1 / x_sqrt((${T})${deviation} + p.eps))` : deviation};
  const ${T} mean = ${loaded(mean, 'p.mean[c]')};
  const ${T} value = (${loaded(x, 'p.x[id]')} - mean) * scale + ${loaded(beta, 'p.beta[c]')};
  p.y[id] = ${stored(y, 'value')};`,
  );
}

/**
 * Sums of the gradients, and of their products with the distances from the mean; or, to merge, the parts' sums as the gradients of gamma
 * and beta.
 *
 * @param dtypes x, gy, mean, inverse deviation, then the gradients of gamma and beta.
 */
export function sumsText(
  T: Real,
  index: Index,
  team: 1 | 256,
  merge: boolean,
  dtypes: readonly DType[],
): KernelText {
  const [x, gy, mean, invStd, ggamma, gbeta] = dtypes as [DType, DType, DType, DType, DType, DType];
  const sums = `struct Sums { ${T} g, dots; };`;
  const fields = [
    ...[
      ...head(index),
      input(x, 'x'),
      input(gy, 'gy'),
      input(mean, 'mean'),
      input(invStd, 'inv_std'),
      'void* parts',
    ],
    ...(merge ? [output(ggamma, 'ggamma'), output(gbeta, 'gbeta'), 'void* sums'] : []),
  ];
  if (merge)
    return {
      name: 'batch_sums_merge',
      declarations: sums,
      block: threads,
      fields,
      body: `for (${index} c = (${index})blockIdx.x * ${threads} + (int)threadIdx.x; c < p.channels; c += (${index})gridDim.x * ${threads}) {
  const Sums* const parts = (const Sums*)p.parts;
  Sums all;
  all.g = all.dots = 0;
  for (${index} s = 0; s < p.splits; s++) {
    all.g += parts[s * p.channels + c].g;
    all.dots += parts[s * p.channels + c].dots;
  }
  all.dots *= ${loaded(invStd, 'p.inv_std[c]')};
  p.ggamma[c] = ${stored(ggamma, 'all.dots')};
  p.gbeta[c] = ${stored(gbeta, 'all.g')};
  ((Sums*)p.sums)[c] = all;
}`,
    };
  return {
    name: 'batch_sums',
    declarations: sums,
    block: threads,
    fields,
    body: `${team === 1 ? '' : '__shared__ Sums room[32];'}
${items(
  index,
  team,
  `${bounds(index)}
  const ${T} mean = ${loaded(mean, 'p.mean[c]')};
  Sums all;
  all.g = all.dots = 0;
  for (${index} first = begin + lane; first < end; first += ${run * team}) {
    Sums some;
    some.g = some.dots = 0;
    for (${index} t = first; t < end && t < first + ${run * team}; t += ${team}) {
      const ${index} at = ${at};
      const ${T} g = ${loaded(gy, 'p.gy[at]')};
      some.g += g;
      some.dots += (${loaded(x, 'p.x[at]')} - mean) * g;
    }
    all.g += some.g;
    all.dots += some.dots;
  }
  ${team === 1 ? '' : `all = x_together<${team}>(all, room, [](Sums a, Sums b) { a.g += b.g; a.dots += b.dots; return a; });`}
  if (lane == 0) ((Sums*)p.parts)[item] = all;`,
)}`,
  };
}

/** The gradient towards x. @param dtypes gx, x, gy, gamma, mean, inverse deviation. */
export function gradText(T: Real, index: Index, dtypes: readonly DType[]): KernelText {
  const [gx, x, gy, gamma, mean, invStd] = dtypes as [DType, DType, DType, DType, DType, DType];
  return walking(
    'batch_normalization_grad',
    index,
    [
      ...[
        `${index} channels`,
        `${index} inner`,
        `${index} m`,
        output(gx, 'gx'),
        input(x, 'x'),
        input(gy, 'gy'),
      ],
      ...[input(gamma, 'gamma'), input(mean, 'mean'), input(invStd, 'inv_std'), 'void* sums'],
    ],
    `const ${index} c = id / p.inner % p.channels;
  const Sums sums = ((const Sums*)p.sums)[c];
  const ${T} inv = ${loaded(invStd, 'p.inv_std[c]')}, mean = ${loaded(mean, 'p.mean[c]')};
  const ${T} xhat = (${loaded(x, 'p.x[id]')} - mean) * inv;
  const ${T} value = ${loaded(gamma, 'p.gamma[c]')} * inv * (${loaded(gy, 'p.gy[id]')} - (sums.g + xhat * sums.dots) / p.m);
  p.gx[id] = ${stored(gx, 'value')};`,
    `struct Sums { ${T} g, dots; };`,
  );
}
