// How a process runs whose addon was built with AddressSanitizer.

import { spawnSync } from 'node:child_process';

/** Environment of such a process. The sanitizer's runtime must be loaded before everything else. */
export function sanitizerEnvironment(compiler) {
  const found = spawnSync(compiler, ['-print-file-name=libasan.so'], { encoding: 'utf8' });
  return {
    CHAINER_CPU_SANITIZE: '1',
    LD_PRELOAD: found.stdout.trim(),
    // What V8 keeps until the end of the process is no leak, and its signal handlers are its own.
    ASAN_OPTIONS: 'detect_leaks=0:allow_user_segv_handler=1:detect_odr_violation=0',
    UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1',
  };
}
