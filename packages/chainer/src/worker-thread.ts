import { builtin, hasFiles } from './files.ts';

/** Something that a module exports, found in a worker: what is made of code cannot be sent there. */
export interface ModuleExport {
  /** URL or path (below the working directory) of the module. */
  readonly module: string | URL;
  /** Name of the export; `default` where left out. */
  readonly export?: string;
  /** Arguments, cloned, where the export is a function; it may be asynchronous. */
  readonly args?: readonly unknown[];
}

/** What a worker is told at its start. */
export interface WorkerSetup {
  readonly role: 'examples' | 'replica' | 'writing';
  readonly setup: unknown;
}

export type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: ThrownInWorker };

/** An error on its way out of a worker. */
export interface ThrownInWorker {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

type NodeWorker = import('node:worker_threads').Worker;

/** Workers load compiled modules: Node itself knows no TypeScript, in which this one may be running. */
const fromSource = import.meta.url.endsWith('.ts');
const entry = new URL(fromSource ? '../dist/node/worker.js' : './worker.js', import.meta.url);

/**
 * Options of Node for a worker: left to Node (undefined), which hands on the process's own, those for V8 among them, which must not be named. But the
 * one about the text of `node --eval` stops workers that have a file, so the others are named then.
 */
function inherited(): string[] | undefined {
  if (fromSource) return [];
  const aboutText = (option: string): boolean => option.startsWith('--input-type');
  return process.execArgv.some(aboutText) ? process.execArgv.filter((o) => !aboutText(o)) : undefined;
}

/** A module by its URL. */
export function moduleUrl({ module }: ModuleExport): string {
  if (module instanceof URL) return module.href;
  if (/^[a-z][a-z0-9+.-]+:/i.test(module) && !/^[a-z]:[\\/]/i.test(module)) return module;
  return builtin<typeof import('node:url')>('node:url').pathToFileURL(module).href;
}

/**
 * A worker that answers requests. It keeps the process alive while it owes an answer, and not longer; what is thrown in it reaches who asked, with its
 * stack.
 */
export class WorkerThread {
  private readonly who: string;
  private readonly worker: NodeWorker;
  private readonly pending = new Map<number, Pending>();
  private requests = 0;
  private over: Error | null = null;

  /**
   * @param role what it is for; `setup` goes to `serve` of that module.
   * @param execArgv options of Node for the worker; the process's own where null.
   */
  constructor(
    who: string,
    role: WorkerSetup['role'],
    setup: unknown,
    execArgv: readonly string[] | null = null,
  ) {
    if (!hasFiles())
      throw new Error(`[${who}] needs the worker threads of Node, which this runtime does not have`);
    const { Worker } = builtin<typeof import('node:worker_threads')>('node:worker_threads');
    this.who = who;
    const options = execArgv === null ? inherited() : [...execArgv];
    this.worker = new Worker(entry, {
      workerData: { role, setup } satisfies WorkerSetup,
      ...(options === undefined ? {} : { execArgv: options }),
    });
    this.worker.unref();
    this.worker.on('message', (answer: Answer) => this.receive(answer));
    this.worker.on('error', (error) => this.end(failure(who, thrown(error))));
    this.worker.on('exit', (code) => this.end(new Error(`[${who}] a worker ended (exit code ${code})`)));
  }

  /** Asks for something, and waits for the answer. @throws what the worker throws. */
  request<T>(name: string, argument?: unknown): Promise<T> {
    if (this.over !== null) return Promise.reject(this.over);
    const id = ++this.requests;
    return new Promise<T>((resolve, reject) => {
      this.worker.postMessage({ id, name, argument });
      if (this.pending.size === 0) this.worker.ref();
      this.pending.set(id, { resolve: resolve as (value: unknown) => void, reject });
    });
  }

  /** Ends it, in the midst of what it does. */
  async terminate(): Promise<void> {
    this.end(new Error(`[${this.who}] was finalized while it waited for a worker`));
    await this.worker.terminate();
  }

  private receive(answer: Answer): void {
    const pending = this.pending.get(answer.id);
    this.pending.delete(answer.id);
    if (this.pending.size === 0) this.worker.unref();
    if ('error' in answer) pending?.reject(failure(this.who, answer.error));
    else pending?.resolve(answer.value);
  }

  private end(error: Error): void {
    this.over ??= error;
    for (const { reject } of this.pending.values()) reject(this.over);
    this.pending.clear();
  }
}

/** An error as it can be sent. */
export function thrown(error: unknown): ThrownInWorker {
  if (error instanceof Error)
    return { name: error.name, message: error.message, stack: error.stack ?? String(error) };
  return { name: 'Error', message: String(error), stack: String(error) };
}

/** The error on this side: what was thrown, and where in the worker. */
function failure(who: string, { name, message, stack }: ThrownInWorker): Error {
  const error = new Error(`[${who}] in a worker: ${message}`);
  error.name = name;
  error.stack = `${name}: ${error.message}\n${stack
    .split('\n')
    .slice(stack.startsWith(name) ? message.split('\n').length : 0)
    .join('\n')}\n    (the stack of the worker)`;
  return error;
}
