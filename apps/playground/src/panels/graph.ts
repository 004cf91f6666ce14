import { html, nothing, render, svg, type TemplateResult } from 'lit-html';
import { type Layout, layOut, type Place } from '../ui/layout.ts';
import type { GraphPicture, GraphVertex } from '../worker/protocol.ts';

const [boxWidth, boxHeight, columnWidth, rowHeight] = [176, 40, 268, 66];

/** Draws the graph of the last forward pass. */
export class GraphPanel {
  private readonly host: HTMLElement;
  private shown = '';

  constructor(host: HTMLElement) {
    this.host = host;
  }

  /** Draws it, unless it is the one that is there. */
  show(graph: GraphPicture): void {
    const text = JSON.stringify(graph);
    if (text === this.shown) return;
    this.shown = text;
    render(
      graph.vertices.length === 0 ? html`<p class="hint">Nothing ran yet.</p>` : drawing(graph),
      this.host,
    );
  }
}

function drawing(graph: GraphPicture): TemplateResult {
  const layout = layOut(graph);
  const width = layout.columns * columnWidth + 40;
  const height = layout.rows * rowHeight + 16;
  const functions = graph.vertices.filter(({ kind }) => kind === 'function').length;
  return html`<svg
    class="graph" viewBox="${-width / 2} 0 ${width} ${height}" width=${width} height=${height} role="img"
    aria-label="Graph of ${functions} functions, from the input at the top to the loss at the bottom"
  >${layout.edges.map(edge)}${layout.places.map((place) => box(place, graph, layout))}</svg>`;
}

const left = (place: Place): number => place.x * columnWidth;
const top = (place: Place): number => place.y * rowHeight + 8;

/** A line from box to box; a long one bows around what stands between. */
function edge([from, to]: readonly [Place, Place]): TemplateResult {
  const [x0, y0] = [left(from), top(from) + boxHeight];
  const [x1, y1] = [left(to), top(to)];
  const bow = to.y - from.y > 1 && from.x === to.x ? boxWidth / 2 + 60 : 0;
  const bend = bow > 0 ? (y1 - y0) / 4 : (y1 - y0) / 2;
  const path = `M${x0 + (bow && 30)} ${y0} C${x0 + bow} ${y0 + bend} ${x1 + bow} ${y1 - bend} ${x1 + (bow && 30)} ${y1}`;
  return svg`<path class="edge" d=${path} />`;
}

function box(place: Place, graph: GraphPicture, layout: Layout): TemplateResult {
  const vertex = graph.vertices[place.vertex] as GraphVertex;
  const parameters = (layout.parameters.get(place.vertex) ?? []).map((p) => graph.vertices[p] as GraphVertex);
  const [x, y] = [left(place), top(place)];
  return svg`<g class=${vertex.kind}>
    <rect x=${x - boxWidth / 2} y=${y} width=${boxWidth} height=${boxHeight} rx=${vertex.kind === 'input' ? 20 : 9} />
    <text x=${x} y=${y + 17}>${vertex.label}</text>
    <text class="detail" x=${x} y=${y + 32}>${vertex.detail}</text>
    ${parameters.length === 0 ? nothing : chips(parameters, x - boxWidth / 2 - 8, y)}
  </g>`;
}

/** Names of parameters beside the function that reads them. */
function chips(parameters: readonly GraphVertex[], right: number, y: number): TemplateResult[] {
  return parameters.map(
    ({ label, detail }, i) =>
      svg`<text class="chip" x=${right} y=${y + 17 + 15 * i}>${label}<title>${detail}</title></text>`,
  );
}
