/** A point of a stroke, in shares of the pad. */
export type Point = readonly [number, number];

/** Side of MNIST's images, and of the box that a digit fills in them. */
const side = 28;
const box = 19;
/** Width of the pen in that image, in pixels. */
const pen = 2.1;

/** What was drawn as MNIST would have it: brought to one size, its centre of mass in the middle. Empty where nothing was drawn. */
export function pixelsOf(strokes: readonly (readonly Point[])[]): Float32Array {
  const points = strokes.flat();
  const pixels = new Float32Array(side * side);
  if (points.length === 0) return pixels;
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const scale = (box - pen) / Math.max(right - left, bottom - top, 0.1);
  const centred = rendered(strokes, scale, (left + right) / 2, (top + bottom) / 2);
  const [massX, massY] = centre(centred);
  const moved = rendered(
    strokes,
    scale,
    (left + right) / 2 + (massX - side / 2) / scale,
    (top + bottom) / 2 + (massY - side / 2) / scale,
  );
  pixels.set(moved);
  return pixels;
}

function rendered(
  strokes: readonly (readonly Point[])[],
  scale: number,
  midX: number,
  midY: number,
): Float32Array {
  const canvas = new OffscreenCanvas(side, side);
  const context = canvas.getContext('2d', { willReadFrequently: true }) as OffscreenCanvasRenderingContext2D;
  context.strokeStyle = 'white';
  context.lineWidth = pen;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  for (const stroke of strokes) {
    context.beginPath();
    stroke.forEach(([x, y], i) => {
      const [px, py] = [side / 2 + (x - midX) * scale, side / 2 + (y - midY) * scale];
      if (i === 0) context.moveTo(px, py);
      else context.lineTo(px, py);
    });
    const [first] = stroke;
    if (stroke.length === 1 && first) {
      const [px, py] = [side / 2 + (first[0] - midX) * scale, side / 2 + (first[1] - midY) * scale];
      context.lineTo(px + 0.01, py);
    }
    context.stroke();
  }
  const { data } = context.getImageData(0, 0, side, side);
  return Float32Array.from({ length: side * side }, (_, i) => (data[4 * i + 3] as number) / 255);
}

function centre(pixels: Float32Array): [number, number] {
  let [mass, x, y] = [0, 0, 0];
  pixels.forEach((value, i) => {
    mass += value;
    x += value * ((i % side) + 0.5);
    y += value * (Math.floor(i / side) + 0.5);
  });
  return mass === 0 ? [side / 2, side / 2] : [x / mass, y / mass];
}
