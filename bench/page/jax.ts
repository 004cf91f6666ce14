import * as jax from '@jax-js/jax';
import { adam, cnn, convolution, type Library, labels, networks, type Step, uniform } from './work.ts';

const { numpy: np, lax, nn, tree } = jax;
type Array = jax.Array;
type Parameters = Array[];

const filled = (shape: readonly number[], scale = 1) =>
  np
    .array(
      uniform(
        shape.reduce((a, b) => a * b, 1),
        scale,
      ),
    )
    .reshape([...shape]);

/** Loss, gradients and Adam in one compiled function; then the loss is read. */
function training(
  parameters: Parameters,
  x: Array,
  t: Array,
  classes: number,
  forward: (parameters: Parameters, x: Array) => Array,
): Step {
  const cost = (p: Parameters, x: Array, targets: Array) =>
    nn
      .logSoftmax(forward(p, x))
      .mul(targets)
      .sum()
      .mul(-1 / t.shape[0]!);
  const targets = nn.oneHot(t.ref, classes);
  const { beta1, beta2, eps } = adam;
  const update = jax.jit(
    (p: Parameters, m: Parameters, v: Parameters, x: Array, targets: Array, rate: Array) => {
      const [loss, grads] = jax.valueAndGrad(cost)(tree.ref(p), x, targets) as [Array, Parameters];
      const next = { p: [] as Array[], m: [] as Array[], v: [] as Array[] };
      p.forEach((param, k) => {
        const g = grads[k] as Array;
        const mean = (m[k] as Array).mul(beta1).add(g.ref.mul(1 - beta1));
        const square = (v[k] as Array).mul(beta2).add(np.square(g).mul(1 - beta2));
        next.p.push(param.sub(mean.ref.mul(rate.ref).div(np.sqrt(square.ref).add(eps))));
        next.m.push(mean);
        next.v.push(square);
      });
      rate.dispose();
      return { loss, ...next };
    },
  );
  let p = parameters;
  let m = p.map((w) => np.zeros(w.shape));
  let v = p.map((w) => np.zeros(w.shape));
  let step = 0;
  return async () => {
    step++;
    const rate = (adam.alpha * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step);
    const result = update(p, m, v, x.ref, targets.ref, np.array([rate]));
    ({ p, m, v } = result);
    const [value] = await result.loss.data();
    return value;
  };
}

function mlp({ units, batch }: { readonly units: readonly number[]; readonly batch: number }): Step {
  const parameters = units.slice(1).flatMap((n, i) => {
    const before = units[i] as number;
    return [filled([before, n], Math.sqrt(3 / before)), np.zeros([n])];
  });
  const classes = units.at(-1) as number;
  const forward = (p: Parameters, x: Array) => {
    let h = x;
    for (let k = 0; k < p.length; k += 2) {
      h = np.matmul(h, p[k] as Array).add(p[k + 1] as Array);
      if (k + 2 < p.length) h = nn.relu(h);
    }
    return h;
  };
  const t = np.array(labels(batch, classes));
  return training(parameters, filled([batch, units[0] as number]), t, classes, forward);
}

function network(): Step {
  const [a, b] = cnn.channels;
  const features = (b * cnn.size ** 2) / 16;
  const parameters = [
    filled([a, 1, 3, 3], Math.sqrt(3 / 9)),
    np.zeros([a, 1, 1]),
    filled([b, a, 3, 3], Math.sqrt(3 / (9 * a))),
    np.zeros([b, 1, 1]),
    filled([features, cnn.classes], Math.sqrt(3 / features)),
    np.zeros([cnn.classes]),
  ];
  const forward = ([W1, b1, W2, b2, W3, b3]: Parameters, x: Array) => {
    const block = (h: Array, W: Array, b: Array) =>
      lax.reduceWindow(nn.relu(lax.conv(h, W, [1, 1], 'SAME').add(b)), np.max, [2, 2], [2, 2]);
    const h = block(block(x, W1 as Array, b1 as Array), W2 as Array, b2 as Array);
    return np.matmul(h.reshape([-1, features]), W3 as Array).add(b3 as Array);
  };
  const t = np.array(labels(cnn.batch, cnn.classes));
  return training(parameters, filled([cnn.batch, 1, cnn.size, cnn.size]), t, cnn.classes, forward);
}

/** jax-js, compiled by `jit` wherever a user would. */
export async function jaxjs(): Promise<Library> {
  await jax.init('webgpu');
  jax.defaultDevice('webgpu');
  const product = (n: number) => {
    const [a, b] = [filled([n, n]), filled([n, n])];
    return async () => {
      const c = np.matmul(a.ref, b.ref);
      await jax.blockUntilReady(c);
      c.dispose();
    };
  };
  const conv = (grads: boolean) => {
    const { batch, channels, size, ksize } = convolution;
    const x = filled([batch, channels, size, size]);
    const gy = filled([batch, channels, size, size]);
    const W = filled([channels, channels, ksize, ksize]);
    const b = filled([channels, 1, 1]);
    const apply = (x: Array, W: Array, b: Array) => lax.conv(x, W, [1, 1], 'SAME').add(b);
    const forward = jax.jit(apply);
    const both = jax.jit((x: Array, W: Array, b: Array, gy: Array) => {
      const [y, back] = jax.vjp(apply, [x, W, b]);
      const gradients = back(gy) as Array[];
      back.dispose();
      return [y, ...gradients];
    });
    return async () => {
      const results = grads ? (both(x.ref, W.ref, b.ref, gy.ref) as Array[]) : [forward(x.ref, W.ref, b.ref)];
      await jax.blockUntilReady(results);
      tree.dispose(results);
    };
  };
  return {
    steps: {
      mlp: () => mlp(networks.mlp),
      mlp_small: () => mlp(networks.mlp_small),
      gemm256: () => product(256),
      gemm1024: () => product(1024),
      conv: () => conv(false),
      conv_grads: () => conv(true),
      cnn: network,
    },
  };
}
