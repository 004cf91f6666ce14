/** Line charts as image files, without a browser: ECharts lays them out as SVG, resvg renders that as PNG. Both are loaded when needed. */

import { builtin } from '../../files.ts';

/** A curve. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [number, number])[];
}

/** What is drawn. */
export interface Plot {
  readonly xLabel: string;
  /** Charts below each other, each with axes of its own. */
  readonly panels: readonly { readonly yLabel?: string; readonly series: readonly Series[] }[];
  readonly marker: 'x' | 'o' | null;
  readonly grid: boolean;
  readonly format: 'png' | 'svg';
}

const width = 800;
const height = 500;
const font = 'DejaVu Sans';
/** The strokes of an x, in a box from -1 to 1. */
const cross = 'path://M-1,-0.8L-0.8,-1L0,-0.2L0.8,-1L1,-0.8L0.2,0L1,0.8L0.8,1L0,0.2L-0.8,1L-1,0.8L-0.2,0Z';

/** A chart as the content of a file. */
export async function plot(chart: Plot): Promise<Uint8Array | string> {
  const svg = await svgOf(chart);
  return chart.format === 'svg' ? svg : pngOf(svg);
}

async function svgOf({ xLabel, panels, marker, grid }: Plot): Promise<string> {
  const [core, charts, components, renderers] = await Promise.all([
    import('echarts/core'),
    import('echarts/charts'),
    import('echarts/components'),
    import('echarts/renderers'),
  ]);
  core.use([charts.LineChart, components.GridComponent, components.LegendComponent, renderers.SVGRenderer]);
  const chart = core.init(null, null, { renderer: 'svg', ssr: true, width, height: panels.length * height });
  const axis = {
    type: 'value',
    scale: true,
    splitLine: { show: grid, lineStyle: { color: '#dddddd' } },
    axisLine: { show: true, onZero: false, lineStyle: { color: '#444444' } },
    axisTick: { show: true },
    axisLabel: { color: '#222222', fontSize: 13 },
    nameTextStyle: { color: '#222222', fontSize: 14 },
  };
  const symbol =
    marker === null
      ? { showSymbol: false }
      : { showSymbol: true, symbol: marker === 'x' ? cross : 'circle', symbolSize: 8 };
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    textStyle: { fontFamily: font },
    color: [
      '#1f77b4',
      '#ff7f0e',
      '#2ca02c',
      '#d62728',
      '#9467bd',
      '#8c564b',
      '#e377c2',
      '#7f7f7f',
      '#bcbd22',
      '#17becf',
    ],
    grid: panels.map((_, k) => ({ left: 60, right: 30, top: k * height + 50, height: height - 105 })),
    legend: panels.map(({ series }, k) => ({
      data: series.map(({ name }) => name),
      top: k * height + 10,
      itemGap: 40,
      textStyle: { fontSize: 14, color: '#222222' },
      icon: 'roundRect',
      itemHeight: 4,
    })),
    xAxis: panels.map((_, k) => ({
      ...axis,
      gridIndex: k,
      name: xLabel,
      nameLocation: 'middle',
      nameGap: 32,
    })),
    yAxis: panels.map(({ yLabel = '' }, k) => ({ ...axis, gridIndex: k, name: yLabel })),
    series: panels.flatMap(({ series }, k) =>
      series.map(({ name, points }) => ({
        name,
        type: 'line',
        xAxisIndex: k,
        yAxisIndex: k,
        ...symbol,
        lineStyle: { width: 2 },
        // Points that are no numbers leave gaps.
        data: points.map(([x, y]) => [x, Number.isFinite(y) ? y : null]),
      })),
    ),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}

let ready: Promise<{
  readonly Resvg: typeof import('@resvg/resvg-wasm').Resvg;
  readonly fonts: Uint8Array[];
}> | null = null;

/** The renderer with its font, made once. */
function renderer(): NonNullable<typeof ready> {
  ready ??= (async () => {
    const { initWasm, Resvg } = await import('@resvg/resvg-wasm');
    const { createRequire } = builtin<typeof import('node:module')>('node:module');
    const { readFile } = builtin<typeof import('node:fs/promises')>('node:fs/promises');
    const require = createRequire(import.meta.url);
    await initWasm(readFile(require.resolve('@resvg/resvg-wasm/index_bg.wasm')));
    return { Resvg, fonts: [await readFile(require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'))] };
  })();
  return ready;
}

/** Renders SVG with the font that comes along: systems without fonts draw the same text. */
async function pngOf(svg: string): Promise<Uint8Array> {
  const { Resvg, fonts } = await renderer();
  const image = new Resvg(svg, {
    font: { fontBuffers: fonts, defaultFontFamily: font, sansSerifFamily: font, loadSystemFonts: false },
  });
  return image.render().asPng();
}
