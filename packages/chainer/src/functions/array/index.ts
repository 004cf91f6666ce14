export { broadcastTo } from './broadcast-to.ts';
export { getItem } from './get-item.ts';
export { reshape } from './reshape.ts';
export { transpose } from './transpose.ts';
