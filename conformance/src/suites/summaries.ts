import { addToSummary, call, findClass, linkAt, reportInto } from '../api.ts';
import type { CaseRun } from '../case-run.ts';
import { listOf, numberOf, objectOf, onlyKeys, stringOf } from '../json.ts';
import { FormatError } from '../outcome.ts';
import { buildModel } from './models.ts';
import { compareDictionary, compareNumber } from './numbers.ts';

/** Summary, DictSummary, Reporter. */
export async function runSummary(run: CaseRun): Promise<void> {
  const fn = stringOf(run.case.fn, 'fn');
  const Class = findClass(run.api.chainer, [fn]);
  if (fn === 'Reporter') return runReporter(run, new Class());
  const summary = new Class();
  const adds = listOf(run.case.adds, 'adds');
  if (fn === 'Summary') {
    onlyKeys(run.case, 'id fn adds mean std rtol atol', 'the case');
    for (const item of adds) {
      const [value, weight] = listOf(item, 'adds');
      addToSummary(
        summary,
        value,
        weight === null || weight === undefined ? null : numberOf(weight, 'weight'),
      );
    }
    await compareNumber(run, await call(summary, 'computeMean'), run.case.mean, 'mean');
    const [mean, std] = (await call(summary, 'makeStatistics')) as readonly unknown[];
    await compareNumber(run, mean, run.case.mean, 'mean of the statistics');
    await compareNumber(run, std, run.case.std, 'std');
  } else if (fn === 'DictSummary') {
    onlyKeys(run.case, 'id fn adds mean statistics rtol atol', 'the case');
    for (const values of adds) call(summary, 'add', values);
    await compareDictionary(run, await call(summary, 'computeMean'), run.case.mean, 'mean');
    await compareDictionary(run, await call(summary, 'makeStatistics'), run.case.statistics, 'statistics');
  } else {
    throw new FormatError(`fn ${fn}`);
  }
}

async function runReporter(run: CaseRun, reporter: object): Promise<void> {
  onlyKeys(run.case, 'id fn observer model reports observation rtol atol', 'the case');
  const { link } = buildModel(run, run.case.model);
  const observer = stringOf(run.case.observer, 'observer');
  call(reporter, 'addObserver', observer, link);
  call(reporter, 'addObservers', observer, call(link, 'namedlinks', { skipself: true }));
  const observation: Record<string, unknown> = {};
  await reportInto(run.api, reporter, observation, () => {
    for (const item of listOf(run.case.reports, 'reports')) {
      const { path, values, ...rest } = objectOf(item, 'report');
      onlyKeys(rest, '', 'report');
      const target = path === null || path === undefined ? null : linkAt(link, stringOf(path, 'path'));
      call(reporter, 'report', values, ...(target === null ? [] : [target]));
    }
  });
  await compareDictionary(run, observation, run.case.observation, 'observation');
}
