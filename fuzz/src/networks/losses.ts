import type { Network } from './network.ts';
import { list, options, product } from './network.ts';

/** The text of a loss of `h`: one number. */
type Loss = (net: Network) => string;

/** Every element with a weight of its own: gradients of all kinds arrive. */
const weighted: Loss = (net) => `F.sum(F.mul(h, ${net.values(net.shape)}))`;

const squared: Loss = (net) => `F.meanSquaredError(h, ${net.values(net.shape)})`;

const huber: Loss = (net) => `F.sum(F.huberLoss(h, ${net.values(net.shape)}, 0.5, { reduce: 'no' }))`;

const sigmoidCrossEntropy: Loss = (net) =>
  `F.sigmoidCrossEntropy(h, integers(${list(net.shape)}, ${net.choices.chance(30) ? -1 : 0}, 2))`;

const softmaxCrossEntropy: Loss = (net) => {
  const { shape, choices } = net;
  const classes = shape[1] as number;
  const ignored = choices.chance(30);
  const labels = `integers(${list([shape[0] as number, ...shape.slice(2)])}, ${ignored ? -1 : 0}, ${classes})`;
  const each = choices.chance(30);
  const given = options({
    normalize: choices.chance(30) ? false : undefined,
    classWeight: choices.chance(30) ? net.values([classes], 2, 0.5) : undefined,
    reduce: each ? "'no'" : undefined,
    enableDoubleBackprop: choices.chance(20) || undefined,
  });
  const loss = `F.softmaxCrossEntropy(h, ${labels}${given})`;
  return each ? `F.sum(F.square(${loss}))` : loss;
};

/** Ends a network. */
export function writeLoss(net: Network): void {
  const losses = [weighted, weighted];
  if (product(net.shape) > 0) {
    losses.push(squared, sigmoidCrossEntropy);
    if (net.kinks) losses.push(huber);
    if (net.shape.length >= 2) losses.push(softmaxCrossEntropy, softmaxCrossEntropy);
  }
  net.line(`const loss = ${net.choices.pick(losses)(net)};`);
  net.rounding += Math.sqrt(product(net.shape)) + 3;
}
