import { isImage } from './convolution.ts';
import type { Layer, Network } from './network.ts';
import { largest, list, options, product } from './network.ts';

interface Window {
  readonly k: number;
  readonly stride: number;
  readonly pad: number;
  readonly out: number;
}

/** Windows that hold at least one place of the input each: the maximum of no numbers would be an infinity. */
function window({ choices }: Network, size: number, coverAll: boolean): Window {
  const k = choices.int(1, Math.min(4, size));
  const stride = choices.int(1, Math.min(3, k));
  const windows = (pad: number) =>
    Math.floor((size + 2 * pad - k + (coverAll ? stride - 1 : 0)) / stride) + 1;
  const wanted = choices.int(0, Math.floor(k / 2));
  const pad = (windows(wanted) - 1) * stride - wanted < size && wanted < k ? wanted : 0;
  return { k, stride, pad, out: windows(pad) };
}

function geometry(net: Network, coverAll: boolean) {
  const axes = net.shape.slice(2).map((d) => window(net, d, coverAll));
  const shape = [...net.shape.slice(0, 2), ...axes.map((a) => a.out)];
  const ksize = axes.map((a) => a.k);
  return { shape, ksize, stride: axes.map((a) => a.stride), pad: axes.map((a) => a.pad) };
}

const dimensions = (net: Network): number => net.shape.length - 2;

const maximum: Layer = {
  fits: (net) => isImage(net) && net.kinks,
  write(net) {
    // Chainer's own default.
    const coverAll = !net.choices.chance(40);
    const { shape, ksize, stride, pad } = geometry(net, coverAll);
    const given = options({ stride, pad, coverAll });
    net.step(`F.maxPooling${dimensions(net)}d(h, ${list(ksize)}${given})`, shape);
  },
};

const average: Layer = {
  fits: isImage,
  write(net) {
    const { shape, ksize, stride, pad } = geometry(net, false);
    const inside = net.choices.chance(40);
    const given = options({ stride, pad, padValue: inside ? null : undefined });
    const name = inside ? 'averagePoolingNd' : `averagePooling${dimensions(net)}d`;
    net.step(`F.${name}(h, ${list(ksize)}${given})`, shape, product(ksize));
  },
};

const unpooling: Layer = {
  fits: (net) => isImage(net) && product(net.shape) < largest / 8,
  write(net) {
    const k = net.choices.int(1, 2);
    const stride = net.choices.int(1, k);
    const coverAll = net.choices.chance(50);
    const size = net.shape.slice(2).map((d) => stride * (d - 1) + k - (coverAll ? stride - 1 : 0));
    const code = `F.unpooling${dimensions(net)}d(h, ${k}${options({ stride, coverAll })})`;
    net.step(code, [...net.shape.slice(0, 2), ...size], k ** dimensions(net));
  },
};

const upsampling: Layer = {
  fits: (net) => isImage(net) && net.shape.length === 4 && net.kinks,
  write(net) {
    const [n, c, height, width] = net.shape as [number, number, number, number];
    const [top, places] = [net.name('p'), net.name('i')];
    net.line(
      `const [${top}, ${places}] = F.maxPooling2d(h, 2, { stride: 2, coverAll: true, returnIndices: true });`,
    );
    net.step(`F.upsampling2d(${top}, ${places}, 2, { stride: 2, outsize: [${height}, ${width}] })`, [
      n,
      c,
      height,
      width,
    ]);
  },
};

const pyramid: Layer = {
  fits: (net) => isImage(net) && net.shape.length === 4 && net.kinks && Math.min(...net.shape.slice(2)) >= 2,
  write(net) {
    const [n, c] = net.shape as [number, number];
    net.step("F.spatialPyramidPooling2d(h, 2, { pooling: 'max' })", [n, c * 5, 1, 1]);
  },
};

const resize: Layer = {
  fits: (net) => isImage(net) && net.shape.length === 4 && product(net.shape) < largest / 4,
  write(net) {
    const size = [net.choices.int(1, 8), net.choices.int(1, 8)];
    net.step(`F.resizeImages(h, ${list(size)})`, [...net.shape.slice(0, 2), ...size], 4);
  },
};

export const poolings: readonly Layer[] = [
  maximum,
  maximum,
  average,
  average,
  unpooling,
  upsampling,
  pyramid,
  resize,
];
