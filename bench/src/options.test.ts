import { describe, expect, test } from 'vitest';
import { readCommand } from './options.ts';
import { workloads } from './workloads.ts';

describe('the command line', () => {
  test('without names: what the peers run, too', () => {
    expect(readCommand([])).toEqual({
      names: ['mlp', 'mlp_small', 'lstm', 'tree', 'alexnet', 'resnet50', 'elementwise', 'gemm'],
      batch: null,
      only: null,
      libraries: null,
      list: false,
      kernels: false,
    });
  });

  test('names, batch size and list', () => {
    expect(readCommand(['convnets', '--batch', '16'])).toEqual({
      names: ['convnets'],
      batch: 16,
      only: null,
      libraries: null,
      list: false,
      kernels: false,
    });
    expect(readCommand(['browser', '--only', 'mlp,conv', '--libraries', 'ours'])).toMatchObject({
      names: ['browser'],
      only: ['mlp', 'conv'],
      libraries: ['ours'],
    });
    expect(readCommand(['--list']).list).toBe(true);
    expect(readCommand(['mlp', '--kernels']).kernels).toBe(true);
  });

  test('an unknown workload is named, and so are those that there are', () => {
    expect(() => readCommand(['mlp', 'nope'])).toThrow(
      `[bench] unknown workload nope; there are ${Object.keys(workloads).join(', ')}`,
    );
    expect(() => readCommand(['toString'])).toThrow('unknown workload toString');
  });

  test('other mistakes are named, too', () => {
    expect(() => readCommand(['--batch', '0'])).toThrow('--batch must be a positive integer, got 0');
    expect(() => readCommand(['--batch', 'many'])).toThrow('got many');
    expect(() => readCommand(['--btach', '1'])).toThrow("'--btach'");
  });
});
