import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as xp from '@chainer/xp';
import { expect, it } from 'vitest';
import { usingHook } from '../core/function-hook.ts';
import { Variable } from '../core/install.ts';
import { exp } from '../functions/math/exponential.ts';
import { sum } from '../functions/math/sum.ts';
import { type Trace, TraceHook } from './trace-hook.ts';

it.each(xp.devices().filter((d) => d.synchronous))('a trace on $name is a file of spans', async (device) => {
  const hook = new TraceHook();
  const x = new Variable(xp.ones([2, 3], { device }));
  usingHook(hook, () => sum(exp(x)).backward());
  const folder = mkdtempSync(join(tmpdir(), 'trace-'));
  try {
    await hook.write(join(folder, 'trace.json'));
    const { traceEvents } = JSON.parse(readFileSync(join(folder, 'trace.json'), 'utf8')) as Trace;
    const spans = traceEvents.filter((e) => ['exp', 'Sum'].includes(e.name));
    expect(spans.map((e) => [e.name, e.cat, e.ph, e.pid])).toEqual([
      ['exp', 'forward', 'X', 0],
      ['Sum', 'forward', 'X', 0],
      ['Sum', 'backward', 'X', 0],
      ['exp', 'backward', 'X', 0],
    ]);
    expect(spans[0]?.args).toEqual({ inputs: ['float32[2,3]'] });
    for (const [k, { ts, dur }] of spans.entries()) {
      expect(dur).toBeGreaterThanOrEqual(0);
      if (k > 0)
        expect(ts).toBeGreaterThanOrEqual((spans[k - 1]?.ts as number) + (spans[k - 1]?.dur as number));
    }
    // Once more: what was there, and what has come.
    usingHook(hook, () => exp(x));
    expect(hook.trace().traceEvents.length).toBe(traceEvents.length + 1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
