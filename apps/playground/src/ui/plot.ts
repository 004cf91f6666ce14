import type uPlot from 'uplot';
import { color, onTheme } from './color.ts';

/** One line of a plot. */
export interface Line {
  readonly label: string;
  readonly color: string;
  readonly width: number;
  /** Drawn faintly: the raw values behind a smoothed line. */
  readonly faint?: boolean;
}

/** Points that are kept; beyond that, every second one is dropped. */
const most = 3000;

/** Lines over the iterations of a training. uPlot is loaded when the first one is shown. */
export class Plot {
  private readonly host: HTMLElement;
  /** Values under the pointer, line by line. */
  private readonly values: readonly HTMLElement[];
  private readonly lines: readonly Line[];
  private readonly range: readonly [number, number] | null;
  private data: (number | null)[][];
  private chart: uPlot | null = null;
  private drawing = false;

  constructor(host: HTMLElement, lines: readonly Line[], range: readonly [number, number] | null = null) {
    this.host = host;
    this.values = legend(host, lines);
    this.lines = lines;
    this.range = range;
    this.data = [[], ...lines.map(() => [])];
    new ResizeObserver(() => this.resize()).observe(host);
    onTheme(() => void this.build());
    void this.build();
  }

  /** Adds a point to each line; null: none for that one. */
  append(x: number, values: readonly (number | null)[]): void {
    this.data[0]!.push(x);
    for (const [i, value] of values.entries()) this.data[i + 1]!.push(value);
    if (this.data[0]!.length > most) {
      // A point that only one line has is kept: tests are rare.
      const keep = (i: number) => i % 2 === 0 || this.data.at(-1)![i] !== null;
      this.data = this.data.map((column) => column.filter((_, i) => keep(i)));
    }
    this.draw();
  }

  clear(): void {
    this.data = this.data.map(() => []);
    this.draw();
  }

  private draw(): void {
    if (this.drawing) return;
    this.drawing = true;
    requestAnimationFrame(() => {
      this.drawing = false;
      this.chart?.setData(this.data as uPlot.AlignedData);
    });
  }

  private resize(): void {
    if (this.host.clientWidth > 0) this.chart?.setSize(this.size());
  }

  private size(): { width: number; height: number } {
    return { width: this.host.clientWidth || 300, height: this.host.clientHeight || 200 };
  }

  /** Shows the values under the pointer. */
  private point(chart: uPlot): void {
    const { idx } = chart.cursor;
    this.values.forEach((element, i) => {
      const value = typeof idx === 'number' ? this.data[i + 1]?.[idx] : null;
      element.textContent = value === null || value === undefined ? '' : value.toPrecision(3);
    });
  }

  private async build(): Promise<void> {
    const [{ default: Chart }] = await Promise.all([import('uplot'), import('uplot/dist/uPlot.min.css')]);
    this.chart?.destroy();
    const axis = {
      stroke: color('--muted'),
      grid: { stroke: color('--line'), width: 1 },
      ticks: { show: false },
      font: '11px system-ui, sans-serif',
    };
    const scale = this.range === null ? {} : { y: { range: [...this.range] as [number, number] } };
    this.chart = new Chart(
      {
        ...this.size(),
        scales: { x: { time: false }, ...scale },
        axes: [
          { ...axis, size: 26, gap: 4 },
          { ...axis, size: 44, gap: 4 },
        ],
        legend: { show: false },
        hooks: { setCursor: [(chart) => this.point(chart)] },
        cursor: { y: false, points: { size: 7 } },
        series: [{ label: 'iteration' }, ...this.lines.map(seriesOf)],
      },
      this.data as uPlot.AlignedData,
      this.host,
    );
  }
}

/** The lines' names, into the caption before the plot. @returns where their values go. */
function legend(host: HTMLElement, lines: readonly Line[]): HTMLElement[] {
  const caption = host.parentElement?.querySelector('figcaption');
  return lines.map((line) => {
    const name = document.createElement('span');
    name.className = line.faint ? 'key faint' : 'key';
    name.style.setProperty('--key', `var(${line.color})`);
    const value = document.createElement('output');
    name.append(line.label, value);
    caption?.append(name);
    return value;
  });
}

function seriesOf({ label, color: property, width, faint }: Line): uPlot.Series {
  const stroke = color(property);
  return {
    label,
    width,
    spanGaps: true,
    stroke: faint ? stroke.replace('rgb(', 'rgba(').replace(')', ', 0.28)') : stroke,
    points: { show: false },
  };
}
