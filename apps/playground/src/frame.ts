import { html, type TemplateResult } from 'lit-html';
import { icon } from './panels/setup.ts';

/** The page without its moving parts: `main.ts` finds these by their ids. */
export function frame(actions: {
  theme(): void;
  clearPad(): void;
  example(): void;
  run(): void;
  reset(): void;
}): TemplateResult {
  return html`
    <header>
      <a class="skip" href="#train">Skip to training</a>
      <svg class="logo" viewBox="0 0 32 32" aria-hidden="true">
        <rect width="32" height="32" rx="9" fill="var(--accent)" />
        <g fill="none" stroke="#fff" stroke-width="2.8"><circle cx="12.2" cy="16" r="5.4" /><circle cx="19.8" cy="16" r="5.4" /></g>
      </svg>
      <div class="title"><h1>Chainer Playground</h1><p>Train a network in this page. Look inside. Change its code.</p></div>
      <span id="status" role="status"></span>
      <button class="round" @click=${actions.theme} aria-label="Light or dark" title="Light or dark">
        ${icon('M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm0 2v14a7 7 0 0 1 0-14Z')}
      </button>
    </header>
    <div id="trouble" role="alert"></div>
    <main>
      <section class="card" id="setup" aria-label="Setup"></section>
      <section class="card" id="progress" aria-label="Progress">
        <dl id="stats"></dl>
        <div class="plots">
          <figure><figcaption><b>Loss</b></figcaption><div class="plot" id="loss-plot"></div></figure>
          <figure id="accuracy"><figcaption><b>Accuracy</b></figcaption><div class="plot" id="accuracy-plot"></div></figure>
        </div>
      </section>
      <section class="card" id="digit" aria-labelledby="digit-title">
        <div class="head">
          <h2 id="digit-title">Draw a digit</h2>
          <button id="clear" @click=${actions.clearPad}>Clear</button>
          <button id="example" @click=${actions.example} title="A digit that the network was not trained on">Example</button>
        </div>
        <div class="draw">
          <canvas
            id="pad" tabindex="0" role="application"
            aria-label="Pad for a digit. Arrow keys move the pen, the space bar puts it down and lifts it, Delete clears."
          ></canvas>
          <div id="answer" aria-live="off"></div>
          <figure id="remade" hidden><figcaption>as the network redraws it</figcaption><canvas class="remade"></canvas></figure>
        </div>
      </section>
      <section class="card" id="look" aria-label="Inside">
        <div role="tablist" aria-label="Inside the network" id="tabs">
          ${tab('code', 'Code')} ${tab('graph', 'Graph')} ${tab('activations', 'Activations')} ${tab('weights', 'Weights')}
        </div>
        <div role="tabpanel" id="panel-code" aria-labelledby="tab-code">
          <div class="head">
            <p class="hint">
              This TypeScript is the network. Edit <code>forward</code>: add a <code>console.log</code>, an
              <code>if</code>, a layer. Weights that still fit are kept.
            </p>
            <button id="reset-code" @click=${actions.reset}>Restore</button>
            <button id="run-code" class="primary" @click=${actions.run} title="Ctrl or ⌘ with Enter">Run</button>
          </div>
          <div class="code"><div id="editor"></div><div id="console" role="log" aria-label="Console" tabindex="0"></div></div>
        </div>
        <div role="tabpanel" id="panel-graph" aria-labelledby="tab-graph" hidden>
          <p class="hint">What the last forward pass did, function by function; backpropagation walks it from the bottom up.</p>
          <div id="graph" tabindex="0" role="group" aria-label="Computational graph"></div>
        </div>
        <div role="tabpanel" id="panel-activations" aria-labelledby="tab-activations" hidden>
          <p class="hint" id="activations-hint">What each function makes of the digit that you drew. Draw one, or take an example.</p>
          <div class="pictures" id="activations"></div>
        </div>
        <div role="tabpanel" id="panel-weights" aria-labelledby="tab-weights" hidden>
          <p class="hint">Filters and weights as they are now: blue below zero, red above. At most 64 of each.</p>
          <div class="pictures" id="weights"></div>
        </div>
      </section>
    </main>
  `;
}

function tab(name: string, label: string): TemplateResult {
  return html`<button role="tab" id="tab-${name}" aria-controls="panel-${name}" data-name=${name}>${label}</button>`;
}
