// For which Node, platform and processor an addon is built: the build and the loader both ask here.

'use strict';

const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { cpus } = require('node:os');
const { join } = require('node:path');

let known = null;

/** The processor's model and the instruction sets it has. */
function cpuFlags() {
  if (known === null) {
    let flags = '';
    try {
      flags = /^(flags|Features)\s*:.*$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[0] ?? '';
    } catch {
      // Not Linux: the model's name has to do.
    }
    known = `${cpus()[0]?.model ?? ''} ${flags}`;
  }
  return known;
}

/** Whether the addon is one that watches its own memory accesses (`npm run asan`). */
const sanitized = process.env.CHAINER_CPU_SANITIZE === '1';

/** The folder that holds the addon for this machine. */
function addonFolder() {
  const cpu = createHash('sha256').update(cpuFlags()).digest('hex').slice(0, 8);
  return join(
    __dirname,
    '..',
    'build',
    `${process.platform}-${process.arch}-node${process.versions.modules}-${cpu}${sanitized ? '-sanitized' : ''}`,
  );
}

module.exports = { cpuFlags, addonFolder, sanitized };
