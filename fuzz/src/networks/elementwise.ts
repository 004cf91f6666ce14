import type { Layer, Network } from './network.ts';
import { list, product } from './network.ts';

/** Smooth functions of one argument that do not grow fast, as text with `h` inside. */
const smooth = [
  'F.tanh(h)',
  'F.sigmoid(h)',
  'F.softplus(h)',
  'F.softplus(h, { beta: 2 })',
  'F.elu(h)',
  'F.sin(h)',
  'F.cos(h)',
  'F.erf(h)',
  'F.arctan(h)',
  'F.square(F.tanh(h))',
  'F.exp(F.tanh(h))',
  'F.log1p(F.square(h))',
  'F.sqrt(F.add(F.square(h), 0.1))',
  'F.rsqrt(F.add(F.square(h), 1))',
  'F.div(h, F.add(F.absolute(h), 1))',
  'F.neg(h)',
  'F.mul(h, 0.5)',
  'F.sub(1, h)',
  'F.mul(h, F.sigmoid(h))',
  'F.pow(F.tanh(h), 3)',
];

/** The same with kinks. */
const kinked = [
  'F.relu(h)',
  'F.leakyRelu(h, { slope: 0.1 })',
  'F.clippedRelu(h, { z: 1 })',
  'F.relu6(h)',
  'F.hardSigmoid(h)',
  'F.selu(h)',
  'F.absolute(h)',
  'F.clip(h, -0.5, 0.7)',
  'F.maximum(h, 0.1)',
  'F.minimum(h, F.neg(h))',
];

const unary: Layer = {
  fits: () => true,
  write(net) {
    net.step(net.choices.pick(net.kinks ? [...kinked, ...smooth] : smooth), net.shape);
  },
};

/** A shape that broadcasts to that of `h`. */
function broadcastable(net: Network): number[] {
  const shape = net.shape.map((d) => (net.choices.chance(40) ? 1 : d));
  return shape.slice(net.choices.int(0, shape.length));
}

const broadcast: Layer = {
  fits: (net) => net.shape.length > 0,
  write(net) {
    const a = net.parameter('a', broadcastable(net));
    const [b, c] = [broadcastable(net), broadcastable(net)];
    const code = net.choices.pick([
      `F.add(h, ${a})`,
      `F.mul(h, ${a})`,
      `F.sub(${a}, h)`,
      `F.div(h, F.add(F.square(${a}), 1))`,
      `F.add(F.mul(h, ${a}), ${net.values(b)})`,
      `F.tanh(F.add(F.mul(h, ${net.values(c)}), F.mul(${a}, ${net.values(b)})))`,
      ...(net.kinks
        ? [`F.maximum(h, ${a})`, `F.where(bits(${list(b)}), h, F.broadcastTo(${a}, ${list(net.shape)}))`]
        : []),
    ]);
    net.step(code, net.shape, product(net.shape));
  },
};

const dropout: Layer = {
  fits: () => true,
  write(net) {
    const code = net.choices.chance(50)
      ? `F.dropout(h, { mask: ${net.values(net.shape, 2, 0)} })`
      : 'F.dropout(h, { ratio: 0.25 })';
    net.step(code, net.shape);
  },
};

const prelu: Layer = {
  fits: (net) => net.shape.length >= 2 && net.kinks,
  write(net) {
    const axes = net.choices.int(1, net.shape.length - 1);
    const W = net.parameter('W', net.shape.slice(1, 1 + axes));
    net.step(`F.prelu(h, ${W})`, net.shape, product(net.shape));
  },
};

const maxout: Layer = {
  fits: (net) => net.kinks && net.shape.length >= 2 && (net.shape[1] as number) % 2 === 0,
  write(net) {
    const [n, c, ...rest] = net.shape as [number, number, ...number[]];
    net.step('F.maxout(h, 2)', [n, c / 2, ...rest]);
  },
};

const crelu: Layer = {
  fits: (net) => net.kinks && net.shape.length >= 2 && product(net.shape) < 2000,
  write(net) {
    const [n, c, ...rest] = net.shape as [number, number, ...number[]];
    net.step('F.crelu(h)', [n, 2 * c, ...rest]);
  },
};

const scaled: Layer = {
  fits: (net) => net.shape.length >= 2,
  write(net) {
    const name = net.choices.pick(['scale', 'bias']);
    const y = net.parameter('y', [net.shape[1] as number], 1, 1);
    net.step(`F.${name}(h, ${y})`, net.shape, product(net.shape));
  },
};

const softmax: Layer = {
  fits: (net) => net.shape.length > 0 && product(net.shape) > 0,
  write(net) {
    const axis = net.choices.int(0, net.shape.length - 1);
    const name = net.choices.pick(['softmax', 'logSoftmax']);
    net.step(`F.${name}(h, { axis: ${axis} })`, net.shape, net.shape[axis]);
  },
};

/** A dtype that is wider for a while. */
const cast: Layer = {
  fits: (net) => net.dtype !== 'float64',
  write(net) {
    net.step(`F.cast(F.tanh(F.cast(h, 'float64')), '${net.dtype}')`, net.shape);
  },
};

export const elementwise: readonly Layer[] = [
  unary,
  unary,
  unary,
  unary,
  broadcast,
  broadcast,
  dropout,
  prelu,
  maxout,
  crelu,
  scaled,
  softmax,
  cast,
];
