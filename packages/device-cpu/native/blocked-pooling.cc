// Pooling of float32 images in blocks of channels, [N, C/block, ..., block]: windows are walked place by place, all channels of a block at once.
#include <algorithm>
#include <cmath>
#include <vector>

#include "commands.h"
#include "lanes.h"
#include "parallel.h"
#include "windows.h"

namespace {
// Windows, and which of their places lie inside of the image, axis by axis for each output.
struct Places : Windows {
  struct Span {
    int64_t first, end;
  };
  std::vector<Span> inside[3];

  explicit Places(Reader& r) : Windows(r) {
    for (int i = 0; i < 3; i++) {
      const Axis& a = axis[i];
      for (int64_t o = 0; o < a.output; o++) {
        Span span{0, a.kernel};
        while (span.first < a.kernel && a.start(o) + span.first * a.dilate < 0) span.first++;
        while (span.end > span.first && !a.inside(o, span.end - 1)) span.end--;
        inside[i].push_back(span);
      }
    }
  }
  int32_t place(int64_t kd, int64_t kh, int64_t kw) const { return int32_t((kd * axis[1].kernel + kh) * axis[2].kernel + kw); }
};

// Calls body(place, position in the image) for the places of a window that lie inside.
template <class Body>
inline void eachPlace(const Places& g, int64_t od, int64_t oh, int64_t ow, Body&& body) {
  const Axis &a = g.axis[0], &b = g.axis[1], &c = g.axis[2];
  const auto depth = g.inside[0][size_t(od)], height = g.inside[1][size_t(oh)], width = g.inside[2][size_t(ow)];
  for (int64_t kd = depth.first; kd < depth.end; kd++) {
    for (int64_t kh = height.first; kh < height.end; kh++) {
      const int64_t row = ((a.start(od) + kd * a.dilate) * b.image + b.start(oh) + kh * b.dilate) * c.image + c.start(ow);
      for (int64_t kw = width.first; kw < width.end; kw++) body(g.place(kd, kh, kw), row + kw * c.dilate);
    }
  }
}

// Calls body(plane, output, od, oh, ow) for every window; a thread takes whole planes, and prepare(plane) comes before each.
template <class Prepare, class Body>
void eachWindow(const Context& c, const Places& g, int64_t planes, int block, Prepare&& prepare, Body&& body) {
  const double work = double(planes * g.output()) * double(g.places()) * block * 0.15;
  parallelFor(threadsFor(c, work), planes, 1, [&](int64_t lo, int64_t hi, int) {
    for (int64_t p = lo; p < hi; p++) {
      prepare(p);
      int64_t o = 0;
      for (int64_t od = 0; od < g.axis[0].output; od++) {
        for (int64_t oh = 0; oh < g.axis[1].output; oh++) {
          for (int64_t ow = 0; ow < g.axis[2].output; ow++, o++) body(p, o, od, oh, ow);
        }
      }
    }
  });
}

template <int B>
void maxForward(Context& c, Reader r) {
  using F = typename Lanes<B>::F;
  using I = typename Lanes<B>::I;
  const float* x = r.pointer<float>();
  float* y = r.pointer<float>();
  int32_t* indices = r.pointer<int32_t>();
  const int64_t planes = r.integer() / B;
  const Places g(r);
  const int64_t image = g.image() * B, output = g.output() * B;
  eachWindow(c, g, planes, B, [](int64_t) {}, [&](int64_t p, int64_t o, int64_t od, int64_t oh, int64_t ow) {
    const float* from = x + p * image;
    const auto depth = g.inside[0][size_t(od)], height = g.inside[1][size_t(oh)], width = g.inside[2][size_t(ow)];
    const bool any = depth.first < depth.end && height.first < height.end && width.first < width.end;
    F best = F{} - INFINITY;
    I where = I{} + (any ? g.place(depth.first, height.first, width.first) : 0);
    eachPlace(g, od, oh, ow, [&](int32_t place, int64_t at) {
      const F v = loadVector<F>(from + at * B);
      // The first of equals; the first NaN wins.
      const I stay = (v <= best) | (best != best);
      best = stay ? best : v;
      where = stay ? where : I{} + place;
    });
    storeVector(y + p * output + o * B, best);
    storeVector(indices + p * output + o * B, where);
  });
}

// gx[place] += gy, or y = x[place].
template <int B, bool pick>
void maxChosen(Context& c, Reader r) {
  using F = typename Lanes<B>::F;
  using I = typename Lanes<B>::I;
  float* outer = r.pointer<float>();
  float* inner = r.pointer<float>();
  const int32_t* indices = r.pointer<int32_t>();
  const int64_t planes = r.integer() / B;
  const Places g(r);
  const int64_t image = g.image() * B, output = g.output() * B;
  auto prepare = [&](int64_t p) {
    if (!pick) std::fill(inner + p * image, inner + (p + 1) * image, 0.0f);
  };
  eachWindow(c, g, planes, B, prepare, [&](int64_t p, int64_t o, int64_t od, int64_t oh, int64_t ow) {
    float* large = inner + p * image;
    float* small = outer + p * output + o * B;
    const I where = loadVector<I>(indices + p * output + o * B);
    F value = pick ? F{} : loadVector<F>(small);
    eachPlace(g, od, oh, ow, [&](int32_t place, int64_t at) {
      const F v = loadVector<F>(large + at * B);
      const I here = where == place;
      if (pick) value = here ? v : value;
      else storeVector(large + at * B, here ? v + value : v);
    });
    if (pick) storeVector(small, value);
  });
}

template <int B>
void maxBackward(Context& c, Reader r) {
  maxChosen<B, false>(c, r);
}
template <int B>
void maxPick(Context& c, Reader r) {
  maxChosen<B, true>(c, r);
}

// What the sum of each window is divided by.
std::vector<float> divisors(const Places& g, bool insideOnly) {
  std::vector<float> by;
  by.reserve(size_t(g.output()));
  for (int64_t od = 0; od < g.axis[0].output; od++) {
    for (int64_t oh = 0; oh < g.axis[1].output; oh++) {
      for (int64_t ow = 0; ow < g.axis[2].output; ow++) {
        int64_t n = 0;
        if (insideOnly) eachPlace(g, od, oh, ow, [&](int32_t, int64_t) { n++; });
        else n = g.places();
        by.push_back(float(std::max<int64_t>(n, 1)));
      }
    }
  }
  return by;
}

template <int B>
void averageForward(Context& c, Reader r) {
  using F = typename Lanes<B>::F;
  const float* x = r.pointer<float>();
  float* y = r.pointer<float>();
  const bool insideOnly = r.flag();
  const int64_t planes = r.integer() / B;
  const Places g(r);
  const std::vector<float> by = divisors(g, insideOnly);
  const int64_t image = g.image() * B, output = g.output() * B;
  eachWindow(c, g, planes, B, [](int64_t) {}, [&](int64_t p, int64_t o, int64_t od, int64_t oh, int64_t ow) {
    const float* from = x + p * image;
    F sum = {};
    eachPlace(g, od, oh, ow, [&](int32_t, int64_t at) { sum += loadVector<F>(from + at * B); });
    storeVector(y + p * output + o * B, sum / by[size_t(o)]);
  });
}

template <int B>
void averageBackward(Context& c, Reader r) {
  using F = typename Lanes<B>::F;
  const float* gy = r.pointer<float>();
  float* gx = r.pointer<float>();
  const bool insideOnly = r.flag();
  const int64_t planes = r.integer() / B;
  const Places g(r);
  const std::vector<float> by = divisors(g, insideOnly);
  const int64_t image = g.image() * B, output = g.output() * B;
  auto prepare = [&](int64_t p) { std::fill(gx + p * image, gx + (p + 1) * image, 0.0f); };
  eachWindow(c, g, planes, B, prepare, [&](int64_t p, int64_t o, int64_t od, int64_t oh, int64_t ow) {
    float* to = gx + p * image;
    const F share = loadVector<F>(gy + p * output + o * B) / by[size_t(o)];
    eachPlace(g, od, oh, ow, [&](int32_t, int64_t at) { storeVector(to + at * B, loadVector<F>(to + at * B) + share); });
  });
}

// D: block, arrays, what the mean divides by, channels of all images, windows.
#define COMMAND(NAME, WORK)               \
  void NAME(Context& c) {                 \
    Reader r(c);                          \
    if (r.small() == 16) WORK<16>(c, r);  \
    else WORK<8>(c, r);                   \
  }
COMMAND(blockedMaxPooling, maxForward)
COMMAND(blockedMaxPoolingGrad, maxBackward)
COMMAND(blockedMaxPoolingPick, maxPick)
COMMAND(blockedAveragePooling, averageForward)
COMMAND(blockedAveragePoolingGrad, averageBackward)
}  // namespace

void addBlockedPoolingCommands(std::vector<CommandEntry>& t) {
  t.push_back({"blockedMaxPooling", blockedMaxPooling});
  t.push_back({"blockedMaxPoolingGrad", blockedMaxPoolingGrad});
  t.push_back({"blockedMaxPoolingPick", blockedMaxPoolingPick});
  t.push_back({"blockedAveragePooling", blockedAveragePooling});
  t.push_back({"blockedAveragePoolingGrad", blockedAveragePoolingGrad});
}
