import { html, type TemplateResult } from 'lit-html';
import type { Entry } from '../training.ts';
import type { Made } from '../worker/protocol.ts';

/** Figures of a training, brought up to date entry by entry. */
export class Stats {
  iteration = 0;
  epoch = 0;
  /** Smoothed. */
  loss: number | null = null;
  accuracy: number | null = null;
  testAccuracy: number | null = null;
  memory = 0;
  /** Examples a second, smoothed. */
  speed: number | null = null;
  private weight = 0;
  private before: number | null = null;

  add(entry: Entry, batch: number): void {
    this.iteration = entry.iteration ?? 0;
    this.epoch = entry.epoch ?? 0;
    this.memory = entry.memory ?? 0;
    // Means that begin unbiased: each old value counts 0.8 of the next.
    this.weight = 0.8 * this.weight + 1;
    const smooth = (old: number | null, value: number | undefined) =>
      value === undefined ? old : old === null ? value : old + (value - old) / this.weight;
    this.loss = smooth(this.loss, entry['main/loss']);
    this.accuracy = smooth(this.accuracy, entry['main/accuracy']);
    this.testAccuracy = entry['validation/main/accuracy'] ?? this.testAccuracy;
    const now = entry.elapsed_time ?? 0;
    const seconds = this.before === null ? 0 : now - this.before;
    this.before = now;
    // An iteration that looked at the test examples, or a pause, says nothing about speed.
    if (seconds > 0 && !('validation/main/loss' in entry)) this.speed = smooth(this.speed, batch / seconds);
  }

  /** After a pause, the clock begins anew. */
  rest(): void {
    this.before = null;
  }
}

/** The figures as a row. */
export function statsPanel(stats: Stats, made: Made | null): TemplateResult {
  const figures: [string, string, string?][] = [
    ['Iteration', String(stats.iteration), `epoch ${stats.epoch}`],
    ['Loss', stats.loss === null ? '–' : stats.loss.toPrecision(3), 'smoothed'],
    ['Test accuracy', stats.testAccuracy === null ? '–' : percent(stats.testAccuracy), testNote(made)],
    ['Speed', stats.speed === null ? '–' : String(Math.round(stats.speed)), 'images / s'],
    ['Memory', stats.memory === 0 ? '–' : (stats.memory / 2 ** 20).toFixed(0), 'MB live'],
    [
      'Parameters',
      made === null ? '–' : made.parameters.toLocaleString('en'),
      made === null ? '' : `on ${made.device}`,
    ],
  ];
  return html`${figures.map(
    ([name, value, note]) => html`<div><dt>${name}</dt><dd>${value}<small>${note}</small></dd></div>`,
  )}`;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const testNote = (made: Made | null): string =>
  made?.classifies === false ? 'does not classify' : 'unseen digits';
