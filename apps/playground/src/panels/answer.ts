import { html, type TemplateResult } from 'lit-html';
import type { Prediction } from '../worker/protocol.ts';

/** What the network thinks the drawing is: bars of probabilities, or the image that it makes of it. */
export function answerPanel(prediction: Prediction | null): TemplateResult {
  if (prediction === null)
    return html`<p class="hint">Draw a digit, and see what the network takes it for.</p>`;
  const { probabilities } = prediction;
  if (probabilities === null) return html``;
  const best = probabilities.indexOf(Math.max(...probabilities));
  return html`<ol class="bars" aria-label="Probability of each digit" start="0">
    ${[...probabilities].map(
      (p, digit) => html`<li class=${digit === best ? 'best' : ''}>
        <b>${digit}</b><span class="bar"><i style="width:${(100 * p).toFixed(1)}%"></i></span
        ><span class="share">${(100 * p).toFixed(p > 0.995 || p < 0.0005 ? 0 : 1)} %</span>
      </li>`,
    )}
  </ol>`;
}
