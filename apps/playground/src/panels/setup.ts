import { html, type TemplateResult } from 'lit-html';
import { type ModelName, models } from '../models/index.ts';
import { batches, optimizerNames, type Settings, usualRate } from '../settings.ts';
import type { Phase } from '../training.ts';
import type { DataName, DeviceName, OptimizerName } from '../worker/protocol.ts';

/** What the panel asks for. */
export interface SetupActions {
  /** Something that needs a new training was chosen; `keep`: its parameters can go on. */
  changed(change: Partial<Settings>, keep: boolean): void;
  rate(rate: number): void;
  toggle(): void;
  step(): void;
  restart(): void;
  save(): void;
  load(file: File): void;
}

const datasets: Readonly<Record<DataName, string>> = { drawn: 'Drawn digits', mnist: 'MNIST files' };

/** Model, data, device, optimizer, and the buttons of the training. */
export function setupPanel(
  settings: Settings,
  phase: Phase,
  devices: readonly DeviceName[],
  actions: SetupActions,
) {
  return html`
    <fieldset class="choices">
      <legend>Model</legend>
      ${(Object.keys(models) as ModelName[]).map((name) =>
        choice('model', name, models[name].label, models[name].note, settings.model === name, () => {
          const rate = usualRate(name, settings.optimizer);
          actions.changed({ model: name, source: models[name].source, rate }, false);
        }),
      )}
    </fieldset>
    <fieldset class="segments">
      <legend>Data</legend>
      ${(Object.keys(datasets) as DataName[]).map((name) =>
        choice('data', name, datasets[name], '', settings.data === name, () => {
          actions.changed({ data: name }, true);
        }),
      )}
    </fieldset>
    ${settings.data === 'mnist' ? filePicker(settings, actions) : ''}
    <div class="pair">
      ${select('Device', settings.device, devices.map(deviceOption), (value) =>
        actions.changed({ device: value as DeviceName }, false),
      )}
      ${select(
        'Batch',
        String(settings.batch),
        batches.map((n) => [String(n), String(n)]),
        (value) => actions.changed({ batch: Number(value) }, true),
      )}
    </div>
    ${select(
      'Optimizer',
      settings.optimizer,
      optimizerNames.map((name) => [name, name]),
      (value) => {
        const optimizer = value as OptimizerName;
        actions.changed({ optimizer, rate: usualRate(settings.model, optimizer) }, true);
      },
    )}
    <label class="field">
      <span>Learning rate <output>${rateText(settings.rate)}</output></span>
      <input
        type="range" min="-5" max="0" step="0.1" .value=${String(Math.log10(settings.rate))}
        aria-valuetext=${rateText(settings.rate)}
        @input=${(event: Event) => actions.rate(10 ** Number(textOf(event)))}
      />
    </label>
    ${buttons(phase, actions)}
  `;
}

function buttons(phase: Phase, actions: SetupActions): TemplateResult {
  const running = phase === 'running';
  const usable = phase === 'paused';
  return html`
    <div class="actions">
      <button class="primary" id="train" ?disabled=${!usable && !running} @click=${actions.toggle}>
        ${icon(running ? 'M7 5h4v14H7zM13 5h4v14h-4z' : 'M8 5v14l11-7z')} ${running ? 'Pause' : 'Train'}
      </button>
      <button id="step" ?disabled=${!usable} @click=${actions.step}>Step</button>
      <button id="restart" ?disabled=${phase === 'preparing'} @click=${actions.restart}>Start over</button>
    </div>
    <div class="actions quiet">
      <button id="save" ?disabled=${phase === 'preparing'} @click=${actions.save}>Save weights</button>
      <label class="button" ?data-disabled=${!usable}>
        Load weights
        <input
          id="load" class="hidden-input" type="file" accept=".npz" ?disabled=${!usable}
          @change=${(event: Event) => {
            const input = event.target as HTMLInputElement;
            const [file] = input.files ?? [];
            if (file) actions.load(file);
            input.value = '';
          }}
        />
      </label>
    </div>
  `;
}

function filePicker(settings: Settings, actions: SetupActions): TemplateResult {
  const names = settings.files.map(({ name }) => name).join(', ');
  return html`<label class="field">
    <span>The four files of MNIST, packed (.gz) or not</span>
    <input
      id="files" type="file" multiple
      @change=${(event: Event) => {
        const files = [...((event.target as HTMLInputElement).files ?? [])];
        actions.changed({ files }, true);
      }}
    />
    ${names && html`<small>${names}</small>`}
  </label>`;
}

function choice(
  group: string,
  value: string,
  label: string,
  note: string,
  checked: boolean,
  chosen: () => void,
): TemplateResult {
  return html`<label>
    <input type="radio" name=${group} value=${value} .checked=${checked} @change=${chosen} />
    <span><b>${label}</b>${note && html`<small>${note}</small>`}</span>
  </label>`;
}

function select(
  label: string,
  current: string,
  options: readonly (readonly [string, string])[],
  chosen: (value: string) => void,
): TemplateResult {
  return html`<label class="field">
    <span>${label}</span>
    <select @change=${(event: Event) => chosen(textOf(event))}>
      ${options.map(([value, text]) => html`<option value=${value} ?selected=${value === current}>${text}</option>`)}
    </select>
  </label>`;
}

const deviceOption = (name: DeviceName): readonly [string, string] => [
  name,
  name === 'js' ? 'JavaScript' : 'WebGPU',
];

export const icon = (path: string): TemplateResult =>
  html`<svg viewBox="0 0 24 24" width="18" height="18" aria-hidden="true"><path fill="currentColor" d=${path} /></svg>`;

const textOf = (event: Event): string => (event.target as HTMLInputElement | HTMLSelectElement).value;

/** `0.001`, in as many digits as it needs. */
const rateText = (rate: number): string => String(Number(rate.toPrecision(2)));
