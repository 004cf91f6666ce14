// cuBLASLt, emulated: products by loops on the host, which refuse what the library refuses.
#include "library.h"

namespace {

enum Status { ok = 0, invalidValue = 7, notSupported = 15 };

struct Layout {
  int type;
  uint64_t rows, cols;
  int64_t ld;
  int32_t batch = 1;
  int64_t stride = 0;
};
struct Descriptor {
  int compute, scale;
  int32_t transA = 0, transB = 0;
  uint32_t epilogue = 1;
  uint64_t bias = 0;
};
struct Preference {
  uint64_t workspace = 0;
  uint32_t alignment[9] = {0, 0, 0, 0, 0, 256, 256, 256, 256};
};
struct Algorithm {
  uint64_t data[8];
};
struct Result {
  Algorithm algorithm;
  uint64_t workspace;
  int32_t state;
  float waves;
  int32_t reserved[4];
};
static_assert(sizeof(Result) == 96, "as in cublasLt.h");

// The name by which an algorithm of ours is known.
constexpr uint64_t kOurs = 0x656d756c61746564;

bool fits(const Descriptor& d, const Layout& a, const Layout& b, const Layout& y) {
  const uint64_t m = d.transA ? a.cols : a.rows, k = d.transA ? a.rows : a.cols;
  const uint64_t kb = d.transB ? b.cols : b.rows, n = d.transB ? b.rows : b.cols;
  const bool shapes = m == y.rows && n == y.cols && k == kb && a.type == b.type && a.type == y.type;
  const bool distances = a.ld >= int64_t(a.rows) && b.ld >= int64_t(b.rows) && y.ld >= int64_t(y.rows);
  const bool stacks = a.batch == y.batch && b.batch == y.batch && (y.batch == 1 || y.stride != 0);
  const bool isDouble = a.type == 1 || a.type == 5, isComplex = a.type == 4 || a.type == 5;
  const bool sums = isDouble ? d.compute == 70 : d.compute == 68 || (d.compute == 77 && a.type == 0);
  const bool scales = isDouble || isComplex ? d.scale == a.type : d.scale == 0;
  const bool epilogue = d.epilogue == 1 || (d.epilogue == 4 && !isDouble && !isComplex);
  return shapes && distances && stacks && sums && scales && epilogue;
}

template <class T>
void multiply(const Descriptor& d, const T* a, const Layout& la, const T* b, const Layout& lb, typename emulator::Element<T>::Sum alpha,
              typename emulator::Element<T>::Sum beta, T* y, const Layout& ly) {
  typedef emulator::Element<T> E;
  typedef typename E::Sum Sum;
  const int64_t k = int64_t(d.transA ? la.rows : la.cols);
  for (int z = 0; z < ly.batch; z++)
    for (int64_t c = 0; c < int64_t(ly.cols); c++)
      for (int64_t r = 0; r < int64_t(ly.rows); r++) {
        Sum sum = 0;
        for (int64_t i = 0; i < k; i++) {
          const T* pa = a + z * la.stride + (d.transA ? i + r * la.ld : r + i * la.ld);
          const T* pb = b + z * lb.stride + (d.transB ? c + i * lb.ld : i + c * lb.ld);
          sum += E::load(pa) * E::load(pb);
        }
        T* to = y + z * ly.stride + r + c * ly.ld;
        Sum value = alpha * sum;
        if (beta != Sum(0)) value += beta * E::load(to);
        if (d.epilogue == 4) value += E::load(reinterpret_cast<const T*>(d.bias) + r);
        E::store(to, value);
      }
}

}  // namespace

extern "C" __attribute__((visibility("default"))) size_t cublasLtGetVersion() { return 130000; }
API cublasLtCreate(void** handle) {
  *handle = new int(1);
  return ok;
}
API cublasLtMatmulDescCreate(void** made, int compute, int scale) {
  *made = new Descriptor{compute, scale};
  return ok;
}
API cublasLtMatmulDescDestroy(void* d) {
  delete static_cast<Descriptor*>(d);
  return ok;
}
API cublasLtMatmulDescSetAttribute(void* descriptor, int attribute, const void* value, size_t bytes) {
  Descriptor& d = *static_cast<Descriptor*>(descriptor);
  void* to;
  size_t size = 4;
  switch (attribute) {
    case 3: to = &d.transA; break;
    case 4: to = &d.transB; break;
    case 7: to = &d.epilogue; break;
    case 8: to = &d.bias; size = 8; break;
    default: return invalidValue;
  }
  if (bytes != size) return invalidValue;
  memcpy(to, value, size);
  return ok;
}
API cublasLtMatrixLayoutCreate(void** made, int type, uint64_t rows, uint64_t cols, int64_t ld) {
  if (emulator::sizeOf(type) == 0) return invalidValue;
  *made = new Layout{type, rows, cols, ld};
  return ok;
}
API cublasLtMatrixLayoutDestroy(void* l) {
  delete static_cast<Layout*>(l);
  return ok;
}
API cublasLtMatrixLayoutSetAttribute(void* layout, int attribute, const void* value, size_t bytes) {
  Layout& l = *static_cast<Layout*>(layout);
  if (attribute == 5 && bytes == 4) memcpy(&l.batch, value, 4);
  else if (attribute == 6 && bytes == 8) memcpy(&l.stride, value, 8);
  else return invalidValue;
  return ok;
}
API cublasLtMatmulPreferenceCreate(void** made) {
  *made = new Preference;
  return ok;
}
API cublasLtMatmulPreferenceSetAttribute(void* preference, int attribute, const void* value, size_t bytes) {
  Preference& p = *static_cast<Preference*>(preference);
  if (attribute == 1 && bytes == 8) memcpy(&p.workspace, value, 8);
  else if (attribute >= 5 && attribute <= 8 && bytes == 4) memcpy(&p.alignment[attribute], value, 4);
  else return invalidValue;
  return ok;
}
API cublasLtMatmulAlgoGetHeuristic(void*, void* descriptor, void* a, void* b, void* c, void* d, void* preference, int wanted,
                                   Result* results, int* found) {
  const Layout& y = *static_cast<Layout*>(d);
  if (c != d || wanted < 1) return invalidValue;
  *found = 0;
  if (!fits(*static_cast<Descriptor*>(descriptor), *static_cast<Layout*>(a), *static_cast<Layout*>(b), y)) return notSupported;
  const Preference& p = *static_cast<Preference*>(preference);
  memset(results, 0, sizeof *results);
  results->algorithm.data[0] = kOurs;
  results->algorithm.data[1] = p.alignment[5];
  results->algorithm.data[2] = p.alignment[6];
  results->algorithm.data[3] = p.alignment[8];
  results->workspace = p.workspace < 1024 ? p.workspace : 1024;
  *found = 1;
  return ok;
}
API cublasLtMatmul(void*, void* descriptor, const void* alpha, const void* a, void* la, const void* b, void* lb, const void* beta,
                   const void* c, void* lc, void* y, void* ly, const Algorithm* algorithm, void* workspace, size_t bytes, void* stream) {
  const Descriptor d = *static_cast<Descriptor*>(descriptor);
  const Layout A = *static_cast<Layout*>(la), B = *static_cast<Layout*>(lb), Y = *static_cast<Layout*>(ly);
  if (c != y || lc != ly || !fits(d, A, B, Y)) return invalidValue;
  if (!algorithm || algorithm->data[0] != kOurs || bytes != 1024 || !workspace) return invalidValue;
  // An algorithm was asked for by these alignments.
  if (reinterpret_cast<uint64_t>(a) % algorithm->data[1] || reinterpret_cast<uint64_t>(b) % algorithm->data[2] ||
      reinterpret_cast<uint64_t>(y) % algorithm->data[3])
    return invalidValue;
  bool queued = false;
  emulator::withType(A.type, [&](auto one) {
    typedef decltype(one) T;
    typename emulator::Element<T>::Sum factor, before;
    memcpy(&factor, alpha, sizeof factor);
    memcpy(&before, beta, sizeof before);
    queued = emulator::queue(stream, [=] {
      multiply(d, static_cast<const T*>(a), A, static_cast<const T*>(b), B, factor, before, static_cast<T*>(y), Y);
    });
  });
  return queued ? ok : invalidValue;
}
