export { Classifier, type ClassifierOptions, type PredictionFunction } from './classifier.ts';
