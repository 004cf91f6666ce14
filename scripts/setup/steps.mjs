// What the setup steps share: where the repository is, how to speak, how to run a program, what to remember.

import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

export function say(message) {
  process.stderr.write(`[setup] ${message}\n`);
}

/** Seconds since `start` (of `performance.now()`), as text. */
export function since(start) {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}

/** Runs a program in the repository root; `echo` passes what it prints to our stderr while it runs. */
export function run(command, args, { echo = false, env = process.env } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
      if (echo) process.stderr.write(chunk);
    });
    child.stderr.on('data', (chunk) => {
      errors += chunk;
      if (echo) process.stderr.write(chunk);
    });
    child.on('error', (error) => resolve({ code: -1, output, errors: `${error.message}\n` }));
    child.on('close', (code) => resolve({ code: code ?? -1, output, errors }));
  });
}

const memory = join(root, 'node_modules', '.cache', 'setup.json');

function remembered() {
  try {
    return JSON.parse(readFileSync(memory, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return {};
    throw error;
  }
}

/** What an earlier run of setup stored under `name`; `undefined` if nothing. */
export function recall(name) {
  return remembered()[name];
}

/** Stores `value` under `name` for the next run (`undefined` forgets it). Lives and dies with `node_modules`. */
export function remember(name, value) {
  const all = { ...remembered(), [name]: value };
  mkdirSync(dirname(memory), { recursive: true });
  writeFileSync(memory, JSON.stringify(all));
}
