import { functions as F, type links as L, type Variable, type xp } from 'chainer';

/** How a published network is asked. */
export interface Kind {
  /** Side of the pictures it takes. */
  readonly side: number;
  /** The blob with the scores of the classes. */
  readonly scores: string;
  /** Layers that are left out: those of the classifiers within. */
  readonly disable: readonly string[];
}

export const kinds = {
  alexnet: { side: 227, scores: 'fc8', disable: [] },
  caffenet: { side: 227, scores: 'fc8', disable: [] },
  googlenet: { side: 224, scores: 'loss3/classifier', disable: ['loss1/ave_pool', 'loss2/ave_pool'] },
  // The scores, not the probabilities ('prob'), since the loss makes these itself.
  resnet: { side: 224, scores: 'fc1000', disable: [] },
  // What the quick form makes.
  colours: { side: 24, scores: 'Convolution2DFunction-2', disable: [] },
} as const satisfies Record<string, Kind>;

/** Loss and accuracy of a batch. */
export function judge(
  net: L.caffe.CaffeFunction,
  { scores, disable }: Kind,
  x: xp.NdArray,
  t: xp.NdArray,
): [loss: Variable, accuracy: Variable] {
  const [y] = net.forward({ data: x }, [scores], { disable }) as [Variable];
  // Scores may come as pictures of one pixel.
  const rows = F.reshape(y, [t.size, -1]);
  return [F.softmaxCrossEntropy(rows, t), F.accuracy(rows, t)];
}
