// The examples in doc comments: found, and turned into modules that check what they claim.

import { inspect } from 'node:util';

/** One `@example` of a doc comment. */
export interface Example {
  /** The first words of the declaration that it documents. */
  readonly of: string;
  readonly line: number;
  readonly code: string;
}

const docComment = /\/\*\*(.*?)\*\/\s*([^\n]*)/gs;

/** All examples in the doc comments of a source text, in order. */
export function examplesIn(source: string): Example[] {
  const found: Example[] = [];
  for (const { 1: comment = '', 2: declaration = '', index } of source.matchAll(docComment)) {
    const lines = comment.split('\n').map((line) => line.replace(/^\s*\* ?/, ''));
    for (let at = 0; at < lines.length; at++) {
      if (!/^@example\b/.test(lines[at] ?? '')) continue;
      const start = at + 1;
      while (at + 1 < lines.length && !/^@\w/.test(lines[at + 1] ?? '')) at++;
      const code = lines.slice(start, at + 1).filter((line) => !line.startsWith('```'));
      const line = source.slice(0, index).split('\n').length + start;
      found.push({ of: nameOf(declaration), line, code: `${code.join('\n').trim()}\n` });
    }
  }
  return found;
}

function nameOf(declaration: string): string {
  const words = declaration.replace(/^(export|default|declare|abstract|async|readonly|static|\s)+/, '');
  return /^(?:(?:function|class|const|let|interface|type)\s*\*?\s*)?([\w$]+)/.exec(words)?.[1] ?? declaration;
}

const claim = /^(?<indent>\s*)(?<expression>[^\s{}/.)\]].*?);\s*\/\/ (?<comment>.+)$/;
const statement =
  /^(?:import|export|const|let|var|using|await using|return|throw|if|for|while|class|function)\b/;

/**
 * The example as a module. A line `expression; // value` becomes a check that the value is so, `expression; // throws Name` one
 * that it throws an error of that class; any other comment is prose. `helpers` names this module as seen from there.
 */
export function moduleOf(example: Example, helpers: string): string {
  const lines = example.code.split('\n').map((line) => {
    const { indent = '', expression = '', comment = '' } = claim.exec(line)?.groups ?? {};
    if (!expression || statement.test(expression)) return line;
    const stated = JSON.stringify(comment);
    if (/^throws\b/.test(comment)) return `${indent}await claimThrows(async () => ${expression}, ${stated});`;
    if (literal(comment) === undefined) return line;
    const printed = /^console\.log\((.*)\)$/.exec(expression)?.[1];
    return `${indent}claimValue(${printed ?? expression}, ${stated});`;
  });
  return `${lines.join('\n')}\nimport { claimThrows, claimValue } from '${helpers}';\nvoid [claimThrows, claimValue];\n`;
}

const words = /'[^']*'|"[^"]*"|\b(?:true|false|null|undefined|NaN|Infinity|\d+n|\d+(?:\.\d+)?e[+-]?\d+)\b/g;

/** The value that a comment states, in an array of one; `undefined` if the comment is prose. */
function literal(comment: string): [unknown] | undefined {
  if (/[A-Za-z_$]/.test(comment.replace(words, ''))) return undefined;
  try {
    return [new Function(`return (${comment});`)()];
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Throws unless `actual` is what `comment` states; numbers may differ by half of the last decimal that is given. */
export function claimValue(actual: unknown, comment: string): void {
  const decimals = [...comment.matchAll(/\.(\d+)/g)].map(([, digits = '']) => digits.length);
  const tolerance = decimals.length === 0 ? 0 : 0.5000001 * 10 ** -Math.max(...decimals);
  if (!agree(actual, literal(comment)?.[0], tolerance)) {
    throw new Error(`the example says ${comment}, but the value is ${inspect(actual)}`);
  }
}

/** Throws unless `run` throws an error of the class that `comment` (`throws Name …`) states. */
export async function claimThrows(run: () => Promise<unknown>, comment: string): Promise<void> {
  const name = /^throws (?:an? )?(\w+)/.exec(comment)?.[1] ?? '';
  const outcome = await run().then(
    () => 'it does not throw',
    (error: unknown) =>
      error instanceof Error && error.constructor.name === name ? '' : `it throws ${error}`,
  );
  if (outcome) throw new Error(`the example says it ${comment}, but ${outcome}`);
}

function agree(actual: unknown, expected: unknown, tolerance: number): boolean {
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) && !ArrayBuffer.isView(actual)) return false;
    const items: unknown[] = Array.from(actual as Iterable<unknown>);
    return items.length === expected.length && expected.every((e, i) => agree(items[i], e, tolerance));
  }
  if (typeof expected === 'number' && typeof actual === 'number' && Number.isFinite(expected)) {
    return Math.abs(actual - expected) <= tolerance;
  }
  return Object.is(actual, expected);
}
