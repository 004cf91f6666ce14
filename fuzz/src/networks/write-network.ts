import type { Case } from '../case.ts';
import type { Choices } from '../choices.ts';
import { connections } from './convolution.ts';
import { elementwise } from './elementwise.ts';
import { writeLoss } from './losses.ts';
import { largest, Network, product } from './network.ts';
import { normalizations } from './normalization.ts';
import { poolings } from './pooling.ts';
import { recurrences } from './recurrent.ts';
import { reductions } from './reductions.ts';
import { shapings } from './shaping.ts';

/** Families of layers, each as often as it stands here. */
const families = [
  elementwise,
  connections,
  connections,
  poolings,
  normalizations,
  shapings,
  elementwise,
  connections,
  reductions,
  recurrences,
];

/** What trains: small constants under the root, so that steps do not hang on the sign of a rounding error. */
const optimizers = [
  'new optimizers.SGD({ lr: 0.1 })',
  'new optimizers.MomentumSGD({ lr: 0.1 })',
  'new optimizers.Adam({ alpha: 0.1, eps: 0.01 })',
  'new optimizers.AdamW({ alpha: 0.1, eps: 0.01, weightDecayRate: 0.01 })',
  'new optimizers.AMSGrad({ alpha: 0.1, eps: 0.01 })',
  'new optimizers.RMSprop({ lr: 0.1, eps: 0.01 })',
  'new optimizers.AdaGrad({ lr: 0.1, eps: 0.01 })',
  'new optimizers.NesterovAG({ lr: 0.1 })',
];

/** An input of a kind that some family of layers likes. */
function inputShape(choices: Choices): number[] {
  const batch = choices.pick([1, 2, 3, 4]);
  const channels = choices.pick([1, 2, 3, 4, 5, 8, 16, 17, 32]);
  const images = choices.pick([2, 2, 2, 1, 3, 0]);
  const size = () => choices.int(1, images === 3 ? 4 : 9);
  return [batch, channels, ...Array.from({ length: images }, size)];
}

function writeLayers(net: Network, atMost: number): void {
  for (let k = 0; k < atMost && net.choices.chance(85); k++) {
    if (net.choices.chance(12)) writeBranch(net, atMost);
    else {
      const fitting = net.choices.pick(families).filter((layer) => layer.fits(net));
      if (fitting.length > 0) net.choices.pick(fitting).write(net);
    }
  }
}

/** A way around some layers, which meets them again in a sum or in a concatenation. */
function writeBranch(net: Network, atMost: number): void {
  const aside = net.name('r');
  const before = net.shape;
  net.line(`const ${aside} = h;`);
  writeLayers(net, Math.floor(atMost / 2));
  const { shape } = net;
  if (shape.join() === before.join()) {
    net.step(`F.add(h, ${aside})`, shape);
    return;
  }
  const axis = shape.findIndex((d, i) => d !== before[i]);
  const joins = shape.length === before.length && shape.every((d, i) => i === axis || d === before[i]);
  if (joins && product(shape) + product(before) <= largest) {
    const size = (shape[axis] as number) + (before[axis] as number);
    net.step(
      `F.concat([h, ${aside}], { axis: ${axis} })`,
      shape.map((d, i) => (i === axis ? size : d)),
    );
  } else
    net.step(`F.add(h, F.broadcastTo(F.average(${aside}), [${shape.join(', ')}]))`, shape, product(before));
}

/** Text of a random network of all kinds of layers, of its loss, and of one step of training. */
export function writeNetwork(choices: Choices): Case {
  const dtype = choices.pick([
    'float32',
    'float32',
    'float32',
    'float32',
    'float64',
    'float64',
    'float16',
    'bfloat16',
  ] as const);
  const net = new Network(choices, dtype);
  net.shape = inputShape(choices);
  net.line(`let h = input(${net.values(net.shape)});`);
  // Coarse dtypes lose their last digit within a few layers.
  writeLayers(net, net.kinks ? 10 : 3);
  const optimizer = choices.pick(optimizers);
  const name = net.name('y');
  net.line(`const ${name} = h;`);
  writeLoss(net);
  net.line(`return train(loss, ${optimizer}, { y: ${name} });`);
  // Forward, backward twice as long, and the update.
  return { kind: 'network', dtype, rounding: Math.ceil(4 * net.rounding), lines: net.lines };
}
