import * as xp from '@chainer/xp';
import { describe, expect, it } from 'vitest';
import { Chain } from '../core/chain.ts';
import { usingLinkHook } from '../core/link-hook.ts';
import type { Variable } from '../core/variable.ts';
import { Linear } from '../links/connection/linear.ts';
import { TimerHook } from './timer-hook.ts';

class Net extends Chain {
  l1 = new Linear(3, 2);
  l2 = new Linear(2, 1);
  forward(x: xp.NdArray): Variable {
    return this.l2.forward(this.l1.forward(x));
  }
}

describe('TimerHook of links', () => {
  it('times a chain and its children', () => {
    const hook = new TimerHook();
    usingLinkHook(hook, () => new Net().forward(xp.ones([1, 3])));
    expect(hook.callHistory.map(([name]) => name)).toEqual(['Linear', 'Linear', 'Net']);
    expect(hook.totalTime).toBe(hook.callHistory[2]?.[1]);
    const lines: string[] = [];
    hook.printReport({ print: (line) => lines.push(line.trim().split(/ {2,}/).join('|')) });
    expect(lines[0]).toBe('Link name|Elapsed time|Occurrence');
    expect(hook.summary().Linear?.occurrence).toBe(2);
  });

  it('watches one link when added to it', () => {
    const net = new Net();
    const hook = new TimerHook();
    net.l1.addHook(hook);
    net.forward(xp.ones([1, 3]));
    expect(hook.callHistory.length).toBe(1);
  });
});
