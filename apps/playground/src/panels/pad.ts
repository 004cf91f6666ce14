import { color, onTheme } from '../ui/color.ts';
import { type Point, pixelsOf } from '../ui/digit.ts';

/** Where the keyboard's pen goes with one key, in shares of the pad. */
const step = 0.05;
const keys: Readonly<Record<string, Point>> = {
  ArrowLeft: [-step, 0],
  ArrowRight: [step, 0],
  ArrowUp: [0, -step],
  ArrowDown: [0, step],
};

/** A pad to draw a digit on: by pointer, or by arrow keys with the space bar as the pen. */
export class Pad {
  private readonly canvas: HTMLCanvasElement;
  private readonly changed: (pixels: Float32Array) => void;
  private strokes: Point[][] = [];
  /** An example of the data, shown instead of a drawing. */
  private image: Float32Array | null = null;
  private pointer: Point[] | null = null;
  private cursor: Point = [0.5, 0.5];
  private penDown = false;

  constructor(canvas: HTMLCanvasElement, changed: (pixels: Float32Array) => void) {
    this.canvas = canvas;
    this.changed = changed;
    canvas.addEventListener('pointerdown', (event) => this.press(event));
    canvas.addEventListener('pointermove', (event) => this.move(event));
    for (const end of ['pointerup', 'pointercancel']) canvas.addEventListener(end, () => this.lift());
    canvas.addEventListener('keydown', (event) => this.key(event));
    for (const name of ['focus', 'blur']) canvas.addEventListener(name, () => this.paint());
    new ResizeObserver(() => this.paint()).observe(canvas);
    onTheme(() => this.paint());
  }

  get pixels(): Float32Array {
    return this.image ?? pixelsOf(this.strokes);
  }

  get empty(): boolean {
    return this.image === null && this.strokes.length === 0;
  }

  clear(): void {
    this.strokes = [];
    this.image = null;
    this.update();
  }

  /** Shows an image of the data. */
  show(image: Float32Array): void {
    this.strokes = [];
    this.image = image;
    this.update();
  }

  private press(event: PointerEvent): void {
    event.preventDefault();
    this.canvas.focus({ preventScroll: true });
    this.canvas.setPointerCapture(event.pointerId);
    this.pointer = [this.pointOf(event)];
    this.begin(this.pointer);
  }

  private begin(stroke: Point[]): void {
    this.image = null;
    this.strokes.push(stroke);
    this.update();
  }

  private move(event: PointerEvent): void {
    if (this.pointer === null) return;
    for (const part of event.getCoalescedEvents?.() ?? [event]) this.pointer.push(this.pointOf(part));
    this.update();
  }

  private lift(): void {
    this.pointer = null;
  }

  private pointOf(event: PointerEvent): Point {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    return [(event.clientX - left) / width, (event.clientY - top) / height];
  }

  private key(event: KeyboardEvent): void {
    const way = keys[event.key];
    if (way !== undefined) {
      const inside = (v: number) => Math.min(Math.max(v, 0.05), 0.95);
      this.cursor = [inside(this.cursor[0] + way[0]), inside(this.cursor[1] + way[1])];
      if (this.penDown) this.strokes.at(-1)?.push(this.cursor);
    } else if (event.key === ' ') {
      this.penDown = !this.penDown;
      if (this.penDown) this.begin([this.cursor]);
    } else if (event.key === 'Backspace' || event.key === 'Delete') this.clear();
    else return;
    event.preventDefault();
    this.update();
  }

  private update(): void {
    this.paint();
    this.changed(this.pixels);
  }

  private paint(): void {
    const { canvas } = this;
    const size = Math.round(canvas.clientWidth * devicePixelRatio);
    if (size === 0) return;
    if (canvas.width !== size) {
      canvas.width = size;
      canvas.height = size;
    }
    const context = canvas.getContext('2d') as CanvasRenderingContext2D;
    context.clearRect(0, 0, size, size);
    const ink = color('--ink');
    if (this.image !== null) {
      const cell = size / 28;
      context.fillStyle = ink;
      this.image.forEach((value, i) => {
        context.globalAlpha = value;
        context.fillRect((i % 28) * cell, Math.floor(i / 28) * cell, cell + 0.5, cell + 0.5);
      });
      context.globalAlpha = 1;
    }
    context.strokeStyle = ink;
    context.lineWidth = size / 13;
    context.lineCap = 'round';
    context.lineJoin = 'round';
    for (const stroke of this.strokes) {
      context.beginPath();
      for (const [x, y] of stroke) context.lineTo(x * size, y * size);
      const [x, y] = stroke[0] as Point;
      if (stroke.length === 1) context.lineTo(x * size + 0.1, y * size);
      context.stroke();
    }
    if (canvas.matches(':focus-visible')) {
      context.strokeStyle = color(this.penDown ? '--accent' : '--muted');
      context.lineWidth = size / 90;
      context.beginPath();
      context.arc(this.cursor[0] * size, this.cursor[1] * size, size / 22, 0, 7);
      context.stroke();
    }
  }
}
