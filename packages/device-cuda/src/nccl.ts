/** NCCL by CuPy's names, as users see it: `nccl` of the package. */
export {
  getUniqueId,
  getVersion,
  group,
  groupEnd,
  groupStart,
  NcclCommunicator,
  type NcclOp,
} from './nvidia/nccl.ts';
