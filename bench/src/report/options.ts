import { parseArgs } from 'node:util';
import { workloads } from '../workloads.ts';
import type { Program } from './collect.ts';

/** A command line of `bench:docs` that was understood. */
export interface DocsCommand {
  readonly peers: readonly Program[];
  readonly rounds: number;
  /** Workloads to measure; none: only write the page. */
  readonly names: readonly string[];
  /** The JSON lines; the page is written beside them. Null: those of the repository. */
  readonly file: string | null;
}

/**
 * Reads `[--peer "NAME=COMMAND"]… [--rounds N] [--only A,B] [--render] [--file FILE]`.
 *
 * @throws {Error} that names the argument that is wrong.
 */
export function readDocsCommand(args: readonly string[]): DocsCommand {
  const { values } = parseArgs({
    args: args.slice(),
    options: {
      peer: { type: 'string', multiple: true, default: [] },
      rounds: { type: 'string', default: '3' },
      only: { type: 'string' },
      render: { type: 'boolean', default: false },
      file: { type: 'string' },
    },
  });
  const rounds = Number(values.rounds);
  if (!(Number.isInteger(rounds) && rounds > 0))
    throw new Error(`[bench:docs] --rounds must be a positive integer, got ${values.rounds}`);
  const names = values.only?.split(',') ?? Object.keys(workloads);
  const unknown = names.filter((name) => !Object.hasOwn(workloads, name));
  if (unknown.length > 0) {
    throw new Error(
      `[bench:docs] unknown workload ${unknown.join(', ')}; there are ${Object.keys(workloads).join(', ')}`,
    );
  }
  return {
    peers: values.peer.map(peerOf),
    rounds,
    names: values.render ? [] : names,
    file: values.file ?? null,
  };
}

function peerOf(text: string): Program {
  const [, name, command] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (name === undefined || command === undefined)
    throw new Error(`[bench:docs] --peer must be "NAME=COMMAND", got "${text}"`);
  return { name, command: command.trim().split(/\s+/) };
}
