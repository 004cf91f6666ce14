import { describe, expect, test } from 'vitest';
import { choice, common, count, readFlags, real, text, toggle, usage } from './flags.ts';

const flags = {
  model: choice('mlp', ['mlp', 'cnn'], 'network', { short: 'm' }),
  epoch: count(10, 'epochs to train', { short: 'e', quick: 2 }),
  lr: real(0.1, 'learning rate'),
  data: text<string | null>(null, 'a file'),
  noplot: toggle('draw no plots'),
  ...common,
};

describe('the command line', () => {
  test('defaults, long and short flags', () => {
    expect(readFlags(flags, [])).toEqual({
      model: 'mlp',
      epoch: 10,
      lr: 0.1,
      data: null,
      noplot: false,
      device: null,
      seed: 0,
      out: 'result',
    });
    expect(readFlags(flags, ['-m', 'cnn', '--noplot', '--lr', '1e-3', '--data', 'x.txt'])).toMatchObject({
      model: 'cnn',
      noplot: true,
      lr: 0.001,
      data: 'x.txt',
    });
    expect(readFlags(flags, ['--help'])).toBeNull();
  });

  test('the quick values, which others overrule', () => {
    expect(readFlags(flags, ['--quick'])).toMatchObject({ epoch: 2, lr: 0.1 });
    expect(readFlags(flags, ['--quick', '-e', '7'])).toMatchObject({ epoch: 7 });
  });

  test('mistakes are named', () => {
    expect(() => readFlags(flags, ['--model', 'rnn'])).toThrow('--model must be mlp or cnn, got rnn');
    expect(() => readFlags(flags, ['--epoch', '0'])).toThrow(
      '--epoch must be an integer of at least 1, got 0',
    );
    expect(() => readFlags(flags, ['--epoch', 'ten'])).toThrow('got ten');
    expect(() => readFlags(flags, ['--lr=-1'])).toThrow('--lr must be a number of at least 0');
    expect(() => readFlags(flags, ['--epochs', '3'])).toThrow("'--epochs'");
  });

  test('the usage has a line for every flag', () => {
    const lines = usage(flags).trim().split('\n');
    expect(lines).toHaveLength(Object.keys(flags).length + 2);
    expect(lines[0]).toMatch(/^ *--model mlp\|cnn \(-m\) +network \(mlp\)$/);
  });
});
