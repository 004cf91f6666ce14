import { describe, expect, it } from 'vitest';
import { candidates, type Surroundings, specs } from './libraries.ts';

/** A system that has only these files. */
function system(files: readonly string[], env: Record<string, string> = {}): Surroundings {
  return {
    env,
    home: '/home/me',
    exists: (path) => files.includes(path),
    list: (folder) => {
      const below = files.filter((f) => f.startsWith(`${folder}/`));
      return [...new Set(below.map((f) => f.slice(folder.length + 1).split('/')[0] as string))];
    },
  };
}

describe('libraries are looked for', () => {
  it('by name, then in toolkits, then in what Python wheels have installed', () => {
    const files = [
      '/usr/local/cuda-12.4/lib64/libnvrtc.so.12',
      '/usr/local/cuda-13.0/lib64/libnvrtc.so.13',
      '/opt/venv/lib/python3.12/site-packages/nvidia/cu13/lib/libnvrtc.so.13',
      '/home/me/.local/lib/python3.11/site-packages/nvidia/cuda_nvrtc/lib/libnvrtc.so.12',
    ];
    expect(candidates(specs.nvrtc, system(files, { VIRTUAL_ENV: '/opt/venv' }))).toEqual([
      'libnvrtc.so.13',
      'libnvrtc.so.12',
      'libnvrtc.so',
      '/usr/local/cuda-13.0/lib64/libnvrtc.so.13',
      '/usr/local/cuda-12.4/lib64/libnvrtc.so.12',
      '/opt/venv/lib/python3.12/site-packages/nvidia/cu13/lib/libnvrtc.so.13',
      '/home/me/.local/lib/python3.11/site-packages/nvidia/cuda_nvrtc/lib/libnvrtc.so.12',
    ]);
  });

  it('in the toolkit that the environment names first', () => {
    const files = ['/usr/local/cuda/lib64/libcufft.so.12', '/opt/cuda/lib64/libcufft.so.11'];
    const found = candidates(specs.cufft, system(files, { CUDA_PATH: '/opt/cuda' }));
    expect(found.slice(3)).toEqual([files[1], files[0]]);
  });

  it('nowhere else where a variable names a file, and nowhere at all where it says none', () => {
    const files = ['/usr/local/cuda/lib64/libnccl.so.2'];
    expect(candidates(specs.nccl, system(files, { CHAINER_NCCL: '/my/nccl.so' }))).toEqual(['/my/nccl.so']);
    expect(candidates(specs.nccl, system(files, { CHAINER_NCCL: 'none' }))).toEqual([]);
  });
});
