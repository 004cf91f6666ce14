import { concatenate, flip, type NdArray } from '@chainer/xp';

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
    images
      .at('...', `${y}:${y + cropHeight}`, `${x}:${x + cropWidth}`)
      .reshape(n, 1, channels, cropHeight, cropWidth),
  );
  const straight = concatenate(crops, { axis: 1 });
  return concatenate([straight, flip(straight, { axis: 4 })], { axis: 1 }).reshape(
    10 * n,
    channels,
    cropHeight,
    cropWidth,
  );
}
