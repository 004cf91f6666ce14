import { concatenate, flip, type NdArray, reshape } from '@chainer/xp/functions';
import { sliced } from '@chainer/xp/internal';

/**
 * Ten views of each image: the corners and the centre, and their mirror images.
 *
 * @param images `[N, C, H, W]`
 * @returns `[10 N, C, cropHeight, cropWidth]`, the ten of an image next to each other
 * @throws {RangeError} if images are smaller than the crops.
 */
export function oversample(images: NdArray, [cropHeight, cropWidth]: readonly [number, number]): NdArray {
  const [n, channels, height, width] = images.shape as [number, number, number, number];
  if (height < cropHeight || width < cropWidth)
    throw new RangeError(
      `[oversample] images of ${height} × ${width} are smaller than the crops, ${cropHeight} × ${cropWidth}`,
    );
  const [bottom, right] = [height - cropHeight, width - cropWidth];
  const corners: [number, number][] = [
    [0, 0],
    [0, right],
    [bottom, 0],
    [bottom, right],
    [Math.floor(bottom / 2), Math.floor(right / 2)],
  ];
  const crops = corners.map(([y, x]) =>
    reshape(sliced(sliced(images, 2, y, cropHeight), 3, x, cropWidth), [
      n,
      1,
      channels,
      cropHeight,
      cropWidth,
    ]),
  );
  const straight = concatenate(crops, { axis: 1 });
  return reshape(concatenate([straight, flip(straight, { axis: 4 })], { axis: 1 }), [
    10 * n,
    channels,
    cropHeight,
    cropWidth,
  ]);
}
