import { call, findClass, findFunction } from '../api.ts';
import type { CaseRun } from '../case-run.ts';
import { callOf, type Json, type JsonObject, listOf, objectOf, onlyKeys, stringOf } from '../json.ts';
import { camelCase } from '../names.ts';
import { FormatError } from '../outcome.ts';
import { Decoder } from '../values.ts';

/** A model built from its description. */
export interface Model {
  /** The whole, a Classifier where the description says so. */
  readonly link: object;
  /** The chain of children. */
  readonly predictor: object;
}

type Step = (x: unknown) => unknown;
type LinkClass = new (...args: readonly unknown[]) => object;

/** Builds `{kind, classifier, children, forward}`. */
export function buildModel(run: CaseRun, description: Json | undefined): Model {
  const content = objectOf(description, 'model');
  onlyKeys(content, 'kind classifier children forward', 'model');
  const decoder = new Decoder(run.api, run.store);
  const children = listOf(content.children, 'children').map((item) => {
    const [name, link] = listOf(item, 'child');
    return [stringOf(name, 'child'), decoder.value(objectOf(link, 'child'))] as const;
  });
  const byName = new Map<string, unknown>(children);
  const steps = listOf(content.forward, 'forward').map((step) => stepOf(run, objectOf(step, 'step'), byName));
  const kind = stringOf(content.kind, 'model.kind');
  const predictor =
    kind === 'Chain'
      ? chain(findClass(run.api.chainer, ['Chain']), children, steps)
      : chainList(findClass(run.api.chainer, [kind]), children, steps);
  if (content.classifier !== true) return { link: predictor, predictor };
  const Classifier = findClass(run.api.chainer, ['links', 'Classifier']);
  return { link: new Classifier(predictor), predictor };
}

function chain(
  Chain: LinkClass,
  children: readonly (readonly [string, unknown])[],
  steps: readonly Step[],
): object {
  class Model extends Chain {
    constructor() {
      super();
      for (const [name, link] of children) (this as Record<string, unknown>)[name] = link;
    }

    forward(x: unknown): unknown {
      return steps.reduce((value, step) => step(value), x);
    }
  }
  return new Model();
}

function chainList(
  ChainList: LinkClass,
  children: readonly (readonly [string, unknown])[],
  steps: readonly Step[],
): object {
  class Model extends ChainList {
    forward(x: unknown): unknown {
      return steps.reduce((value, step) => step(value), x);
    }
  }
  return new Model(...children.map(([, link]) => link));
}

function stepOf(run: CaseRun, step: JsonObject, children: ReadonlyMap<string, unknown>): Step {
  if (step.child !== undefined) {
    onlyKeys(step, 'child', 'step');
    const child = children.get(stringOf(step.child, 'step.child'));
    if (child === undefined) throw new FormatError(`there is no child ${step.child}`);
    return (x) => call(child, 'forward', x);
  }
  onlyKeys(step, 'fn args options', 'step');
  const fn = findFunction(run.api.chainer, ['functions', camelCase(stringOf(step.fn, 'step.fn'))]);
  const { args, options } = callOf(step, 'step');
  return (x) => fn(x, ...new Decoder(run.api, run.store).arguments({ args, options }));
}
