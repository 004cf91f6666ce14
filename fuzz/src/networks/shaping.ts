import type { Layer, Network } from './network.ts';
import { largest, list, product } from './network.ts';

const isSmall = (net: Network): boolean => product(net.shape) <= largest / 3;
const anyAxis = (net: Network): number => net.choices.int(0, net.shape.length - 1);
const sizeAt = (net: Network, axis: number): number => net.shape[axis] as number;
const withSize = (net: Network, axis: number, size: number): number[] =>
  net.shape.map((d, i) => (i === axis ? size : d));

const reshape: Layer = {
  fits: (net) => net.shape.length >= 2,
  write(net) {
    const at = net.choices.int(0, net.shape.length - 2);
    const [a, b] = [sizeAt(net, at), sizeAt(net, at + 1)];
    const [head, tail] = [net.shape.slice(0, at), net.shape.slice(at + 2)];
    const shape = net.choices.pick([
      [...head, a * b, ...tail],
      [...head, b, a, ...tail],
      ...(a % 2 === 0 ? [[...head, 2, a / 2, b, ...tail]] : []),
    ]);
    net.step(`F.reshape(h, ${list(shape)})`, shape);
  },
};

/** Images again, whatever it was: convolutions may follow. */
const toImage: Layer = {
  fits: (net) => product(net.shape) > 0 && net.shape.length !== 4,
  write(net) {
    const batch = net.shape[0] ?? 1;
    const rest = product(net.shape.slice(1));
    const c = net.choices.pick([1, 2, 3, 4, 8, 16].filter((d) => rest % d === 0));
    const height = net.choices.pick([1, 2, 3, 4, 5].filter((d) => (rest / c) % d === 0));
    const shape = [batch, c, height, rest / c / height];
    net.step(`F.reshape(h, ${list(shape)})`, shape);
  },
};

const transpose: Layer = {
  fits: (net) => net.shape.length >= 2,
  write(net) {
    const order = net.choices.permutation(net.shape.length);
    net.step(
      `F.transpose(h, { axes: ${list(order)} })`,
      order.map((i) => sizeAt(net, i)),
    );
  },
};

const slice: Layer = {
  fits: (net) => net.shape.length > 0 && product(net.shape) > 1,
  write(net) {
    const shape: number[] = [];
    const parts = net.shape.map((d) => {
      const [start, step] = [d > 1 ? net.choices.int(0, 1) : 0, net.choices.int(1, 2)];
      const kind = net.choices.pick(['all', 'some', 'backwards'] as const);
      if (kind === 'all') {
        shape.push(d);
        return "':'";
      }
      shape.push(Math.ceil((kind === 'some' ? d - start : d) / step));
      return kind === 'some' ? `'${start}::${step}'` : `'::-${step}'`;
    });
    net.step(`F.getItem(h, ${list(parts)})`, shape);
  },
};

const pick: Layer = {
  fits: (net) => net.shape.length > 0 && product(net.shape) > 0,
  write(net) {
    const axis = anyAxis(net);
    const indices = Array.from({ length: net.choices.int(1, 4) }, () =>
      net.choices.int(0, sizeAt(net, axis) - 1),
    );
    const parts = [...Array<string>(axis).fill("':'"), list(indices)];
    net.step(`F.getItem(h, ${list(parts)})`, withSize(net, axis, indices.length), 4);
  },
};

const flip: Layer = {
  fits: (net) => net.shape.length > 0,
  write(net) {
    net.step(`F.flip(h, ${anyAxis(net)})`, net.shape);
  },
};

const concat: Layer = {
  fits: (net) => net.shape.length > 0 && isSmall(net),
  write(net) {
    const axis = anyAxis(net);
    const size = sizeAt(net, axis);
    const others = net.choices.pick(['h again', 'values', 'parameter'] as const);
    if (others === 'h again') {
      net.step(`F.concat([h, F.neg(h)], { axis: ${axis} })`, withSize(net, axis, 2 * size));
    } else if (others === 'values') {
      const more = net.choices.int(0, 3);
      const given = net.values(withSize(net, axis, more));
      net.step(`F.concat([${given}, h], { axis: ${axis} })`, withSize(net, axis, size + more));
    } else {
      const p = net.parameter('p', withSize(net, axis, 1));
      net.step(`F.concat([h, ${p}, h], { axis: ${axis} })`, withSize(net, axis, 2 * size + 1));
    }
  },
};

const split: Layer = {
  fits: (net) => net.shape.some((d) => d >= 2),
  write(net) {
    const axes = net.shape.map((_, i) => i).filter((i) => sizeAt(net, i) >= 2);
    const axis = net.choices.pick(axes);
    const at = net.choices.int(1, sizeAt(net, axis) - 1);
    const [a, b] = [net.name('s'), net.name('s')];
    net.line(`const [${a}, ${b}] = F.splitAxis(h, [${at}], ${axis});`);
    net.step(`F.concat([${b}, F.tanh(${a})], { axis: ${axis} })`, net.shape);
  },
};

const stack: Layer = {
  fits: (net) => net.shape.length < 5 && isSmall(net),
  write(net) {
    const axis = net.choices.int(0, net.shape.length);
    const shape = [...net.shape.slice(0, axis), 2, ...net.shape.slice(axis)];
    net.step(`F.stack([h, F.sin(h)], { axis: ${axis} })`, shape);
  },
};

const pad: Layer = {
  fits: (net) => net.shape.length > 0 && isSmall(net) && product(net.shape) > 0,
  write(net) {
    const widths = net.shape.map(() => [net.choices.int(0, 1), net.choices.int(0, 1)] as const);
    const shape = net.shape.map((d, i) => d + (widths[i]?.[0] ?? 0) + (widths[i]?.[1] ?? 0));
    if (product(shape) > largest) return;
    const mode = net.choices.pick(["'constant'", "'constant', { constantValues: 0.5 }", "'edge'"]);
    net.step(`F.pad(h, ${list(widths.map(list))}, ${mode})`, shape);
  },
};

const tile: Layer = {
  fits: (net) => net.shape.length > 0 && isSmall(net),
  write(net) {
    const axis = anyAxis(net);
    const reps = net.shape.map((_, i) => (i === axis ? 2 : 1));
    const code = net.choices.pick([`F.tile(h, ${list(reps)})`, `F.repeat(h, 2, { axis: ${axis} })`]);
    net.step(code, withSize(net, axis, 2 * sizeAt(net, axis)), 2);
  },
};

const broadcastTo: Layer = {
  fits: (net) => net.shape.length < 5 && isSmall(net),
  write(net) {
    const front = net.choices.int(1, 2);
    const shape = [front, ...net.shape.map((d) => (d === 1 ? net.choices.int(1, 3) : d))];
    if (product(shape) > largest) return;
    net.step(`F.broadcastTo(h, ${list(shape)})`, shape, 10);
  },
};

const spaceDepth: Layer = {
  fits: (net) =>
    net.shape.length === 4 &&
    ((net.shape[1] as number) % 4 === 0 || net.shape.slice(2).every((d) => d % 2 === 0)),
  write(net) {
    const [n, c, h, w] = net.shape as [number, number, number, number];
    if (c % 4 === 0) net.step('F.depth2space(h, 2)', [n, c / 4, 2 * h, 2 * w]);
    else net.step('F.space2depth(h, 2)', [n, 4 * c, h / 2, w / 2]);
  },
};

export const shapings: readonly Layer[] = [
  reshape,
  toImage,
  toImage,
  transpose,
  slice,
  pick,
  flip,
  concat,
  split,
  stack,
  pad,
  tile,
  broadcastTo,
  spaceDepth,
];
