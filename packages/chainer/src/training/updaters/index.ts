export { type LossFunction, StandardUpdater, type StandardUpdaterOptions } from './standard-updater.ts';
