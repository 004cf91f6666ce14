import type { Layer, Network } from './network.ts';
import { list, options, product } from './network.ts';

const hasChannels = (net: Network): boolean => net.shape.length >= 2 && product(net.shape) > 0;

/** Axes that a normalization keeps: the channels, or some others. */
function axesOf(net: Network): {
  readonly kept: readonly number[];
  readonly axis: readonly number[] | undefined;
} {
  const all = net.shape.map((_, i) => i);
  if (!net.choices.chance(25)) return { kept: [1], axis: undefined };
  const first = net.choices.int(0, all.length - 1);
  const more = all.filter((i) => i !== first && net.choices.chance(40));
  const axis = [first, ...more].sort((a, b) => a - b);
  return { kept: all.filter((i) => !axis.includes(i)), axis };
}

const batch: Layer = {
  fits: hasChannels,
  write(net) {
    const { kept, axis } = axesOf(net);
    const shape = kept.map((i) => net.shape[i] as number);
    const [gamma, beta] = [net.parameter('gamma', shape, 1, 1), net.parameter('beta', shape)];
    let running = {};
    if (net.choices.chance(30)) {
      const [mean, variance] = [net.name('mean'), net.name('var')];
      net.line(`const ${mean} = state(${`values(${list(shape)})`});`);
      net.line(`const ${variance} = state(values(${list(shape)}, 2, 0.5));`);
      running = { runningMean: mean, runningVar: variance };
    }
    const eps = net.choices.pick(['0.01', '0.001', undefined]);
    const given = options({ axis, eps, ...running });
    net.step(
      `F.batchNormalization(h, ${gamma}, ${beta}${given})`,
      net.shape,
      product(net.shape) / product(shape),
    );
  },
};

const fixed: Layer = {
  fits: hasChannels,
  write(net) {
    const { kept, axis } = axesOf(net);
    const shape = kept.map((i) => net.shape[i] as number);
    const [gamma, beta] = [net.parameter('gamma', shape, 1, 1), net.parameter('beta', shape)];
    const statistics = `${net.values(shape)}, ${net.values(shape, 2, 0.5)}`;
    net.step(
      `F.fixedBatchNormalization(h, ${gamma}, ${beta}, ${statistics}${options({ axis })})`,
      net.shape,
      product(net.shape),
    );
  },
};

const layer: Layer = {
  fits: (net) => net.shape.length === 2 && product(net.shape) > 0,
  write(net) {
    const size = net.shape[1] as number;
    const [gamma, beta] = [net.parameter('gamma', [size], 1, 1), net.parameter('beta', [size])];
    net.step(
      `F.layerNormalization(h, ${gamma}, ${beta}${options({ eps: 0.01 })})`,
      net.shape,
      product(net.shape),
    );
  },
};

const group: Layer = {
  fits: hasChannels,
  write(net) {
    const c = net.shape[1] as number;
    const groups = net.choices.pick(Array.from({ length: c }, (_, i) => i + 1).filter((d) => c % d === 0));
    const [gamma, beta] = [net.parameter('gamma', [c], 1, 1), net.parameter('beta', [c])];
    const given = options({ eps: net.choices.pick(['0.01', '0.001']) });
    net.step(`F.groupNormalization(h, ${groups}, ${gamma}, ${beta}${given})`, net.shape, product(net.shape));
  },
};

const localResponse: Layer = {
  fits: (net) => hasChannels(net) && net.shape.length === 4,
  write(net) {
    const given = options({
      n: net.choices.pick([5, 3, 1, 7]),
      k: net.choices.pick([undefined, 1]),
      alpha: net.choices.pick([undefined, '0.1']),
    });
    net.step(`F.localResponseNormalization(h${given})`, net.shape, 8);
  },
};

const normalize: Layer = {
  fits: hasChannels,
  write(net) {
    const axis = net.choices.int(0, net.shape.length - 1);
    net.step(`F.normalize(h, { axis: ${axis}, eps: 0.1 })`, net.shape, net.shape[axis]);
  },
};

export const normalizations: readonly Layer[] = [
  batch,
  batch,
  batch,
  fixed,
  layer,
  group,
  localResponse,
  normalize,
];
