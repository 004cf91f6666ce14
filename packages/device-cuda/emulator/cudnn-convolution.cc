// cuDNN's convolutions, emulated by loops on the host; descriptors that cuDNN would refuse are refused.
#include "cudnn.h"

using namespace cudnn;

namespace {

struct Convolution {
  std::vector<int> pad, stride, dilate;
  int compute = -1, groups = 1, math = 0;
};
struct Performance {
  int algorithm, status;
  float time;
  size_t memory;
  int determinism, math, reserved[3];
};
static_assert(sizeof(Performance) == 48, "as in cudnn_cnn.h");

constexpr size_t kWorkspace = 4096;
constexpr int kAlgorithm = 1;

// Whether image, weights and windows belong together.
bool fit(const Tensor& x, const Tensor& w, const Convolution& c, const Tensor& y) {
  const size_t axes = c.pad.size();
  if (x.extents.size() != axes + 2 || w.extents.size() != axes + 2 || y.extents.size() != axes + 2 || axes < 2) return false;
  if (x.type != w.type || x.type != y.type || c.compute != (x.type == 1 ? 1 : 0)) return false;
  if (x.extents[0] != y.extents[0] || w.extents[0] != y.extents[1] || w.extents[1] * c.groups != x.extents[1]) return false;
  if (w.extents[0] % c.groups) return false;
  for (size_t a = 0; a < axes; a++) {
    const int room = x.extents[a + 2] + 2 * c.pad[a] - c.dilate[a] * (w.extents[a + 2] - 1) - 1;
    if (room < 0 || y.extents[a + 2] != room / c.stride[a] + 1) return false;
  }
  return true;
}

// Visits every pair of a place of the image and a place of a window: f(x, w, y), offsets in dense memory.
template <class F>
void visit(const Tensor& x, const Tensor& w, const Convolution& c, const Tensor& y, F f) {
  const size_t axes = c.pad.size();
  int64_t places = 1, image = 1, windows = 1;
  for (size_t a = 0; a < axes; a++) places *= w.extents[a + 2], image *= x.extents[a + 2], windows *= y.extents[a + 2];
  const int n = x.extents[0], in = x.extents[1], out = w.extents[0], cg = w.extents[1], og = out / c.groups;
  for (int i = 0; i < n; i++)
    for (int o = 0; o < out; o++)
      for (int64_t v = 0; v < windows; v++)
        for (int ch = 0; ch < cg; ch++)
          for (int64_t q = 0; q < places; q++) {
            int64_t at = 0, restV = v, restQ = q, stepX = 1;
            bool inside = true;
            for (size_t k = axes; k-- > 0;) {
              const int place = int(restV % y.extents[k + 2]) * c.stride[k] - c.pad[k] + int(restQ % w.extents[k + 2]) * c.dilate[k];
              restV /= y.extents[k + 2];
              restQ /= w.extents[k + 2];
              inside = inside && place >= 0 && place < x.extents[k + 2];
              at += place * stepX;
              stepX *= x.extents[k + 2];
            }
            if (!inside) continue;
            const int64_t channel = int64_t(o / og) * cg + ch;
            f((int64_t(i) * in + channel) * image + at, (int64_t(o) * cg + ch) * places + q, (int64_t(i) * out + o) * windows + v);
          }
}

// y = beta y + sums that `products` adds up.
template <class T, class F>
void sums(T* to, int64_t n, const void* beta, F products) {
  typedef emulator::Element<T> E;
  typedef typename E::Sum Sum;
  Sum before;
  memcpy(&before, beta, sizeof before);
  std::vector<Sum> sum(static_cast<size_t>(n), Sum(0));
  products(sum);
  for (int64_t i = 0; i < n; i++) E::store(to + i, before == Sum(0) ? sum[size_t(i)] : before * E::load(to + i) + sum[size_t(i)]);
}

enum Kind { forward, data, weight };

int run(Kind kind, void* handle, const void* alpha, const Tensor& x, const Tensor& w, const Convolution& c, const Tensor& y, const void* a,
        const void* b, int algorithm, void* workspace, size_t bytes, const void* beta, void* result) {
  if (!fit(x, w, c, y) || algorithm != kAlgorithm || bytes < kWorkspace || !workspace) return badParameter;
  double factors[2] = {};
  memcpy(&factors[1], beta, x.type == 1 ? 8 : 4);
  float one;
  double big;
  memcpy(&one, alpha, 4);
  memcpy(&big, alpha, x.type == 1 ? 8 : 4);
  if (x.type == 1 ? big != 1 : one != 1) return badParameter;
  const double before = factors[1];
  bool queued = false;
  withFloat(x.type, [&](auto element) {
    typedef decltype(element) T;
    queued = emulator::queue(static_cast<Handle*>(handle)->stream, [=] {
      typedef emulator::Element<T> E;
      const T *pa = static_cast<const T*>(a), *pb = static_cast<const T*>(b);
      const Tensor& to = kind == forward ? y : kind == data ? x : w;
      sums(static_cast<T*>(result), to.size(), &before, [&](auto& sum) {
        visit(x, w, c, y, [&](int64_t i, int64_t q, int64_t v) {
          if (kind == forward) sum[size_t(v)] += E::load(pa + i) * E::load(pb + q);
          else if (kind == data) sum[size_t(i)] += E::load(pa + q) * E::load(pb + v);
          else sum[size_t(q)] += E::load(pa + i) * E::load(pb + v);
        });
      });
    });
  });
  return queued ? ok : badParameter;
}

int choose(bool fits, int type, int wanted, int* found, Performance* results) {
  *found = 0;
  if (!fits || wanted < 2) return badParameter;
  // The first does not work, as happens; the second does.
  results[0] = {0, notSupported, 0, 0, 1, 0, {}};
  results[1] = {kAlgorithm, ok, 1, kWorkspace, 1, type == 0 ? 3 : 1, {}};
  *found = 2;
  return ok;
}

Tensor& T(void* t) { return tensor(t); }
Convolution& C(void* c) { return *static_cast<Convolution*>(c); }

}  // namespace

API cudnnCreateFilterDescriptor(void** made) {
  *made = new Tensor;
  return ok;
}
API cudnnCreateConvolutionDescriptor(void** made) {
  *made = new Convolution;
  return ok;
}
API cudnnSetFilterNdDescriptor(void* filter, int type, int format, int n, const int* extents) {
  T(filter).type = type;
  T(filter).extents.assign(extents, extents + n);
  return format == 0 && n >= 4 ? ok : badParameter;
}
API cudnnSetConvolutionNdDescriptor(void* convolution, int n, const int* pad, const int* stride, const int* dilate, int mode, int compute) {
  Convolution& c = C(convolution);
  c.pad.assign(pad, pad + n);
  c.stride.assign(stride, stride + n);
  c.dilate.assign(dilate, dilate + n);
  c.compute = compute;
  return mode == 1 && n >= 2 ? ok : badParameter;
}
API cudnnSetConvolutionGroupCount(void* convolution, int groups) {
  C(convolution).groups = groups;
  return ok;
}
API cudnnSetConvolutionMathType(void* convolution, int math) {
  C(convolution).math = math;
  return math >= 0 && math <= 3 ? ok : badParameter;
}
API cudnnGetConvolutionForwardAlgorithm_v7(void*, void* x, void* w, void* c, void* y, int wanted, int* found, Performance* results) {
  return choose(fit(T(x), T(w), C(c), T(y)), T(x).type, wanted, found, results);
}
API cudnnGetConvolutionBackwardDataAlgorithm_v7(void*, void* w, void* y, void* c, void* x, int wanted, int* found, Performance* results) {
  return choose(fit(T(x), T(w), C(c), T(y)), T(x).type, wanted, found, results);
}
API cudnnGetConvolutionBackwardFilterAlgorithm_v7(void*, void* x, void* y, void* c, void* w, int wanted, int* found, Performance* results) {
  return choose(fit(T(x), T(w), C(c), T(y)), T(x).type, wanted, found, results);
}
API cudnnConvolutionForward(void* h, const void* alpha, void* x, const void* px, void* w, const void* pw, void* c, int algorithm, void* space,
                            size_t bytes, const void* beta, void* y, void* py) {
  return run(forward, h, alpha, T(x), T(w), C(c), T(y), px, pw, algorithm, space, bytes, beta, py);
}
API cudnnConvolutionBackwardData(void* h, const void* alpha, void* w, const void* pw, void* y, const void* py, void* c, int algorithm,
                                 void* space, size_t bytes, const void* beta, void* x, void* px) {
  return run(data, h, alpha, T(x), T(w), C(c), T(y), pw, py, algorithm, space, bytes, beta, px);
}
API cudnnConvolutionBackwardFilter(void* h, const void* alpha, void* x, const void* px, void* y, const void* py, void* c, int algorithm,
                                   void* space, size_t bytes, const void* beta, void* w, void* pw) {
  return run(weight, h, alpha, T(x), T(w), C(c), T(y), px, py, algorithm, space, bytes, beta, pw);
}
API cudnnConvolutionBackwardBias(void* h, const void*, void* y, const void* py, const void* beta, void* b, void* pb) {
  const Tensor gy = T(y), gb = T(b);
  if (gb.extents.size() != gy.extents.size() || gb.extents[1] != gy.extents[1] || gb.size() != gy.extents[1]) return badParameter;
  double before = 0;
  memcpy(&before, beta, gy.type == 1 ? 8 : 4);
  bool queued = false;
  withFloat(gy.type, [&](auto element) {
    typedef decltype(element) E;
    queued = emulator::queue(static_cast<Handle*>(h)->stream, [=] {
      const int64_t inner = gy.size() / gy.extents[0] / gy.extents[1];
      sums(static_cast<E*>(pb), gb.size(), &before, [&](auto& sum) {
        for (int64_t i = 0; i < gy.size(); i++)
          sum[size_t(i / inner % gy.extents[1])] += emulator::Element<E>::load(static_cast<const E*>(py) + i);
      });
    });
  });
  return queued ? ok : badParameter;
}
