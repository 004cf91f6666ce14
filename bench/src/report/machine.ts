import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, cpus, release, totalmem, type } from 'node:os';
import { getNumThreads, libraryVersions } from '@chainer/device-cpu';
import { xp } from 'chainer';
import type { Machine } from './lines.ts';

/** Instruction sets of x86 and ARM on which kernels depend, widest last. */
const sets = [
  'sse4_2',
  'avx',
  'avx2',
  'fma',
  'f16c',
  'avx512f',
  'avx512_bf16',
  'avx512_vnni',
  'amx_bf16',
  'asimd',
  'sve',
];

/** The machine that this process runs on, and what it runs. */
export function describeMachine(): Machine {
  const device = xp.defaultDevice();
  const native = device.name === 'cpu';
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: commit(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    isa: instructionSets(),
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${type()} ${release().split('-')[0]}, ${arch()}`,
    node: process.version,
    device: device.name,
    threads: native ? getNumThreads() : 1,
    libraries: native
      ? Object.entries(libraryVersions())
          .map(([name, version]) => `${name} ${version}`)
          .join(', ')
      : 'none',
  };
}

/** Short hash of the checked-out commit, `+` behind it where tracked files were changed; `unknown` outside a repository. */
function commit(): string {
  const git = (...args: string[]) => spawnSync('git', args, { encoding: 'utf8' });
  const { status, stdout } = git('rev-parse', '--short', 'HEAD');
  if (status !== 0) return 'unknown';
  const pages = ':!docs/benchmarks.*'; // what this program writes
  const changed = git('status', '--porcelain', '--untracked-files=no', '--', ':/', pages).stdout.trim();
  return stdout.trim() + (changed === '' ? '' : '+');
}

function instructionSets(): string {
  if (process.platform !== 'linux') return 'unknown';
  const flags = /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? '';
  const has = new Set(flags.trim().split(/\s+/));
  return sets.filter((name) => has.has(name)).join(', ');
}
