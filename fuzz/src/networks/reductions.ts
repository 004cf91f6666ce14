import type { Layer, Network } from './network.ts';
import { list, product } from './network.ts';

const hasElements = (net: Network): boolean => net.shape.length > 0 && product(net.shape) > 0;

const reduce: Layer = {
  fits: (net) => hasElements(net) && net.shape.length >= 2,
  write(net) {
    const { shape, choices } = net;
    const first = choices.int(0, shape.length - 1);
    const axes = shape.map((_, i) => i).filter((i) => i === first || choices.chance(20));
    const keepdims = choices.chance(50);
    const kept = shape
      .map((d, i) => (axes.includes(i) ? 1 : d))
      .filter((_, i) => keepdims || !axes.includes(i));
    const terms = product(axes.map((i) => shape[i] as number));
    const given = `{ axis: ${axes.length === 1 ? first : list(axes)}, keepdims: ${keepdims} }`;
    const scale = Number((1 / Math.sqrt(terms)).toPrecision(2));
    const code = choices.pick([
      `F.mul(F.sum(h, ${given}), ${scale})`,
      `F.average(h, ${given})`,
      ...(keepdims ? [] : [`F.logsumexp(h, { axis: ${axes.length === 1 ? first : list(axes)} })`]),
      ...(net.kinks ? [`F.max(h, ${given})`, `F.min(h, ${given})`] : []),
      ...(terms < 20 ? [`F.prod(F.cos(h), ${given})`] : []),
    ]);
    net.step(code, kept, terms);
  },
};

const scan: Layer = {
  fits: hasElements,
  write(net) {
    const axis = net.choices.int(0, net.shape.length - 1);
    const size = net.shape[axis] as number;
    const code = net.choices.pick([
      `F.mul(F.cumsum(h, { axis: ${axis} }), ${Number((1 / Math.sqrt(size)).toPrecision(2))})`,
      ...(size < 9 ? [`F.cumprod(F.cos(h), { axis: ${axis} })`] : []),
    ]);
    net.step(code, net.shape, size);
  },
};

/** Subtracts a statistic of itself: what broadcasting back and reducing meet in. */
const centered: Layer = {
  fits: hasElements,
  write(net) {
    const axis = net.choices.int(0, net.shape.length - 1);
    const mean = `F.broadcastTo(F.average(h, { axis: ${axis}, keepdims: true }), ${list(net.shape)})`;
    net.step(`F.sub(h, ${mean})`, net.shape, net.shape[axis]);
  },
};

const einsum: Layer = {
  fits: (net) => hasElements(net) && net.shape.length === 3,
  write(net) {
    const [a, b, c] = net.shape as [number, number, number];
    const d = net.choices.int(1, 6);
    const M = net.parameter('M', [c, b, d], b * c);
    net.step(`F.einsum('abc,cbd->da', h, ${M})`, [d, a], b * c);
  },
};

export const reductions: readonly Layer[] = [reduce, reduce, scan, centered, einsum];
