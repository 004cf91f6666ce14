// cuDNN's means over windows, emulated by loops on the host.
#include "cudnn.h"

using namespace cudnn;

namespace {

enum Mode { maximum = 0, withPadding = 1, withoutPadding = 2, deterministicMaximum = 3 };

struct Pooling {
  int mode = -1;
  std::vector<int> window, pad, stride;
};

// Whether x is what y was pooled from.
int fit(const Pooling& p, const Tensor& x, const Tensor& y) {
  const size_t axes = p.window.size();
  if (x.type != y.type || x.extents.size() != axes + 2 || y.extents.size() != axes + 2) return badParameter;
  if (x.extents.size() < 4 || x.extents.size() > 5) return notSupported;
  if (x.extents[0] != y.extents[0] || x.extents[1] != y.extents[1]) return badParameter;
  for (size_t a = 0; a < axes; a++) {
    const int room = x.extents[a + 2] + 2 * p.pad[a] - p.window[a];
    // No window may lie in the padding alone: there would be nothing to divide by.
    if (p.pad[a] >= p.window[a] || room < 0 || y.extents[a + 2] != room / p.stride[a] + 1) return badParameter;
  }
  // Maxima are not emulated.
  return p.mode == withPadding || p.mode == withoutPadding ? ok : notSupported;
}

// Calls f with a window's number, the place of the image, and what the window's sum is divided by.
template <class F>
void visit(const Pooling& p, const Tensor& x, const Tensor& y, F f) {
  const size_t axes = p.window.size();
  int64_t image = 1, windows = 1, places = 1;
  for (size_t a = 0; a < axes; a++) image *= x.extents[a + 2], windows *= y.extents[a + 2], places *= p.window[a];
  const int64_t planes = int64_t(x.extents[0]) * x.extents[1];
  std::vector<int64_t> found;
  for (int64_t c = 0; c < planes; c++)
    for (int64_t w = 0; w < windows; w++) {
      found.clear();
      for (int64_t q = 0; q < places; q++) {
        int64_t at = 0, step = 1, restW = w, restQ = q;
        bool inside = true;
        for (size_t a = axes; a-- > 0;) {
          const int64_t place = restW % y.extents[a + 2] * p.stride[a] - p.pad[a] + restQ % p.window[a];
          restW /= y.extents[a + 2];
          restQ /= p.window[a];
          inside = inside && place >= 0 && place < x.extents[a + 2];
          at += place * step;
          step *= x.extents[a + 2];
        }
        if (inside) found.push_back(at);
      }
      const double count = p.mode == withPadding ? double(places) : double(found.size());
      for (int64_t at : found) f(c * windows + w, c * image + at, count);
    }
}

// to = alpha * (sums of `from` over the pairs) + beta * to; one way or the other.
int run(void* handle, const Pooling& p, const Tensor& x, const Tensor& y, const void* from, void* to, bool back, double alpha, double beta) {
  return queue(handle, [=] {
    const Values read = load(back ? y : x, from);
    Values sums(size_t((back ? x : y).size()), 0.0);
    visit(p, x, y, [&](int64_t w, int64_t i, double count) { sums[size_t(back ? i : w)] += read[size_t(back ? w : i)] / count; });
    blend(x.type, to, sums, alpha, beta);
  });
}

}  // namespace

API cudnnCreatePoolingDescriptor(void** made) {
  *made = new Pooling;
  return ok;
}
API cudnnSetPoolingNdDescriptor(void* descriptor, int mode, int nan, int n, const int* window, const int* pad, const int* stride) {
  if (mode < maximum || mode > deterministicMaximum || nan < 0 || nan > 1 || n < 1 || n > 6) return badParameter;
  for (int k = 0; k < n; k++)
    if (window[k] < 1 || pad[k] < 0 || stride[k] < 1) return badParameter;
  *static_cast<Pooling*>(descriptor) = {mode, {window, window + n}, {pad, pad + n}, {stride, stride + n}};
  return ok;
}
API cudnnPoolingForward(void* handle, void* pooling, const void* alpha, void* xd, const void* x, const void* beta, void* yd, void* y) {
  const Pooling p = *static_cast<Pooling*>(pooling);
  const Tensor X = tensor(xd), Y = tensor(yd);
  if (const int status = first({fit(p, X, Y), holds(x, X), holds(y, Y)})) return status;
  return run(handle, p, X, Y, x, y, false, factor(alpha, X.type), factor(beta, X.type));
}
API cudnnPoolingBackward(void* handle, void* pooling, const void* alpha, void* yd, const void* y, void* dyd, const void* dy, void* xd,
                         const void* x, const void* beta, void* dxd, void* dx) {
  const Pooling p = *static_cast<Pooling*>(pooling);
  const Tensor X = tensor(xd), Y = tensor(yd);
  if (!(tensor(dyd) == Y) || !(tensor(dxd) == X)) return badParameter;
  if (const int status = first({fit(p, X, Y), holds(x, X), holds(y, Y), holds(dy, Y), holds(dx, X)})) return status;
  return run(handle, p, X, Y, dy, dx, true, factor(alpha, X.type), factor(beta, X.type));
}
