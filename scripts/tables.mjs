// Writes what is generated in the documentation: which device computes what (README.md), and which of Chainer's names are here
// (docs/functions.md). `npm run tables`; a test fails where they are out of date.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { refused } from '@chainer/device-webgpu';
import * as upstream from './upstream-names.mjs';

const root = join(import.meta.dirname, '..');
const source = join(root, 'packages', 'chainer', 'src');

/** Kernel families of the device contract, as users would name them. */
const families = [
  ['copies, casts, filling', ['copy', 'fill']],
  ['elementwise functions and user-defined kernels', ['elementwise', 'elementwiseMany']],
  ['reductions', ['reduce', 'argreduce']],
  ['cumulative sums and kin', ['scan']],
  ['Fourier transforms', ['fft']],
  ['linear systems', ['lu', 'luSolve', 'triangularSolve', 'cholesky']],
  ['orthogonal factors, singular and eigenvalues', ['qr', 'svd', 'eigh', 'eig']],
  ['sorting', ['sort', 'argsort']],
  ['indexing', ['gather', 'scatter', 'nonzero']],
  ['random numbers', ['random']],
  ['matrix products', ['matmul']],
  ['convolution, deconvolution, their gradients', ['convolution', 'convolutionData', 'convolutionWeight']],
  ['windows as columns and back', ['im2col', 'col2im']],
  ['max pooling and its gradients', ['maxPooling', 'maxPoolingGrad', 'maxPoolingPick']],
  ['average pooling and its gradient', ['averagePooling', 'averagePoolingGrad']],
  [
    'batch normalization and its gradients',
    ['batchNormalization', 'fixedBatchNormalization', 'batchNormalizationGrad'],
  ],
  ['normalization of groups and its gradients', ['groupNormalization', 'groupNormalizationGrad']],
  ['softmax and its gradient', ['softmax', 'softmaxGrad', 'softmaxStatistics']],
];

/** The columns of devices whose kernels are made for a processor, which need not be there. */
export const processors = [
  { name: 'webgpu', language: 'WGSL', kernels: {}, refused },
  { name: 'cuda', language: 'CUDA C', kernels: {} },
];

const table = (rows) => {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(rows[0]), line(rows[0].map(() => '---')), ...rows.slice(1).map(line)].join('\n');
};
const code = (text) => `\`${text}\``;

/**
 * The table of kernel families and devices, from the devices' own kernel maps: what is the very function of `js` is borrowed.
 *
 * @throws {Error} where the families above and the contract differ.
 */
export function deviceTable(devices, jsKernels) {
  const listed = families.flatMap(([, kernels]) => kernels).sort();
  const contract = Object.keys(jsKernels).sort();
  if (listed.join() !== contract.join()) {
    const odd = [
      ...listed.filter((k) => !contract.includes(k)),
      ...contract.filter((k) => !listed.includes(k)),
    ];
    throw new Error(
      `[tables] families in scripts/tables.mjs and the device contract differ in: ${odd.join(', ')}`,
    );
  }
  const cell = (device, kernels) => {
    if (device.kernels === jsKernels) return 'TypeScript';
    const { language = 'native', refused = [] } = device;
    const lacking = kernels.filter((k) => refused.includes(k));
    if (lacking.length === kernels.length) return 'refused, with the remedy';
    if (lacking.length > 0) return `${language}; ${lacking.map(code).join(', ')} refused`;
    const borrowed = kernels.filter((k) => device.kernels[k] === jsKernels[k]);
    if (borrowed.length === 0) return language;
    return borrowed.length === kernels.length
      ? 'borrowed from `js`'
      : `native; ${borrowed.map(code).join(', ')} borrowed`;
  };
  return table([
    ['kernels', ...devices.map(({ name }) => code(name))],
    ...families.map(([title, kernels]) => [title, ...devices.map((device) => cell(device, kernels))]),
  ]);
}

/** Everything that a module exports by name, with the file it comes from. Types are left out. */
function exportsOf(index) {
  const found = new Map();
  if (!existsSync(index)) return found;
  const text = readFileSync(index, 'utf8');
  for (const [, names, file] of text.matchAll(/export \{([^}]*)\} from '(\.[^']*)'/g)) {
    for (const name of names.split(',').map((part) => part.trim())) {
      if (name !== '' && !name.startsWith('type '))
        found.set(name.split(' as ').at(-1), join(index, '..', file));
    }
  }
  for (const [, file] of text.matchAll(/export \* from '(\.[^']*)'/g)) {
    for (const [name, place] of exportsOf(join(index, '..', file))) found.set(name, place);
  }
  return found;
}

/** Whether a function has gradients: its node has a backward, and its comment does not say that it is cut from the graph. */
function gradients(file, name) {
  const text = readFileSync(file, 'utf8');
  const comment =
    new RegExp(`/\\*\\*((?:(?!\\*/)[^])*)\\*/\\s*export (?:function|const) ${name}\\b`).exec(text)?.[1] ?? '';
  const cut = /\b(It|They|The results?) (has|have) no gradients?\b/.test(comment.replace(/\s*\*\s*/g, ' '));
  const node = /extends FunctionNode/.test(text) && !/\bbackward\(/.test(text);
  return cut || node ? 'none' : 'any order';
}

const camelCase = (name) => name.replace(/(?<=[^_])_+([^_])/g, (_, next) => next.toUpperCase());

/** Chainer's name, the name here, and what `more` says about its file. */
function rows(names, here, more = () => []) {
  return names.map((name) => {
    const file = here.get(camelCase(name));
    const row =
      file === undefined
        ? [upstream.leftOut[name] ?? 'missing']
        : [`[${code(camelCase(name))}](${relative(join(root, 'docs'), file)})`];
    return [code(name), ...row, ...more(file ?? null, camelCase(name))];
  });
}

const share = (names, here) =>
  `${names.filter((name) => here.has(camelCase(name))).length} of ${names.length}`;

/** The families of a folder, each a table, and what is here besides. */
function familyTables(title, folder, byFamily, heads, more) {
  const all = exportsOf(join(source, folder, 'index.ts'));
  const known = new Set(Object.values(byFamily).flat().map(camelCase));
  const parts = [`## ${title}`, `${share(Object.values(byFamily).flat(), all)} of Chainer's are here.`];
  const folders = readdirSync(join(source, folder), { withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  );
  for (const family of new Set([...Object.keys(byFamily), ...folders.map(({ name }) => name)])) {
    const names = byFamily[family] ?? [];
    const own = exportsOf(join(source, folder, family, 'index.ts'));
    const besides = [...own].filter(
      ([name, file]) =>
        !known.has(name) &&
        !file.endsWith('geometry.ts') &&
        file.includes(`/${folder}/${family}/`) &&
        all.has(name),
    );
    if (names.length === 0 && besides.length === 0) continue;
    parts.push(`### ${family} (${share(names, all)})`);
    const extra = besides.map(([name, file]) => [
      '',
      `[${code(name)}](${relative(join(root, 'docs'), file)})`,
      ...more(file),
    ]);
    parts.push(table([['Chainer', 'here', ...heads], ...rows(names, all, more), ...extra]));
  }
  return parts;
}

/** The whole of docs/functions.md. */
export function functionsPage() {
  const parts = [
    '<!-- Written by `npm run tables`; do not edit. -->',
    "# Chainer's names and ours",
    'A Python function `snake_case` is `camelCase` here, a class keeps its name. Required arguments are positional, everything optional is in one trailing options object. Names without a counterpart in Chainer stand last in their family. A name is *missing* until somebody writes it; [CONTRIBUTING.md](../CONTRIBUTING.md) says how.',
    ...familyTables('Functions', 'functions', upstream.functions, ['gradients'], (file, name) => [
      file === null ? '' : gradients(file, name),
    ]),
    ...familyTables('Links', 'links', upstream.links, [], () => []),
  ];
  for (const [folder, names] of Object.entries(upstream.packages)) {
    const here = exportsOf(join(source, folder, 'index.ts'));
    parts.push(`## ${folder} (${share(names, here)})`, table([['Chainer', 'here'], ...rows(names, here)]));
  }
  return `${parts.join('\n\n')}\n`;
}

const marks = ['<!-- devices: begin (written by `npm run tables`) -->', '<!-- devices: end -->'];

/** A text with what stands between the marks replaced. @throws {Error} where they are missing. */
export function withTable(text, body) {
  const [begin, end] = marks.map((mark) => text.indexOf(mark));
  if (begin < 0 || end < begin) throw new Error(`[tables] README.md lacks the marks ${marks.join(' and ')}`);
  return `${text.slice(0, begin + marks[0].length)}\n${body}\n${text.slice(end)}`;
}

/** The table that README.md has. */
export function tableIn(text) {
  const [begin, end] = marks.map((mark) => text.indexOf(mark));
  return text.slice(begin + marks[0].length, end).trim();
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { devices } = await import('@chainer/xp');
  const { jsKernels } = await import('@chainer/xp/internal');
  if (!devices().some(({ name }) => name === 'cpu')) {
    console.error(
      '[tables] the cpu device is not there, and its column cannot be written; npm run build says why',
    );
    process.exit(1);
  }
  const readme = join(root, 'README.md');
  const table = deviceTable([...devices(), ...processors], jsKernels);
  writeFileSync(readme, withTable(readFileSync(readme, 'utf8'), table));
  writeFileSync(join(root, 'docs', 'functions.md'), functionsPage());
  console.log('README.md and docs/functions.md are written');
}
