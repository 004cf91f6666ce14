import { ones } from '@chainer/xp';
import { expect, test } from 'vitest';
import { Variable } from '../core/install.ts';
import { buildComputationalGraph } from './index.ts';

test('each node and each edge is there once, however often it is used', () => {
  const x = new Variable(ones([2]), { name: 'x "1"' });
  const y = x.mul(x);
  const graph = buildComputationalGraph([y, y.add(y)]);
  const variables = graph.nodes.filter((node) => !('inputs' in node));
  expect([graph.nodes.length, variables.length, graph.edges.length]).toEqual([5, 3, 4]);
  expect(graph.dump()).toContain('label="x \\"1\\": (2), float32"');
});

test('a leaf is a graph of one node', () => {
  expect(buildComputationalGraph([new Variable(ones([]))]).dump()).toBe(
    'digraph graphname{rankdir=TB;n0 [label="float32",shape="octagon",fillcolor="#E0E0E0",style="filled"];}',
  );
});

test('mistakes', () => {
  expect(() => buildComputationalGraph([], { rankdir: 'UP' as never })).toThrow(
    'rankdir must be one of TB, BT, LR, RL, got "UP"',
  );
  expect(() => buildComputationalGraph([]).dump('png')).toThrow("the only format is 'dot'");
});
