import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { workloads } from '../workloads.ts';
import { collect } from './collect.ts';
import { formatSessions, type Machine, merged, parseSessions, type Session } from './lines.ts';
import { describeMachine } from './machine.ts';
import { readDocsCommand } from './options.ts';
import { renderPage } from './render.ts';
import { digits, median, ratio } from './statistics.ts';

const read = (name: string) => readFileSync(join(import.meta.dirname, name), 'utf8');
const sessions = parseSessions(read('fixture.jsonl'), 'fixture.jsonl');

describe('the page', () => {
  test('is what its fixture says, to the letter', () => {
    expect(renderPage(sessions)).toBe(read('fixture.md'));
  });

  test('that is committed was made from the lines beside it', () => {
    const docs = join(import.meta.dirname, '../../../docs');
    const text = readFileSync(join(docs, 'benchmarks.jsonl'), 'utf8');
    expect(readFileSync(join(docs, 'benchmarks.md'), 'utf8')).toBe(
      renderPage(parseSessions(text, 'benchmarks.jsonl')),
    );
  });
});

describe('numbers', () => {
  test('a ratio is the median of the ratios of the same round, not the ratio of medians', () => {
    const lines = (sessions[0] as Session).lines;
    // 0.01/0.02, 0.03/0.02, 0.04/0.05
    expect(ratio(lines, 'PyTorch 2.13', 'gemm 64', 'median_ms')).toBeCloseTo(0.8, 12);
    expect(ratio(lines, 'nobody', 'gemm 64', 'median_ms')).toBeNull();
  });

  test('medians and digits', () => {
    expect([median([3, 1, 2]), median([4, 1])]).toEqual([2, 1]);
    expect([0, 0.001234, 0.5, 12.345, 999.9, 1234.5].map(digits)).toEqual([
      '0',
      '0.00123',
      '0.500',
      '12.3',
      '1000',
      '1235',
    ]);
  });
});

describe('JSON lines', () => {
  test('are read as they are written', () => {
    expect(formatSessions(sessions)).toBe(read('fixture.jsonl'));
  });

  test('what is measured again replaces what was measured before', () => {
    const line = { program: 'ours', workload: 'twoprocesses', round: 1, name: 'x', values: { median_ms: 1 } };
    const machine = (sessions[0] as Session).machine;
    const after = merged(sessions, { machine: { ...machine, date: '2026-02-02' }, lines: [line] });
    expect(after.map(({ machine: { date } }) => date)).toEqual(['2026-01-31', '2026-02-01', '2026-02-02']);
    expect(after.flatMap(({ lines }) => lines).filter(({ workload }) => workload === 'twoprocesses')).toEqual(
      [line],
    );
    const everything = [...new Set(sessions.flatMap(({ lines }) => lines).map(({ workload }) => workload))];
    const again = everything.map((workload) => ({ ...line, workload }));
    expect(merged(sessions, { machine, lines: again })).toEqual([{ machine, lines: again }]);
  });

  test('a session goes on where the machine is the same', () => {
    const machine = (sessions[1] as Session).machine;
    const line = { program: 'ours', workload: 'mlp', round: 1, name: 'x', values: { median_ms: 1 } };
    expect(
      merged(sessions, { machine: { ...machine }, lines: [line] }).map(({ lines }) => lines.length),
    ).toEqual(sessions.map(({ lines }, k) => lines.length + k));
  });

  test('mistakes are named with their line', () => {
    const machine = JSON.stringify({ machine: {} as Machine });
    expect(() => parseSessions('nonsense', 'f')).toThrow('f, line 1 is not JSON: nonsense');
    expect(() => parseSessions('{"name":"x"}', 'f')).toThrow('f, line 1: a measurement before any');
    expect(() => parseSessions(`${machine}\n{"program":"ours","workload":"w","round":1}`, 'f')).toThrow(
      "f, line 2: 'name' must be a text, got undefined",
    );
    expect(() => parseSessions(`${machine}\n{"program":"ours","workload":"w","name":"x"}`, 'f')).toThrow(
      "f, line 2: 'round' must be a number, got undefined",
    );
  });
});

describe('the command line of bench:docs', () => {
  test('peers, rounds and workloads', () => {
    expect(
      readDocsCommand([
        '--peer',
        'A 1=python a.py --x=1',
        '--peer',
        'B=b',
        '--rounds',
        '2',
        '--only',
        'mlp,gemm',
      ]),
    ).toEqual({
      peers: [
        { name: 'A 1', command: ['python', 'a.py', '--x=1'] },
        { name: 'B', command: ['b'] },
      ],
      rounds: 2,
      names: ['mlp', 'gemm'],
      file: null,
    });
    expect(readDocsCommand([]).names).toEqual(Object.keys(workloads));
    expect(readDocsCommand(['--render']).names).toEqual([]);
  });

  test('mistakes are named', () => {
    expect(() => readDocsCommand(['--peer', 'python'])).toThrow(
      '--peer must be "NAME=COMMAND", got "python"',
    );
    expect(() => readDocsCommand(['--rounds', '0'])).toThrow('--rounds must be a positive integer, got 0');
    expect(() => readDocsCommand(['--only', 'mlp,nope'])).toThrow('unknown workload nope; there are mlp,');
  });
});

describe('programs', () => {
  const node = (name: string, code: string) => ({ name, command: [process.execPath, '-e', code] });
  const prints = (value: number) =>
    `console.log("chatter"); console.log(JSON.stringify({ name: process.argv[1], median_ms: ${value} }))`;

  test('run in turn, and only their JSON lines count', async () => {
    const said: string[] = [];
    const programs = [node('ours', prints(1)), node('peer', prints(2)), node('other', '')];
    const lines = await collect('gemm', programs, 2, (what) => said.push(what));
    expect(said).toEqual(
      [1, 2].flatMap((k) => ['ours', 'peer', 'other'].map((p) => `gemm, round ${k}: ${p}`)),
    );
    const line = (program: string, round: number, value: number) => ({
      program,
      workload: 'gemm',
      round,
      name: 'gemm',
      values: { median_ms: value },
    });
    expect(lines).toEqual([line('ours', 1, 1), line('peer', 1, 2), line('ours', 2, 1), line('peer', 2, 2)]);
  });

  test('that fail are named, with what they wrote', async () => {
    const silent = () => {};
    const failing = node('peer', 'console.error("no such thing"); process.exit(3)');
    await expect(collect('mlp', [failing], 1, silent)).rejects.toThrow(
      'peer ended with 3 at mlp:\nno such thing',
    );
    const missing = { name: 'peer', command: ['/nowhere/program'] };
    await expect(collect('mlp', [missing], 1, silent)).rejects.toThrow('peer does not start: spawn /nowhere');
    const broken = node('peer', 'console.log("{nonsense")');
    await expect(collect('mlp', [broken], 1, silent)).rejects.toThrow('peer, mlp is not JSON: {nonsense');
  });
});

test('the machine is described', () => {
  const machine = describeMachine();
  expect(machine.date).toMatch(/^\d{4}-\d\d-\d\d$/);
  expect(machine.commit).toMatch(/^([0-9a-f]{7,}\+?|unknown)$/);
  expect(machine.cores).toBeGreaterThan(0);
  expect(machine.libraries).toMatch(
    machine.device === 'cpu' ? /^oneDNN \d+\.\d+\.\d+, OpenBLAS \d/ : /^none$/,
  );
});
