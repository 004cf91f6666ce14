import type { CaseRun } from './case-run.ts';
import type { JsonObject } from './json.ts';
import { FormatError } from './outcome.ts';
import { functionInputs, runFunction } from './suites/functions.ts';
import { runGraph } from './suites/graphs.ts';
import { initializerInputs, runInitializer } from './suites/initializers.ts';
import { linkInputs, runLink } from './suites/links.ts';
import { optimizerInputs, runOptimizer } from './suites/optimizers.ts';
import { runSerializer, serializerInputs } from './suites/serializers.ts';
import { runSummary } from './suites/summaries.ts';
import { partInputs, runExtension, runIterator, runTrigger } from './suites/training-parts.ts';
import { runInputs, runTraining } from './suites/training-runs.ts';
import { runXp, xpInputs } from './suites/xp.ts';

/** How the cases of a suite are run. */
export interface Suite {
  /** The parts of a case that hold its inputs: their dtypes decide what a device must have. */
  readonly inputs: readonly string[];
  readonly run: (run: CaseRun) => Promise<void>;
}

const suites: { readonly [suite: string]: Suite } = {
  functions: { inputs: functionInputs, run: runFunction },
  links: { inputs: linkInputs, run: runLink },
  optimizers: { inputs: optimizerInputs, run: runOptimizer },
  initializers: { inputs: initializerInputs, run: runInitializer },
  serializers: { inputs: serializerInputs, run: runSerializer },
  xp: { inputs: xpInputs, run: runXp },
};

/** The kinds of case of the suite `training`, told apart by the key that each has. */
const trainingKinds: { readonly [key: string]: Suite } = {
  extension: { inputs: partInputs, run: runExtension },
  trigger: { inputs: partInputs, run: runTrigger },
  iterator: { inputs: partInputs, run: runIterator },
  nodes: { inputs: partInputs, run: runGraph },
  kind: { inputs: runInputs, run: runTraining },
  fn: { inputs: [], run: runSummary },
};

/** The suite that a case belongs to, by the name that its file gives and by what it holds. */
export function suiteOf(name: string, content: JsonObject): Suite {
  const key = Object.keys(trainingKinds).find((candidate) => candidate in content);
  const suite = name === 'training' ? trainingKinds[key ?? ''] : suites[name];
  if (suite === undefined) throw new FormatError(`the suite ${name} has no case like this`);
  return suite;
}
