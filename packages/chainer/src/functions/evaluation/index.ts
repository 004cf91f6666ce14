export { accuracy } from './accuracy.ts';
export { binaryAccuracy } from './binary-accuracy.ts';
export {
  type ClassificationOptions,
  type ClassificationSummaryOptions,
  classificationSummary,
  f1Score,
  precision,
  recall,
} from './classification-summary.ts';
export { type R2ScoreOptions, r2Score } from './r2-score.ts';
