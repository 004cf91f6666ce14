import { beforeAll, chai, TestRunner } from 'vitest';
import { cuda } from './both.testing.ts';
import { emulated } from './emulator.testing.ts';

/** What runs before a file's tests is given them: a part of vitest's own description of tests. */
interface Task {
  readonly type: string;
  readonly mode: string;
  readonly tasks?: readonly Task[];
}

/**
 * Compiles all kernels of a file's tests together, which takes a tenth of the time: on the emulator every test is run twice, first only to
 * see its texts, while no kernel runs and nothing is compared.
 */
export function compileAhead(): void {
  if (!emulated) return;
  // biome-ignore lint/correctness/noEmptyPattern: vitest looks for a pattern of fixtures here, of which none is wanted
  beforeAll(async ({}, file) => {
    const { library, native } = cuda.gpu.driver;
    const nvrtc = cuda.libraries.open('nvrtc');
    const collect = (on: number) => {
      for (const part of [library, nvrtc]) native.status(part.fn('emulatorCollect'), on);
    };
    const { assert } = chai.Assertion.prototype;
    collect(1);
    chai.Assertion.prototype.assert = () => {};
    try {
      for (const test of testsOf(file as unknown as Task)) {
        // What a test makes of the zeros that it reads is of no interest: it runs again.
        await Promise.resolve()
          .then(() => TestRunner.getTestFn(test as never)())
          .catch(() => {});
      }
    } finally {
      chai.Assertion.prototype.assert = assert;
      cuda.synchronizeSync();
      collect(0);
    }
  }, 600_000);
}

function testsOf(task: Task): Task[] {
  if (task.type === 'test') return task.mode === 'run' ? [task] : [];
  return (task.tasks ?? []).flatMap(testsOf);
}
