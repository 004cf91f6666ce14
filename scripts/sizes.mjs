// `npm run sizes`: how many bytes programs for a browser have, written to docs/sizes.md.
//
// Each program is bundled from the sources by esbuild, with the conditions of a browser: a module that asks for Node fails here.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { root } from './setup/steps.mjs';

/** The network that the others are measured by. */
const mlp = `
import { Chain } from 'chainer/core';
import * as F from 'chainer/functions';
import * as L from 'chainer/links';

export class MLP extends Chain {
  constructor() {
    super();
    this.l1 = new L.Linear(null, 100);
    this.l2 = new L.Linear(100, 10);
  }
  forward(x) {
    return this.l2.forward(F.relu(this.l1.forward(x)));
  }
}
`;

/** Programs by the name that the table gives them. */
export const programs = {
  'arrays: `array`, `add`, `sum`': `
import { add, array, sum } from '@chainer/xp/functions';
console.log(sum(add(array([1, 2]), 1)).itemSync());
`,
  'an MLP trained with SGD': `${mlp}
import * as optimizers from 'chainer/optimizers';
import { zeros } from '@chainer/xp/functions';
import { rand } from '@chainer/xp/random';

const model = new MLP();
const optimizer = new optimizers.SGD({ lr: 0.1 }).setup(model);
const x = rand(20, 4);
const t = zeros([20], { dtype: 'int32' });
export const losses = [];
for (let i = 0; i < 5; i++) {
  const loss = F.softmaxCrossEntropy(model.forward(x), t);
  model.cleargrads();
  loss.backward();
  optimizer.update();
  losses.push(loss.itemSync());
}
`,
  'the same with all methods of arrays and variables': `${mlp.replace('chainer/core', 'chainer')}
import * as optimizers from 'chainer/optimizers';
import { zeros } from '@chainer/xp';
import { rand } from '@chainer/xp/random';

const model = new MLP();
const optimizer = new optimizers.SGD({ lr: 0.1 }).setup(model);
const loss = F.softmaxCrossEntropy(model.forward(rand(20, 4)), zeros([20], { dtype: 'int32' }));
loss.backward();
optimizer.update();
`,
  'an MLP trained with SGD on WebGPU': `${mlp}
import * as optimizers from 'chainer/optimizers';
import { setDefaultDevice, zeros } from '@chainer/xp/functions';
import { rand } from '@chainer/xp/random';
import { createWebGpuDevice } from '@chainer/device-webgpu';

setDefaultDevice(await createWebGpuDevice());
const model = new MLP();
const optimizer = new optimizers.SGD({ lr: 0.1 }).setup(model);
const x = rand(20, 4);
const t = zeros([20], { dtype: 'int32' });
for (let i = 0; i < 5; i++) {
  const loss = F.softmaxCrossEntropy(model.forward(x), t);
  model.cleargrads();
  loss.backward();
  optimizer.update();
  console.log(await loss.item());
}
`,
  'on `js` with `Trainer`, Adam, a worker and `.npz`': `${mlp}
import * as optimizers from 'chainer/optimizers';
import { SerialIterator } from 'chainer/iterators';
import { TupleDataset } from 'chainer/datasets';
import { serveTraining, StandardUpdater, Trainer } from 'chainer/training';
import { loadNpz, toNpz } from 'chainer/serializers';

serveTraining(({ x, t, file }) => {
  const model = new L.Classifier(new MLP());
  const optimizer = new optimizers.Adam().setup(model);
  const updater = new StandardUpdater(new SerialIterator(new TupleDataset(x, t), 10), optimizer);
  return {
    trainer: new Trainer(updater),
    commands: { save: () => toNpz(model), load: () => loadNpz(file, model) },
  };
});
`,
  'all of `chainer`': "export * from 'chainer';",
};

/** The bundle of a program, minified. @throws {Error} if something of Node is asked for. */
export async function bundle(program) {
  const { outputFiles } = await build(options(program));
  return outputFiles[0].contents;
}

function options(program) {
  return {
    stdin: { contents: program, resolveDir: join(root, 'scripts'), loader: 'js' },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['source'],
    // What draws image files and reads HDF5 files is loaded when it is first needed.
    external: ['echarts/*', '@resvg/resvg-wasm', 'h5wasm'],
    logLevel: 'silent',
  };
}

/** What parts of a program's code come from, by what a reader would look for. */
const origins = [
  ['graph, links, parameters', /chainer\/src\/(core|links|initializers|serializers)\//],
  ['optimizers', /chainer\/src\/optimizers\//],
  ['functions of variables', /chainer\/src\/functions\//],
  ['the scalar language: operations, types, derivatives, kernels', /xp\/src\/(scalar|kernel)\//],
  ['the device `js`: rendering, loops, products (WebAssembly among them)', /xp\/src\/js\//],
  ['arrays: dtypes, layouts, reading', /xp\/src\/(core|methods)\/|xp\/src\/[^/]*$/],
  ['random numbers', /xp\/src\/random\//],
  ['functions of arrays', /xp\/src\//],
];

/** Thousands of bytes of the parts of a program, minified. */
export async function partsOfProgram(program) {
  const { metafile } = await build({ ...options(program), metafile: true, outdir: 'parts' });
  const [{ inputs }] = Object.values(metafile.outputs);
  const sums = new Map(origins.map(([name]) => [name, 0]));
  for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
    const name = origins.find(([, pattern]) => pattern.test(file))?.[0];
    if (name !== undefined) sums.set(name, sums.get(name) + bytesInOutput / 1000);
  }
  return [...sums].sort(([, a], [, b]) => b - a);
}

function partsOf(parts) {
  const rows = parts.map(([name, size]) => `| ${name} | ${size.toFixed(0)} |`);
  return ['| part | minified |', '| --- | ---: |', ...rows].join('\n');
}

/** Thousands of bytes of each program: as it is, and packed. */
export async function sizes() {
  const rows = [];
  for (const [name, program] of Object.entries(programs)) {
    const code = await bundle(program);
    rows.push({ name, minified: code.length / 1000, packed: gzipSync(code, { level: 9 }).length / 1000 });
  }
  return rows;
}

const file = join(root, 'docs', 'sizes.md');

async function main() {
  const rows = await sizes();
  const parts = await partsOfProgram(programs['an MLP trained with SGD']);
  const lines = rows.map(
    ({ name, minified, packed }) => `| ${name} | ${minified.toFixed(0)} | ${packed.toFixed(1)} |`,
  );
  const text = `# Sizes in a browser

Written by \`npm run sizes\`: programs bundled and minified by esbuild, in thousands of bytes. A test compares.

| program | minified | gzip |
| --- | ---: | ---: |
${lines.join('\n')}

Functions, links and optimizers that a program does not name are left out. What stays of the main entries are the methods of arrays and
variables (\`x.add(y)\`), since whoever holds one may call them, and namespaces (\`xp.random\`), of which esbuild leaves out nothing. Programs
that count bytes import from \`chainer/core\`, \`chainer/functions\` and its like, \`@chainer/xp/functions\` and \`@chainer/xp/random\`, as the
others above do: arrays can be read, moved and released there, variables walked back from, and what calculates is a function. Of the
device \`js\` a program has the kernel families that its functions use; other devices come whole.

What the MLP's program consists of, in parts of the minified code (\`metafile\` of esbuild):

${partsOf(parts)}
`;
  writeFileSync(file, text);
  console.log(text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
