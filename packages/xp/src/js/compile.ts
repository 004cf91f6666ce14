import { helpers } from './render.ts';

let allowed: boolean | null = null;

/** Whether this runtime lets text become code (a page's policy may forbid it). */
export function canCompile(): boolean {
  if (allowed === null) {
    try {
      new Function('return 0');
      allowed = true;
    } catch {
      // A content security policy without 'unsafe-eval': kernels run as closures instead.
      allowed = false;
    }
  }
  return allowed;
}

/** For tests: behaves as if text could (not) become code; null asks the runtime again. */
export function setCanCompile(value: boolean | null): void {
  allowed = value;
}

/** A function of the given parameters and body text, which may call the helpers as `h` and `functions` by name. */
export function compile<F>(
  parameters: readonly string[],
  body: string,
  functions: ReadonlyMap<string, unknown>,
): F {
  const names = [...functions.keys()];
  const make = new Function('h', ...names, `"use strict";return (${parameters.join(',')})=>{${body}}`);
  return make(helpers, ...functions.values()) as F;
}
