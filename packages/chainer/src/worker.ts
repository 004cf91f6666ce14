// Where worker threads begin: loads what they are for, and answers requests.
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { type Answer, thrown, type WorkerSetup } from './worker-thread.ts';

type Handlers = Readonly<Record<string, (argument: never) => unknown>>;

/** What a worker can be for: modules whose `serve` makes the handlers of requests. */
const roles: Readonly<
  Record<WorkerSetup['role'], () => Promise<{ serve(setup: never): Handlers | Promise<Handlers> }>>
> = {
  examples: () => import('./workers/examples.ts'),
  replica: () => import('./workers/replica.ts'),
  writing: () => import('./workers/writing.ts'),
};

/** Answers the requests of the thread that made this one. */
function answer(port: MessagePort, { role, setup }: WorkerSetup): void {
  const handlers: Promise<Handlers> = roles[role]().then(({ serve }) => serve(setup as never));
  // It is awaited by every request, which tells what went wrong.
  handlers.catch(() => {});
  port.on('message', async ({ id, name, argument }) => {
    let reply: Answer;
    try {
      const handler = (await handlers)[name] as (argument: unknown) => unknown;
      reply = { id, value: await handler(argument) };
    } catch (error) {
      reply = { id, error: thrown(error) };
    }
    try {
      port.postMessage(reply);
    } catch (error) {
      // What cannot be cloned.
      port.postMessage({ id, error: thrown(error) });
    }
  });
}

if (parentPort !== null) answer(parentPort, workerData as WorkerSetup);
