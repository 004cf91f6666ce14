// Builds the native addon into build/<Node, platform>/device_cuda.node, and the emulator's libraries beside it. Needs g++ alone:
// nothing of CUDA is included or linked.
//
// Exit 0: built (having said so) or up to date (silent); exit 2: cannot be built here, the reason on stderr. Downloads nothing.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import key from './key.cjs';

const home = dirname(dirname(fileURLToPath(import.meta.url)));
const compiler = process.env.CXX ?? 'g++';
const common = ['-std=gnu++17', '-O2', '-fPIC', '-shared', '-fvisibility=hidden', '-Wall'];

function giveUp(reason) {
  console.error(reason);
  process.exit(2);
}

const sources = (folder) =>
  readdirSync(join(home, folder))
    .filter((f) => /\.(cc|h)$/.test(f))
    .sort()
    .map((f) => join(home, folder, f));

/** Compiles one library, unless what it is made of has not changed. Whether it did. */
function build({ folder, output, files, flags }) {
  const hash = createHash('sha256').update(readFileSync(fileURLToPath(import.meta.url)));
  for (const part of [compiler, process.versions.modules, ...flags]) hash.update(`${part}\0`);
  const headers = sources(folder).filter((f) => f.endsWith('.h'));
  for (const f of [...headers, ...files.map((f) => join(home, folder, f))]) hash.update(readFileSync(f));
  const stamp = hash.digest('hex');
  const stampFile = `${output}.stamp`;
  if (existsSync(output) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return false;
  const start = performance.now();
  mkdirSync(dirname(output), { recursive: true });
  const part = `${output}.${process.pid}.part`;
  const paths = files.map((f) => join(home, folder, f));
  const { status, stderr, error } = spawnSync(compiler, [...common, ...flags, ...paths, '-o', part, '-ldl'], {
    encoding: 'utf8',
  });
  if (error) giveUp(`no C++ compiler: looked for '${compiler}' (Debian: apt-get install g++)`);
  if (stderr) console.error(stderr);
  if (status !== 0) giveUp(`${output} does not compile with ${compiler}`);
  renameSync(part, output);
  writeFileSync(stampFile, stamp);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`cuda: ${output.slice(home.length + 1)} built in ${seconds} s`);
  return true;
}

function nodeHeaders() {
  try {
    return createRequire(import.meta.url)('node-api-headers').include_dir;
  } catch {
    // The npm package is missing; an installed Node has the same headers beside it.
  }
  const own = join(dirname(dirname(process.execPath)), 'include', 'node');
  if (existsSync(join(own, 'node_api.h'))) return own;
  return giveUp(
    'no Node-API headers: looked for the npm package node-api-headers and beside the node binary (npm install)',
  );
}

if (process.platform !== 'linux') giveUp(`the cuda device is written for Linux, this is ${process.platform}`);
if (process.arch !== 'x64' && process.arch !== 'arm64')
  giveUp(`the cuda device is written for x64 and arm64, this is ${process.arch}`);

build({
  folder: 'native',
  output: join(key.addonFolder(), 'device_cuda.node'),
  files: ['addon.cc'],
  flags: [`-I${nodeHeaders()}`, '-DNODE_GYP_MODULE_NAME=device_cuda', '-Wl,-z,nodelete'],
});

// The emulator: a driver and an NVRTC whose processor is the host's, for tests where there is no GPU.
const emulator = key.emulatorFolder();
const header = createHash('sha256');
const compiling = ['nvrtc.cc', 'nvrtc-store.cc', 'nvrtc-text.cc'];
for (const f of [...compiling, 'runtime.h', 'shim.h']) header.update(readFileSync(join(home, 'emulator', f)));
const number = Number.parseInt(header.digest('hex').slice(0, 6), 16);
build({
  folder: 'emulator',
  output: join(emulator, 'libcuda.so.1'),
  files: ['driver.cc', 'fibers.cc'],
  flags: ['-pthread'],
});
const nvrtc = build({
  folder: 'emulator',
  output: join(emulator, 'libnvrtc.so'),
  files: compiling,
  flags: [`-DEMULATOR_NUMBER=${number}`],
});
// A library is `name.cc` with its parts `name-….cc`.
for (const name of ['cublaslt', 'cudnn', 'cufft', 'nccl', 'nvtx'])
  build({
    folder: 'emulator',
    output: join(emulator, `lib${name}.so`),
    files: readdirSync(join(home, 'emulator')).filter((f) => new RegExp(`^${name}(-.*)?\\.cc$`).test(f)),
    flags: [],
  });
if (nvrtc) {
  for (const name of ['shim.h', 'runtime.h'])
    copyFileSync(join(home, 'emulator', name), join(emulator, name));
  rmSync(join(emulator, 'kernels'), { recursive: true, force: true });
}
