import { array, type DTypeLike, type NdArray, random, dtype as toDtype, zerosLike } from '@chainer/xp';
import { backward, grad } from '../core/backward.ts';
import { checkOptions } from '../core/check-options.ts';
import { usingConfig } from '../core/config.ts';
import { Variable } from '../core/variable.ts';
import { mul } from '../functions/math/arithmetic.ts';
import { type DifferenceOptions, differenceOf, hostNumbers } from './numerical-grad.ts';

/** A differentiable function under test. */
export type CheckedFunction = (...xs: Variable[]) => Variable | readonly Variable[];

/** One array, or several; null where there is none. */
export type Arrays = NdArray | readonly (NdArray | null)[];

/** Options of checkBackward. */
export interface CheckBackwardOptions extends DifferenceOptions {
  /** Variables that the function uses besides its arguments. */
  readonly params?: Variable | readonly Variable[];
  /** Largest difference of the two derivatives: `atol + rtol |numerical|`; 1e-5 and 1e-4 unless given. */
  readonly atol?: number;
  readonly rtol?: number;
  /** Which arguments have no gradient; those that are not floating unless given. */
  readonly noGrads?: readonly boolean[] | null;
  /** dtype in which differences are computed: float64 makes them exact enough to check half precision. */
  readonly dtype?: DTypeLike | null;
}

const listOf = <T>(x: T | readonly T[]): readonly T[] => (Array.isArray(x) ? (x as readonly T[]) : [x as T]);

/**
 * Checks the gradients of a function: the derivative along one random direction, through the graph and by central differences.
 *
 * @param func from variables to one or several variables
 * @param xData its arguments
 * @param yGrad gradient of each output; null: ones, for a single element
 * @throws {Error} if the two differ, or a gradient is missing. {NondifferentiableError} with `detectNondifferentiable`, at a kink.
 * @example
 * import { functions as F, gradientCheck, xp } from 'chainer';
 * const x = xp.array([[0.5, -0.3], [1.2, 0.1]]);
 * gradientCheck.checkBackward((x) => F.tanh(x), x, xp.onesLike(x), { dtype: 'float64' });
 */
export function checkBackward(
  func: CheckedFunction,
  xData: Arrays,
  yGrad: Arrays | null,
  options: CheckBackwardOptions = {},
): void {
  checkOptions('checkBackward', options, [
    'eps',
    'detectNondifferentiable',
    'diffAtol',
    'diffRtol',
    'params',
    'atol',
    'rtol',
    'noGrads',
    'dtype',
  ]);
  check('checkBackward', func, xData, yGrad, options, true);
}

function check(
  who: string,
  func: CheckedFunction,
  xData: Arrays,
  yGrad: Arrays | null,
  options: CheckBackwardOptions,
  mustHaveGrads: boolean,
): void {
  const { atol = 1e-5, rtol = 1e-4 } = options;
  const data = listOf(xData) as readonly NdArray[];
  const params = options.params === undefined ? [] : listOf(options.params);
  const noGrads = options.noGrads ?? data.map((x) => x.dtype.kind !== 'f');

  const xs = data.map((x) => new Variable(x));
  for (const p of params) p.cleargrad();
  const ys = listOf(func(...xs));
  const gys = seeds(who, ys, yGrad);
  const used = gys.flatMap((gy, k) => (gy ? [k] : []));
  backward(
    used.map((k) => ys[k] as Variable),
    used.map((k) => new Variable(gys[k] as NdArray)),
  );

  const names = [...data.map((_, i) => `argument ${i}`), ...params.map((p, i) => `parameter ${p.name ?? i}`)];
  const checked: {
    readonly at: Variable;
    readonly x: NdArray;
    readonly g: NdArray;
    readonly param: boolean;
  }[] = [];
  [...xs, ...params].forEach((v, i) => {
    const g = v.grad;
    if (noGrads[i]) {
      if (g !== null)
        throw new Error(`[${who}] ${names[i]} (${v.dtype.name}) must have no gradient, but has one`);
    } else if (g === null) {
      if (mustHaveGrads)
        throw new Error(`[${who}] ${names[i]} has no gradient: backward returned null for it`);
      checked.push({ at: v, x: v.array, g: zerosLike(v.array), param: i >= xs.length });
    } else if (g.dtype !== v.dtype || g.shape.join() !== v.shape.join()) {
      throw new Error(
        `[${who}] the gradient of ${names[i]} is ${g.dtype.name}[${g.shape.join()}], the variable ${v.dtype.name}[${v.shape.join()}]`,
      );
    } else checked.push({ at: v, x: v.array, g, param: i >= xs.length });
  });
  if (checked.length === 0)
    throw new Error(`[${who}] there is nothing to check: no argument and no parameter has a gradient`);

  const directions = unitDirections(checked.map(({ x }) => x.size));
  let analytic = 0;
  checked.forEach(({ g }, k) => {
    const d = directions[k] as Float64Array;
    hostNumbers(g).forEach((v, i) => {
      analytic += v * (d[i] as number);
    });
  });

  const wide = (x: NdArray): NdArray =>
    options.dtype && x.dtype.kind === 'f' ? x.astype(toDtype(options.dtype)) : x;
  const starts = checked.map(({ x }) => hostNumbers(x));
  const outputs = (t: number): Float64Array[] => {
    const moved = checked.map(({ x }, k) => {
      const d = directions[k] as Float64Array;
      const values = (starts[k] as Float64Array).map((v, i) => v + t * (d[i] as number));
      return array(values, { shape: x.shape, dtype: options.dtype ?? x.dtype, device: x.device });
    });
    const argument = (x: Variable, i: number): Variable => {
      const k = checked.findIndex((c) => c.at === xs[i]);
      return new Variable(k >= 0 ? (moved[k] as NdArray) : wide(x.array));
    };
    return withArrays(
      params,
      params.map((p) => {
        const k = checked.findIndex((c) => c.at === p);
        return k >= 0 ? (moved[k] as NdArray) : p.array;
      }),
      () => listOf(func(...xs.map(argument))).map((out) => hostNumbers(out.array)),
    );
  };
  const numerical = differenceOf(
    outputs,
    gys.map((g) => (g === null ? null : hostNumbers(g))),
    options,
  );
  if (!(Math.abs(numerical - analytic) <= atol + rtol * Math.abs(numerical))) {
    throw new Error(
      `[${who}] the derivative along a random direction is ${analytic} by backward but ${numerical} by differences (eps ${options.eps ?? 1e-3}, atol ${atol}, rtol ${rtol}); ` +
        `arguments: ${data.map((x) => `${x.dtype.name}[${x.shape.join()}]`).join(', ')}`,
    );
  }
}

/** Options of checkDoubleBackward. */
export interface CheckDoubleBackwardOptions extends CheckBackwardOptions {
  /** Gradient of each parameter's gradient. */
  readonly paramsGradGrad?: Arrays;
}

/**
 * Checks second gradients: those of the function that takes arguments and output gradients to the arguments' gradients.
 *
 * @param xGradGrad gradient of each argument's gradient; null where it has none
 * @throws {Error} if graph and differences disagree.
 * @example
 * import { functions as F, gradientCheck, xp } from 'chainer';
 * const x = xp.array([0.5, -0.3]);
 * gradientCheck.checkDoubleBackward((x) => F.tanh(x), x, xp.onesLike(x), xp.onesLike(x), { dtype: 'float64' });
 */
export function checkDoubleBackward(
  func: CheckedFunction,
  xData: Arrays,
  yGrad: Arrays | null,
  xGradGrad: Arrays,
  options: CheckDoubleBackwardOptions = {},
): void {
  checkOptions('checkDoubleBackward', options, [
    'eps',
    'detectNondifferentiable',
    'diffAtol',
    'diffRtol',
    'params',
    'atol',
    'rtol',
    'noGrads',
    'dtype',
    'paramsGradGrad',
  ]);
  const data = listOf(xData) as readonly NdArray[];
  const params = options.params === undefined ? [] : listOf(options.params);
  const ggs = [
    ...listOf(xGradGrad),
    ...(options.paramsGradGrad === undefined ? [] : listOf(options.paramsGradGrad)),
  ];
  const noGrads = options.noGrads ?? data.map((x) => x.dtype.kind !== 'f');
  const sample = usingConfig('enableBackprop', false, () =>
    listOf(func(...data.map((x) => new Variable(x)))),
  );
  const gys = seeds('checkDoubleBackward', sample, yGrad);
  const present = gys.flatMap((g, k) => (g === null ? [] : [k]));

  const firstOrder = (...all: Variable[]): Variable[] => {
    const xs = all.slice(0, data.length);
    const ys = listOf(func(...xs));
    const gradOutputs = all.slice(data.length);
    const differentiable = xs.filter((_, i) => !noGrads[i]);
    const gs = grad(
      present.map((k) => ys[k] as Variable),
      [...differentiable, ...params],
      { gradOutputs, enableDoubleBackprop: true },
    );
    let next = 0;
    // A gradient may be the given one itself, as a sum's is: a leaf, from which nothing can be backpropagated.
    const following = (x: Variable): Variable => {
      const g = gs[next++];
      return g ? (g.creator === null ? mul(g, 1) : g) : new Variable(zerosLike(x.array));
    };
    const forXs = xs.map((x, i) => (noGrads[i] ? null : following(x)));
    const forParams = params.map(following);
    return [...forXs, ...forParams].filter((g): g is Variable => g !== null);
  };
  const outputs = [...data.map((_, i) => !noGrads[i]), ...params.map(() => true)];
  const gradGrads = ggs.filter((_, i) => outputs[i]);
  check(
    'checkDoubleBackward',
    firstOrder,
    [...data, ...present.map((k) => gys[k] as NdArray)],
    gradGrads,
    { atol: 1e-4, rtol: 1e-3, ...options, noGrads: [...noGrads, ...present.map(() => false)] },
    false,
  );
}

/** The gradients to start from. */
function seeds(who: string, ys: readonly Variable[], yGrad: Arrays | null): (NdArray | null)[] {
  const given = yGrad === null ? ys.map(() => null) : listOf(yGrad);
  if (given.length !== ys.length)
    throw new Error(
      `[${who}] the function has ${ys.length} outputs but ${given.length} gradients were given`,
    );
  return ys.map((y, k) => {
    const g = given[k] ?? null;
    if (g !== null && g.shape.join() !== y.shape.join()) {
      throw new Error(
        `[${who}] output ${k} has shape [${y.shape.join()}] but its gradient [${g.shape.join()}]`,
      );
    }
    if (g !== null || ys.length > 1) return g;
    if (y.size !== 1)
      throw new Error(
        `[${who}] yGrad is needed for an output of more than one element ([${y.shape.join()}])`,
      );
    return zerosLike(y.array).fill(1);
  });
}

/** Runs `body` while variables hold other arrays. */
function withArrays<T>(variables: readonly Variable[], arrays: readonly NdArray[], body: () => T): T {
  const before = variables.map((v) => v.array);
  variables.forEach((v, i) => {
    v.array = arrays[i] as NdArray;
  });
  try {
    return body();
  } finally {
    variables.forEach((v, i) => {
      v.array = before[i] as NdArray;
    });
  }
}

/** One unit vector over all elements, no component of which is near 0: a wrong gradient anywhere shows. The same in every run. */
function unitDirections(sizes: readonly number[]): Float64Array[] {
  const total = sizes.reduce((a, n) => a + n, 0);
  const u = new random.RandomState(20170601)
    .uniform({ low: -1, high: 1, size: [total], dtype: 'float64', device: 'js' })
    .dataSync() as Float64Array;
  const raw = u.map((v) => Math.sign(v) * (0.25 + Math.abs(v)));
  const norm = Math.sqrt(raw.reduce((sum, v) => sum + v * v, 0)) || 1;
  let at = 0;
  return sizes.map((n) => {
    const part = raw.slice(at, at + n).map((v) => v / norm);
    at += n;
    return part;
  });
}
