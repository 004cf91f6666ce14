import './style/index.css';
import { render } from 'lit-html';
import { availableDevices } from './devices.ts';
import { frame } from './frame.ts';
import { models } from './models/index.ts';
import { answerPanel } from './panels/answer.ts';
import { CodePanel } from './panels/code.ts';
import { GraphPanel } from './panels/graph.ts';
import { Pad } from './panels/pad.ts';
import { setupPanel } from './panels/setup.ts';
import { Stats, statsPanel } from './panels/stats.ts';
import { tabs } from './panels/tabs.ts';
import { firstSettings, type Settings } from './settings.ts';
import { Training } from './training.ts';
import { toggleTheme } from './ui/color.ts';
import { download } from './ui/download.ts';
import { drawPicture, showPictures } from './ui/pictures.ts';
import { Plot } from './ui/plot.ts';
import type { DeviceName, Made, Prediction } from './worker/protocol.ts';

const settings: Settings = firstSettings();
let devices: readonly DeviceName[] = ['js'];
let stats = new Stats();
let made: Made | null = null;
let prediction: Prediction | null = null;
let open = 'code';
let example = 0;

render(
  frame({
    theme: toggleTheme,
    clearPad: () => pad.clear(),
    example: showExample,
    run: runCode,
    reset: () => code.show(models[settings.model].source),
  }),
  document.body,
);
const at = <E extends HTMLElement = HTMLElement>(id: string): E => document.getElementById(id) as E;

const lossPlot = new Plot(at('loss-plot'), [
  { label: 'loss', color: '--accent', width: 1, faint: true },
  { label: 'smoothed', color: '--accent', width: 2 },
  { label: 'test', color: '--second', width: 2 },
]);
const accuracyPlot = new Plot(
  at('accuracy-plot'),
  [
    { label: 'batch', color: '--accent', width: 1, faint: true },
    { label: 'smoothed', color: '--accent', width: 2 },
    { label: 'test', color: '--second', width: 2 },
  ],
  [0, 1],
);
const code = new CodePanel(at('editor'), at('console'), settings.source, {
  changed: (text) => {
    settings.source = text;
  },
  run: runCode,
});
const graph = new GraphPanel(at('graph'));
const pad = new Pad(at<HTMLCanvasElement>('pad'), askNetwork);

const training = new Training({
  phase: (phase) => {
    if (phase !== 'running') stats.rest();
    at('status').textContent = {
      preparing: 'Preparing …',
      paused: 'Ready',
      running: 'Training',
      failed: 'Stopped',
    }[phase];
    at('status').dataset.phase = phase;
    drawSetup();
  },
  made: (fresh) => {
    made = fresh;
    at('accuracy').hidden = !fresh.classifies;
    stats = new Stats();
    lossPlot.clear();
    accuracyPlot.clear();
    drawStats();
    refresh();
  },
  progress: (entry) => {
    stats.add(entry, settings.batch);
    const [loss, test] = [entry['main/loss'] ?? null, entry['validation/main/loss'] ?? null];
    lossPlot.append(stats.iteration, [loss, stats.loss, test]);
    if (made?.classifies)
      accuracyPlot.append(stats.iteration, [
        entry['main/accuracy'] ?? null,
        stats.accuracy,
        entry['validation/main/accuracy'] ?? null,
      ]);
    drawStats();
    refresh();
  },
  console: (lines) => code.print(lines),
  trouble,
});

function drawSetup(): void {
  render(
    setupPanel(settings, training.phase, devices, {
      changed: async (change, keep) => {
        Object.assign(settings, change);
        if (change.source !== undefined) code.show(change.source);
        if (settings.data === 'mnist' && settings.files.length === 0) return drawSetup();
        await prepare(keep);
      },
      rate: (rate) => {
        settings.rate = rate;
        training.setRate(rate);
        drawSetup();
      },
      toggle: () => (training.phase === 'running' ? training.pause() : training.run()),
      step: () => training.run(1),
      restart: () => prepare(false),
      save: async () => {
        const bytes = await training.save();
        if (bytes) download(bytes, `${settings.model}.npz`);
      },
      load: async (file) => {
        if (await training.load(file)) {
          trouble('');
          code.note(`Loaded ${file.name}.`, 'good');
          refresh();
        }
      },
    }),
    at('setup'),
  );
}

let drawing = false;
function drawStats(): void {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    render(statsPanel(stats, made), at('stats'));
  });
}

/** A message above everything; an empty one takes it away. */
function trouble(message: string): void {
  at('trouble').textContent = message;
  if (message !== '') code.note(message, 'bad');
}

async function prepare(keep: boolean): Promise<boolean> {
  const fine = await training.prepare(settings, keep);
  if (fine) trouble('');
  return fine;
}

async function runCode(): Promise<void> {
  code.clear();
  const going = training.phase === 'running';
  if (!(await prepare(true))) return;
  const [kept, all] = made?.kept ?? [0, 0];
  code.note(`The network runs; ${kept} of ${all} parameters were kept.`, 'good');
  if (going) training.run();
}

async function showExample(): Promise<void> {
  const found = await training.example(example++);
  if (found) pad.show(found.pixels);
}

let asking = false;
let again = false;
/** Asks what the network makes of the pad, one question at a time. */
async function askNetwork(): Promise<void> {
  if (asking) {
    again = true;
    return;
  }
  asking = true;
  const answer = pad.empty ? null : await training.predict(pad.pixels);
  asking = false;
  if (answer !== undefined) showPrediction(answer);
  if (again) {
    again = false;
    askNetwork();
  }
}

function showPrediction(answer: Prediction | null): void {
  prediction = answer;
  render(answerPanel(prediction), at('answer'));
  const remade = at('remade');
  remade.hidden = prediction === null || prediction.probabilities !== null;
  if (prediction !== null && !remade.hidden)
    drawPicture(remade.querySelector('canvas') as HTMLCanvasElement, prediction.output, false);
  at('activations-hint').hidden = prediction !== null;
  if (open === 'activations') showPictures(at('activations'), prediction?.activations ?? [], false);
}

let looked = 0;
let waiting = false;
/** Brings what is looked at up to date, a few times a second. */
function refresh(): void {
  if (waiting) return;
  waiting = true;
  setTimeout(
    async () => {
      looked = performance.now();
      if (!pad.empty) askNetwork();
      if (open === 'graph') {
        const picture = await training.graph();
        if (picture) graph.show(picture);
      }
      if (open === 'weights') showPictures(at('weights'), (await training.weights()) ?? [], true);
      waiting = false;
    },
    Math.max(0, 300 - (performance.now() - looked)),
  );
}

tabs(at('tabs'), (name) => {
  open = name;
  if (name === 'code') code.open();
  if (name === 'activations') showPictures(at('activations'), prediction?.activations ?? [], false);
  refresh();
});
drawSetup();
drawStats();
showPrediction(null);
start();

async function start(): Promise<void> {
  devices = await availableDevices();
  settings.device = devices[0] as DeviceName;
  drawSetup();
  await prepare(false);
}

// Everything that is loaded late is fetched while nothing else is to be done, so that the page goes on without a network.
const later = () => Promise.all([import('./panels/editor.ts'), import('sucrase')]);
if ('requestIdleCallback' in window) requestIdleCallback(later);
else setTimeout(later, 2000);
