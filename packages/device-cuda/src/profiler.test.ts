import { ones } from '@chainer/xp';
import { expect, it } from 'vitest';
import { TraceHook } from '../../chainer/src/functionHooks/index.ts';
import { functions as F, usingHook, Variable } from '../../chainer/src/index.ts';
import { cuda, describeCuda } from './both.testing.ts';
import { emulated } from './emulator.testing.ts';
import { deviceWith } from './nvidia/library.testing.ts';
import { available, Mark, RangePop } from './nvidia/nvtx.ts';
import { profile, timeRange } from './profiler.ts';

describeCuda.skipIf(!emulated)('ranges for profilers', () => {
  it('nest, close where something throws, and are told where they are not open', () => {
    const { libraries } = deviceWith('nvtx')!;
    expect(available(libraries)).toBe(true);
    const nvtx = libraries.open('nvtx');
    timeRange('step', () => {
      timeRange('forward', () => Mark('here'));
      expect(() =>
        timeRange('backward', () => {
          throw new Error('no gradient');
        }),
      ).toThrow('no gradient');
    });
    expect(nvtx.native.addon.text(nvtx.native.value(nvtx.fn('emulatorRanges')))).toBe(
      'step(forward(here!)backward())',
    );
    expect(() => RangePop()).toThrow('[nvtx] RangePop without RangePush');
  });

  it('start and stop a profiler', () => {
    const { driver } = cuda.gpu;
    const profiled = () => driver.native.status(driver.fn('emulatorProfiled'));
    expect(profile(cuda, () => profiled())).toBe(1);
    expect(profiled()).toBe(-1);
  });
});

describeCuda('a trace', () => {
  it('has a row of the host and one of the GPU, in its own time', () => {
    const hook = new TraceHook();
    cuda.use(() => usingHook(hook, () => F.sum(F.exp(new Variable(ones([100])))).backward()));
    const { traceEvents } = hook.trace();
    const rows = traceEvents.filter((e) => e.ph === 'M').map((e) => [e.pid, e.args?.name]);
    expect(rows).toEqual([
      [0, 'host'],
      [1, 'cuda:0'],
    ]);
    for (const pid of [0, 1]) {
      const spans = traceEvents.filter(
        (e) => e.ph === 'X' && e.pid === pid && ['exp', 'Sum'].includes(e.name),
      );
      expect(spans.map((e) => `${e.name} ${e.cat}`)).toEqual([
        'exp forward',
        'Sum forward',
        'Sum backward',
        'exp backward',
      ]);
      const starts = spans.map((e) => e.ts as number);
      expect(starts).toEqual(starts.toSorted((a, b) => a - b));
      for (const e of spans) expect(e.dur).toBeGreaterThanOrEqual(0);
    }
    expect(traceEvents.find((e) => e.name === 'exp')?.args).toEqual({ inputs: ['float32[100]'] });
  });
});
