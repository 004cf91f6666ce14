// Builds the native addon into build/<key>/device_cpu.node, where the key says for which Node ABI, compiler and processor it is.
//
// Exit 0: built (having said so) or up to date (silent); exit 2: cannot be built here, the reason on stderr. Downloads nothing.

import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import key from './key.cjs';
import { sanitizerEnvironment } from './sanitizer.mjs';

const { addonFolder, cpuFlags, sanitized } = key;

const home = dirname(dirname(fileURLToPath(import.meta.url)));
const native = join(home, 'native');
const compiler = process.env.CXX ?? 'g++';

/** Reads and writes outside of arrays, and undefined behaviour, end the process; for `npm run asan`. */
const watched = {
  name: 'this processor, with AddressSanitizer',
  flags: [
    '-march=native',
    '-DUSE_LIBMVEC',
    '-fsanitize=address,undefined',
    '-fno-sanitize-recover=undefined',
    '-fno-omit-frame-pointer',
    '-O1',
    '-g1',
  ],
  libraries: ['-fsanitize=address,undefined', '-lmvec'],
};

/** Ways to build, the fastest first. The last one runs on every processor of the kind. */
const fast = [
  {
    name: 'this processor, vector math of glibc',
    flags: ['-march=native', '-mprefer-vector-width=512', '-DUSE_LIBMVEC'],
    libraries: ['-lmvec'],
  },
  { name: 'this processor', flags: ['-march=native'], libraries: [] },
  ...(process.arch === 'x64'
    ? [{ name: 'any x86-64-v2 processor', flags: ['-march=x86-64-v2'], libraries: [] }]
    : []),
  { name: 'any processor', flags: [], libraries: [] },
];
const variants = sanitized ? [watched] : fast;

// -fno-math-errno and -fno-trapping-math let loops vectorise and change no result; NaN, infinities and signed zeros keep their meaning.
const common = [
  '-std=gnu++17',
  '-O3',
  '-fPIC',
  '-fopenmp',
  '-fno-math-errno',
  '-fno-trapping-math',
  '-fvisibility=hidden',
  '-Wall',
  '-Wno-unknown-pragmas',
  '-Wno-psabi',
  '-Wno-ignored-attributes',
];

function giveUp(reason) {
  console.error(reason);
  process.exit(2);
}

function hash(...parts) {
  const h = createHash('sha256');
  for (const p of parts) h.update(p).update('\0');
  return h.digest('hex').slice(0, 20);
}

const files = readdirSync(native)
  .filter((f) => /\.(cc|h)$/.test(f))
  .sort();
const text = new Map(files.map((f) => [f, readFileSync(join(native, f))]));
const self = readFileSync(fileURLToPath(import.meta.url));
const target = addonFolder();
const output = join(target, 'device_cpu.node');
const stampFile = join(target, 'stamp');
const stamp = hash(
  self,
  compiler,
  cpuFlags(),
  process.versions.modules,
  ...files.flatMap((f) => [f, text.get(f)]),
);

if (
  existsSync(output) &&
  existsSync(stampFile) &&
  readFileSync(stampFile, 'utf8') === stamp &&
  !process.argv.includes('--force')
) {
  process.exit(0);
}

if (process.platform === 'win32')
  giveUp('the native addon has no build for Windows yet; use the js device, or WSL');
if (spawnSync(compiler, ['--version']).error)
  giveUp(`no C++ compiler: looked for '${compiler}' (Debian: apt-get install g++)`);

/** Whether the preprocessor finds a header. */
function hasHeader(name, flags = []) {
  const { status } = spawnSync(compiler, [...flags, '-x', 'c++', '-E', '-'], {
    input: `#include <${name}>\n`,
  });
  return status === 0;
}

function nodeHeaders() {
  try {
    return createRequire(import.meta.url)('node-api-headers').include_dir;
  } catch {
    // The npm package is missing; an installed Node has the same headers beside it.
  }
  const own = join(dirname(dirname(process.execPath)), 'include', 'node');
  return existsSync(join(own, 'node_api.h')) ? own : null;
}

const node = nodeHeaders();
if (node === null)
  giveUp(
    'no Node-API headers: looked for the npm package node-api-headers and beside the node binary (npm install)',
  );
if (!hasHeader('dnnl.h'))
  giveUp('no oneDNN headers: looked for dnnl.h (Debian: apt-get install libdnnl-dev)');

/** Where Debian and others keep OpenBLAS: the OpenMP build by its own folder, else whatever is the default. */
function blas() {
  for (const triple of ['x86_64-linux-gnu', 'aarch64-linux-gnu']) {
    const include = `/usr/include/${triple}/openblas-openmp`;
    const lib = `/usr/lib/${triple}/openblas-openmp`;
    if (existsSync(join(include, 'cblas.h')) && existsSync(join(lib, 'libopenblas.so'))) {
      return { include: [`-I${include}`], link: [`-L${lib}`, `-Wl,-rpath,${lib}`, '-lopenblas'] };
    }
  }
  for (const include of [[], ['-I/usr/include/openblas'], ['-I/opt/homebrew/opt/openblas/include']]) {
    if (hasHeader('cblas.h', include)) return { include, link: ['-lopenblas'] };
  }
  return giveUp('no OpenBLAS headers: looked for cblas.h (Debian: apt-get install libopenblas-openmp-dev)');
}

const { include, link } = blas();

function run(args) {
  return new Promise((resolve) => {
    const child = spawn(compiler, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (d) => {
      errors += d;
    });
    child.on('close', (code) => resolve({ code, errors }));
    child.on('error', (e) => resolve({ code: 1, errors: String(e) }));
  });
}

/** A source's own text and that of every header it includes, directly or not. */
function sourcesOf(file, seen = new Set()) {
  if (seen.has(file) || !text.has(file)) return seen;
  seen.add(file);
  for (const [, name] of text
    .get(file)
    .toString()
    .matchAll(/^#include "(.+)"$/gm))
    sourcesOf(name, seen);
  return seen;
}

async function build(variant) {
  const flags = [...common, ...variant.flags, ...include, `-I${node}`, '-DNODE_GYP_MODULE_NAME=device_cpu'];
  const objects = join(home, 'build', sanitized ? 'objects-sanitized' : 'objects');
  mkdirSync(objects, { recursive: true });
  mkdirSync(target, { recursive: true });
  const jobs = files
    .filter((f) => f.endsWith('.cc'))
    .map((f) => {
      const key = hash(...[...sourcesOf(f)].map((name) => text.get(name)), cpuFlags(), compiler, ...flags);
      return { f, object: join(objects, `${f.slice(0, -3)}-${key}.o`) };
    });
  const wanted = new Set(jobs.map((j) => j.object));
  const queue = jobs.filter((j) => !existsSync(j.object));
  let failure = null;
  const worker = async () => {
    for (let job = queue.shift(); job && failure === null; job = queue.shift()) {
      const part = `${job.object}.${process.pid}.part`;
      const { code, errors } = await run([...flags, '-c', join(native, job.f), '-o', part]);
      if (code !== 0) failure ??= errors || `${job.f} did not compile`;
      else renameSync(part, job.object);
      if (errors && code === 0) console.error(errors);
    }
  };
  await Promise.all([worker(), worker()]);
  if (failure !== null) return failure;
  const shared =
    process.platform === 'darwin'
      ? ['-bundle', '-undefined', 'dynamic_lookup']
      : // Stays loaded when the last worker that used it ends: threads of OpenMP's outlive the worker.
        ['-shared', '-Wl,-O1', '-Wl,--no-undefined-version', '-Wl,-z,nodelete'];
  const part = `${output}.${process.pid}.part`;
  const { code, errors } = await run([
    '-fopenmp',
    ...shared,
    ...jobs.map((j) => j.object),
    '-o',
    part,
    '-ldnnl',
    ...link,
    ...variant.libraries,
    '-lm',
  ]);
  if (code !== 0) return errors;
  // Loaded once before it counts: a missing symbol or library shows here, not in a user's program.
  const probe = spawnSync(process.execPath, ['-e', `process.dlopen({exports:{}}, ${JSON.stringify(part)})`], {
    encoding: 'utf8',
    env: { ...process.env, ...(sanitized ? sanitizerEnvironment(compiler) : {}) },
  });
  if (probe.status !== 0) {
    rmSync(part, { force: true });
    return probe.stderr || `the built addon ends its process (signal ${probe.signal})`;
  }
  renameSync(part, output);
  writeFileSync(stampFile, stamp);
  for (const old of readdirSync(objects))
    if (!wanted.has(join(objects, old))) rmSync(join(objects, old), { force: true });
  return null;
}

const start = performance.now();
let reason = '';
for (const variant of variants) {
  console.log(`native addon: compiling with ${compiler} for ${variant.name} …`);
  const failure = await build(variant);
  if (failure === null) {
    console.log(`native addon: built in ${((performance.now() - start) / 1000).toFixed(1)} s`);
    process.exit(0);
  }
  reason ||= failure;
  if (process.argv.includes('--strict')) break;
}
console.error(reason);
giveUp(
  `the native addon does not compile with ${compiler}: ${reason.split('\n').find((l) => /error|undefined/.test(l)) ?? reason.split('\n')[0]}`,
);
