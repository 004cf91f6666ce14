import type { Picture } from '../worker/protocol.ts';

/** Images of one picture: how many, how large, and how many stand side by side. */
interface Tiles {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly columns: number;
}

/** Images that are drawn of one picture at most. */
const most = 64;

/** How an array is best looked at: planes of images, rows of weights over an image, or a row of numbers. */
function tilesOf(shape: readonly number[]): Tiles {
  const size = shape.reduce((a, b) => a * b, 1);
  const [last = 1, before = 1] = [shape.at(-1), shape.at(-2)];
  if (shape.length === 4 && last * before > 1) {
    const count = Math.min(size / (last * before), most);
    return { count, height: before, width: last, columns: Math.min(count, 16) };
  }
  if (last === 784) {
    const count = Math.min(size / 784, most);
    return { count, height: 28, width: 28, columns: Math.min(count, 16) };
  }
  if (shape.length === 2 && before > 1) return { count: 1, height: before, width: last, columns: 1 };
  const width = Math.min(size, 64);
  return { count: 1, height: Math.ceil(size / width), width, columns: 1 };
}

/** Colors of weights: cold below zero, warm above. */
function diverging(v: number): readonly [number, number, number] {
  const t = Math.min(Math.abs(v), 1) ** 0.8;
  const [r, g, b] = v < 0 ? [38, 112, 178] : [206, 66, 50];
  return [245 + (r - 245) * t, 244 + (g - 244) * t, 240 + (b - 240) * t];
}

/** Colors of activations: dark to bright. */
function sequential(v: number): readonly [number, number, number] {
  const t = Math.max(0, Math.min(v, 1));
  return [18 + 237 * t ** 0.9, 20 + 212 * t ** 1.4, 44 + 60 * t + 110 * t ** 4];
}

/** Draws an array into a canvas, an element a pixel; signed values around zero. */
export function drawPicture(canvas: HTMLCanvasElement, picture: Picture, signed: boolean): void {
  const { count, height, width, columns } = tilesOf(picture.shape);
  const gap = count > 1 ? 1 : 0;
  canvas.width = columns * (width + gap) - gap;
  canvas.height = Math.ceil(count / columns) * (height + gap) - gap;
  // Small ones are magnified, up to ten times.
  canvas.style.setProperty('--width', `${canvas.width * Math.min(10, Math.max(1, 460 / canvas.width))}px`);
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  const image = context.createImageData(canvas.width, canvas.height);
  const { data } = picture;
  const n = Math.min(data.length, count * height * width);
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < n; i++) {
    low = Math.min(low, data[i] as number);
    high = Math.max(high, data[i] as number);
  }
  const reach = signed ? Math.max(-low, high) : high - low;
  for (let i = 0; i < n; i++) {
    const tile = Math.floor(i / (height * width));
    const y = Math.floor(tile / columns) * (height + gap) + (Math.floor(i / width) % height);
    const x = (tile % columns) * (width + gap) + (i % width);
    const value =
      reach === 0 ? 0 : signed ? (data[i] as number) / reach : ((data[i] as number) - low) / reach;
    image.data.set([...(signed ? diverging(value) : sequential(value)), 255], 4 * (y * canvas.width + x));
  }
  context.putImageData(image, 0, 0);
}

/** Shows pictures in a list, reusing the canvases that are there. */
export function showPictures(list: HTMLElement, pictures: readonly Picture[], signed: boolean): void {
  while (list.children.length > pictures.length) list.lastElementChild?.remove();
  pictures.forEach((picture, i) => {
    let figure = list.children[i] as HTMLElement | undefined;
    if (figure === undefined) {
      figure = document.createElement('figure');
      figure.append(document.createElement('figcaption'), document.createElement('canvas'));
      list.append(figure);
    }
    const [caption, canvas] = figure.children as unknown as [HTMLElement, HTMLCanvasElement];
    const text = `${picture.label}  ${picture.shape.join(' × ')}`;
    if (caption.textContent !== text) caption.textContent = text;
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', text);
    drawPicture(canvas, picture, signed);
  });
}
