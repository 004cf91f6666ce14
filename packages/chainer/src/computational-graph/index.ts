export {
  buildComputationalGraph,
  ComputationalGraph,
  type GraphNode,
  type GraphOptions,
  type Style,
} from './build.ts';
