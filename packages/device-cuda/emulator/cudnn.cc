// cuDNN, emulated: what all its parts need. The parts are beside it.
#include "cudnn.h"

using namespace cudnn;

extern "C" __attribute__((visibility("default"))) size_t cudnnGetVersion() { return 90100; }
extern "C" __attribute__((visibility("default"))) const char* cudnnGetErrorString(int status) {
  switch (status) {
    case ok: return "CUDNN_STATUS_SUCCESS";
    case badParameter: return "CUDNN_STATUS_BAD_PARAM";
    case nullPointer: return "CUDNN_STATUS_BAD_PARAM_NULL_POINTER";
    case misaligned: return "CUDNN_STATUS_BAD_PARAM_MISALIGNED_POINTER";
    case tooSmall: return "CUDNN_STATUS_BAD_PARAM_SIZE_INSUFFICIENT";
    case shapeMismatch: return "CUDNN_STATUS_BAD_PARAM_SHAPE_MISMATCH";
    case notSupported: return "CUDNN_STATUS_NOT_SUPPORTED";
    default: return "CUDNN_UNKNOWN_STATUS";
  }
}
API cudnnCreate(void** handle) {
  *handle = new Handle;
  return ok;
}
API cudnnSetStream(void* handle, void* stream) {
  static_cast<Handle*>(handle)->stream = stream;
  return ok;
}
API cudnnCreateTensorDescriptor(void** made) {
  *made = new Tensor;
  return ok;
}
API cudnnDestroyTensorDescriptor(void* descriptor) {
  delete static_cast<Tensor*>(descriptor);
  return ok;
}
API cudnnSetTensorNdDescriptor(void* descriptor, int type, int n, const int* extents, const int* steps) {
  // `CUDNN_DIM_MAX`. Three extents are the fewest.
  if (n < 3 || n > 8 || type < 0) return badParameter;
  Tensor& t = tensor(descriptor);
  t.type = type;
  t.extents.assign(extents, extents + n);
  t.steps.assign(steps, steps + n);
  // The emulator has dense tensors alone.
  int64_t dense = 1;
  for (int k = n; k-- > 0; dense *= extents[k])
    if (extents[k] < 1 || steps[k] != dense) return badParameter;
  return dense < int64_t(1) << 31 ? ok : notSupported;
}
