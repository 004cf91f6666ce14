import * as chainer from 'chainer';
import { Chain, type Variable } from 'chainer';
import type { PageConsole } from './console.ts';

/** A network as the code pane declares it. */
export interface Model extends Chain {
  forward(x: Variable): Variable;
  loss?(x: Variable, t: Variable): Variable;
}

const modules: Readonly<Record<string, unknown>> = {
  chainer,
  '@chainer/xp': chainer.xp,
  'chainer/functions': chainer.functions,
  'chainer/links': chainer.links,
};

const file = 'model.ts';
/** Lines that the runtime puts before the body of a function. */
const linesBefore = 2;

/** Runs the model's code and makes the network. @throws {Error} that says what is wrong, and in which line. */
export function evaluate(code: string, console: PageConsole): Model {
  const require = (name: string): unknown => {
    if (!(name in modules))
      throw new Error(`There is no module '${name}' here; there are ${Object.keys(modules).join(', ')}.`);
    return modules[name];
  };
  const exports: { Model?: new () => Model } = {};
  return located(() => {
    new Function('require', 'exports', 'console', `${code}\n//# sourceURL=${file}`)(
      require,
      exports,
      console,
    );
    if (typeof exports.Model !== 'function') throw new Error("The code must export a class 'Model'.");
    const model = new exports.Model();
    if (!(model instanceof Chain)) throw new Error("'Model' must extend Chain.");
    return model;
  });
}

/** Runs the model's code; errors get the line of the source that they came through. */
export function located<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw new Error(`${(error as Error).message ?? String(error)}${lineOf(error)}`, { cause: error });
  }
}

function lineOf(error: unknown): string {
  const found = new RegExp(`${file}:(\\d+)`).exec((error as Error).stack ?? '');
  return found ? ` (${file}, line ${Number(found[1]) - linesBefore})` : '';
}
