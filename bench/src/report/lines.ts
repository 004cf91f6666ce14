import { readFileSync } from 'node:fs';

/** What a run was made with. */
export interface Machine {
  /** Day, `2026-01-31`. */
  readonly date: string;
  readonly commit: string;
  readonly cpu: string;
  readonly cores: number;
  /** Instruction sets that matter here. */
  readonly isa: string;
  readonly memory: string;
  readonly system: string;
  readonly node: string;
  readonly device: string;
  readonly threads: number;
  readonly libraries: string;
}

/** One measurement of one program: a line that a workload printed, and whence it came. */
export interface Line {
  readonly program: string;
  readonly workload: string;
  readonly round: number;
  readonly name: string;
  /** `median_ms`, `MB`, `gflops` … whatever the workload measures. */
  readonly values: Readonly<Record<string, number | string>>;
}

/** Lines that were measured in one go. */
export interface Session {
  readonly machine: Machine;
  readonly lines: readonly Line[];
}

/** The name of this library among the programs. */
export const ours = 'ours';

/** Reads sessions from JSON lines: a line `{"machine": …}`, then its measurements. @throws {Error} that names file and line. */
export function parseSessions(text: string, file: string): Session[] {
  const sessions: { machine: Machine; lines: Line[] }[] = [];
  for (const [i, row] of text.split('\n').entries()) {
    if (row === '') continue;
    const at = `${file}, line ${i + 1}`;
    const object = parse(row, at);
    if ('machine' in object) {
      sessions.push({ machine: object.machine as Machine, lines: [] });
      continue;
    }
    const session = sessions.at(-1);
    if (session === undefined) throw new Error(`[bench:docs] ${at}: a measurement before any {"machine": …}`);
    session.lines.push(lineOf(object, at));
  }
  return sessions;
}

/** Sessions of a file; none where there is no such file. */
export function readSessions(file: string): Session[] {
  try {
    return parseSessions(readFileSync(file, 'utf8'), file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** The text that `parseSessions` reads. */
export function formatSessions(sessions: readonly Session[]): string {
  return sessions
    .flatMap(({ machine, lines }) => [
      { machine },
      ...lines.map(({ program, workload, round, name, values }) => ({
        program,
        workload,
        round,
        name,
        ...values,
      })),
    ])
    .map((object) => `${JSON.stringify(object)}\n`)
    .join('');
}

/** Earlier sessions without the workloads that were measured again, then the new one; one with the last where the machine is the same. */
export function merged(before: readonly Session[], fresh: Session): Session[] {
  const again = new Set(fresh.lines.map(({ workload }) => workload));
  const kept = before
    .map(({ machine, lines }) => ({
      machine,
      lines: lines.filter(({ workload }) => !again.has(workload)),
    }))
    .filter(({ lines }) => lines.length > 0);
  const last = kept.at(-1);
  return last !== undefined && JSON.stringify(last.machine) === JSON.stringify(fresh.machine)
    ? [...kept.slice(0, -1), { machine: last.machine, lines: [...last.lines, ...fresh.lines] }]
    : [...kept, fresh];
}

/** A line of JSON. */
export function parse(row: string, at: string): Record<string, unknown> {
  try {
    return JSON.parse(row) as Record<string, unknown>;
  } catch (cause) {
    throw new Error(`[bench:docs] ${at} is not JSON: ${row.slice(0, 80)}`, { cause });
  }
}

function lineOf(object: Record<string, unknown>, at: string): Line {
  const { program, workload, round, name, ...values } = object;
  for (const [key, value] of Object.entries({ program, workload, name })) {
    if (typeof value !== 'string')
      throw new Error(`[bench:docs] ${at}: '${key}' must be a text, got ${value}`);
  }
  if (typeof round !== 'number')
    throw new Error(`[bench:docs] ${at}: 'round' must be a number, got ${round}`);
  return { program, workload, round, name, values } as Line;
}
