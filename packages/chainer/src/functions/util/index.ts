export { forget } from './forget.ts';
