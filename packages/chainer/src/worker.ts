// Where worker threads begin: loads what they are for, and answers requests.
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { type Answer, thrown, type WorkerSetup } from './worker-thread.ts';
import { serve as serveExamples } from './workers/examples.ts';
import { serve as serveReplica } from './workers/replica.ts';
import { serve as serveWriting } from './workers/writing.ts';

type Handlers = Readonly<Record<string, (argument: never) => unknown>>;

/** What a worker can be for: makes the handlers of requests. */
const roles: Readonly<Record<WorkerSetup['role'], (setup: never) => Handlers | Promise<Handlers>>> = {
  examples: serveExamples,
  replica: serveReplica,
  writing: serveWriting,
};

/** Answers the requests of the thread that made this one. */
function answer(port: MessagePort, { role, setup }: WorkerSetup): void {
  const handlers = Promise.resolve(setup as never).then(roles[role]);
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
