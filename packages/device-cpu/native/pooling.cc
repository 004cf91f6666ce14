// Pooling over windows: maximum with its place, mean, and their transposes, for float32 and float64. One row of outputs at a
// time, place by place of the window, so that the innermost loop has no branches.
#include <cmath>
#include <vector>

#include "commands.h"
#include "parallel.h"
#include "windows.h"

namespace {
// Calls body(imageRow, place, first output, last+1 output) for the places of a row of outputs that lie inside the image.
// imageRow is the position of the first output's element minus padding, so that output w is at imageRow + w * stride.
template <class Body>
inline void eachPlace(const Windows& g, int64_t od, int64_t oh, Body&& body) {
  const Axis &a = g.axis[0], &b = g.axis[1], &c = g.axis[2];
  for (int64_t kd = 0; kd < a.kernel; kd++) {
    if (!a.inside(od, kd)) continue;
    for (int64_t kh = 0; kh < b.kernel; kh++) {
      if (!b.inside(oh, kh)) continue;
      const int64_t row = ((a.start(od) + kd * a.dilate) * b.image + b.start(oh) + kh * b.dilate) * c.image;
      for (int64_t kw = 0; kw < c.kernel; kw++) {
        const int64_t lo = c.firstOutput(kw), hi = c.endOutput(kw);
        if (lo < hi) body(row + kw * c.dilate - c.pad, (kd * b.kernel + kh) * c.kernel + kw, lo, hi);
      }
    }
  }
}

template <class Body>
void eachRow(const Context& c, const Windows& g, int64_t planes, Body&& body) {
  const double work = double(planes) * double(g.output()) * double(g.places());
  parallelFor(threadsFor(c, work), planes, 1, [&](int64_t lo, int64_t hi, int) {
    for (int64_t p = lo; p < hi; p++) {
      for (int64_t od = 0; od < g.axis[0].output; od++) {
        for (int64_t oh = 0; oh < g.axis[1].output; oh++) body(p, od, oh, (p * g.axis[0].output + od) * g.axis[1].output + oh);
      }
    }
  });
}

template <class T>
inline void takeGreater(const T* x, int64_t stride, int32_t place, T* best, int32_t* where, int64_t n) {
  if (stride == 1) {
#pragma GCC ivdep
    for (int64_t i = 0; i < n; i++) {
      const T v = x[i], b = best[i];
      const bool take = (v > b) | (where[i] < 0) | ((v != v) & (b == b));
      best[i] = take ? v : b;
      where[i] = take ? place : where[i];
    }
  } else if (stride == 2) {
#pragma GCC ivdep
    for (int64_t i = 0; i < n; i++) {
      const T v = x[2 * i], b = best[i];
      const bool take = (v > b) | (where[i] < 0) | ((v != v) & (b == b));
      best[i] = take ? v : b;
      where[i] = take ? place : where[i];
    }
  } else {
#pragma GCC ivdep
    for (int64_t i = 0; i < n; i++) {
      const T v = x[stride * i], b = best[i];
      const bool take = (v > b) | (where[i] < 0) | ((v != v) & (b == b));
      best[i] = take ? v : b;
      where[i] = take ? place : where[i];
    }
  }
}

template <class T>
void maxForward(Context& c, Reader r) {
  const T* x = r.pointer<T>();
  T* y = r.pointer<T>();
  int32_t* indices = r.pointer<int32_t>();
  const int64_t planes = r.integer();
  const Windows g(r);
  const int64_t width = g.axis[2].output, stride = g.axis[2].stride, image = g.image();
  eachRow(c, g, planes, [&](int64_t p, int64_t od, int64_t oh, int64_t row) {
    T* best = y + row * width;
    int32_t* where = indices + row * width;
    for (int64_t i = 0; i < width; i++) {
      best[i] = T(-INFINITY);
      where[i] = -1;
    }
    eachPlace(g, od, oh, [&](int64_t at, int64_t place, int64_t lo, int64_t hi) {
      takeGreater(x + p * image + at + lo * stride, stride, int32_t(place), best + lo, where + lo, hi - lo);
    });
    for (int64_t i = 0; i < width; i++) where[i] = where[i] < 0 ? 0 : where[i];
  });
}

// Calls body(position in the image or -1, output) for every output of a plane.
template <class Body>
inline void eachChosen(const Windows& g, const int32_t* where, Body&& body) {
  const Axis &a = g.axis[0], &b = g.axis[1], &c = g.axis[2];
  int64_t i = 0;
  for (int64_t od = 0; od < a.output; od++) {
    for (int64_t oh = 0; oh < b.output; oh++) {
      for (int64_t ow = 0; ow < c.output; ow++, i++) {
        const int32_t k = where[i];
        const int32_t kw = k % int32_t(c.kernel), rest = k / int32_t(c.kernel);
        const int32_t kh = rest % int32_t(b.kernel), kd = rest / int32_t(b.kernel);
        const int64_t z = a.start(od) + kd * a.dilate, y = b.start(oh) + kh * b.dilate, x = c.start(ow) + kw * c.dilate;
        const bool inside = z >= 0 && z < a.image && y >= 0 && y < b.image && x >= 0 && x < c.image;
        body(inside ? (z * b.image + y) * c.image + x : -1, i);
      }
    }
  }
}

// gx[place] += gy, or y = x[place].
template <class T>
void maxChosen(Context& c, Reader r, bool pick) {
  T* outer = r.pointer<T>();
  T* inner = r.pointer<T>();
  const int32_t* indices = r.pointer<int32_t>();
  const int64_t planes = r.integer();
  const Windows g(r);
  const int64_t image = g.image(), output = g.output();
  parallelFor(threadsFor(c, double(planes * (output * 3 + image / 8))), planes, 1, [&](int64_t lo, int64_t hi, int) {
    for (int64_t p = lo; p < hi; p++) {
      T* large = inner + p * image;
      T* small = outer + p * output;
      if (!pick) std::fill(large, large + image, T(0));
      eachChosen(g, indices + p * output, [&](int64_t at, int64_t i) {
        if (pick) small[i] = at < 0 ? T(0) : large[at];
        else if (at >= 0) large[at] += small[i];
      });
    }
  });
}

// What the sum of each window is divided by; the same for every plane.
template <class T>
std::vector<T> divisors(const Windows& g, bool insideOnly) {
  std::vector<T> by(size_t(g.output()), T(g.places()));
  if (!insideOnly) return by;
  const int64_t width = g.axis[2].output;
  for (int64_t od = 0; od < g.axis[0].output; od++) {
    for (int64_t oh = 0; oh < g.axis[1].output; oh++) {
      T* row = by.data() + (od * g.axis[1].output + oh) * width;
      std::fill(row, row + width, T(0));
      eachPlace(g, od, oh, [&](int64_t, int64_t, int64_t lo, int64_t hi) {
        for (int64_t i = lo; i < hi; i++) row[i] += 1;
      });
      for (int64_t i = 0; i < width; i++) row[i] = row[i] < 1 ? T(1) : row[i];
    }
  }
  return by;
}

template <class T>
void averageForward(Context& c, Reader r) {
  const T* x = r.pointer<T>();
  T* y = r.pointer<T>();
  const bool insideOnly = r.flag();
  const int64_t planes = r.integer();
  const Windows g(r);
  const std::vector<T> by = divisors<T>(g, insideOnly);
  const int64_t width = g.axis[2].output, stride = g.axis[2].stride, image = g.image(), rows = g.output() / width;
  eachRow(c, g, planes, [&](int64_t p, int64_t od, int64_t oh, int64_t row) {
    T* sum = y + row * width;
    std::fill(sum, sum + width, T(0));
    eachPlace(g, od, oh, [&](int64_t at, int64_t, int64_t lo, int64_t hi) {
      const T* from = x + p * image + at;
#pragma GCC ivdep
      for (int64_t i = lo; i < hi; i++) sum[i] += from[i * stride];
    });
    const T* divide = by.data() + row % rows * width;
    for (int64_t i = 0; i < width; i++) sum[i] /= divide[i];
  });
}

template <class T>
void averageBackward(Context& c, Reader r) {
  const T* gy = r.pointer<T>();
  T* gx = r.pointer<T>();
  const bool insideOnly = r.flag();
  const int64_t planes = r.integer();
  const Windows g(r);
  const std::vector<T> by = divisors<T>(g, insideOnly);
  const int64_t width = g.axis[2].output, stride = g.axis[2].stride, image = g.image();
  const double work = double(planes) * double(g.output()) * double(g.places());
  parallelFor(threadsFor(c, work), planes, 1, [&](int64_t lo, int64_t hi, int) {
    std::vector<T> share(static_cast<size_t>(width));
    for (int64_t p = lo; p < hi; p++) {
      T* to = gx + p * image;
      std::fill(to, to + image, T(0));
      for (int64_t od = 0; od < g.axis[0].output; od++) {
        for (int64_t oh = 0; oh < g.axis[1].output; oh++) {
          const int64_t row = (od * g.axis[1].output + oh) * width;
          for (int64_t i = 0; i < width; i++) share[size_t(i)] = gy[p * g.output() + row + i] / by[size_t(row + i)];
          eachPlace(g, od, oh, [&](int64_t at, int64_t, int64_t first, int64_t end) {
            T* target = to + at;
            const T* s = share.data();
#pragma GCC ivdep
            for (int64_t i = first; i < end; i++) target[i * stride] += s[i];
          });
        }
      }
    }
  });
}

// D: wide (float64), arrays, what the mean divides by, planes, windows.
#define COMMAND(NAME, WORK)             \
  void NAME(Context& c) {               \
    Reader r(c);                        \
    if (r.flag()) WORK(double);         \
    else WORK(float);                   \
  }
#define MAX_FORWARD(T) maxForward<T>(c, r)
#define MAX_BACKWARD(T) maxChosen<T>(c, r, false)
#define MAX_PICK(T) maxChosen<T>(c, r, true)
#define AVERAGE_FORWARD(T) averageForward<T>(c, r)
#define AVERAGE_BACKWARD(T) averageBackward<T>(c, r)
COMMAND(maxPooling, MAX_FORWARD)
COMMAND(maxPoolingGrad, MAX_BACKWARD)
COMMAND(maxPoolingPick, MAX_PICK)
COMMAND(averagePooling, AVERAGE_FORWARD)
COMMAND(averagePoolingGrad, AVERAGE_BACKWARD)
}  // namespace

void addPoolingCommands(std::vector<CommandEntry>& t) {
  t.push_back({"maxPooling", maxPooling});
  t.push_back({"maxPoolingGrad", maxPoolingGrad});
  t.push_back({"maxPoolingPick", maxPoolingPick});
  t.push_back({"averagePooling", averagePooling});
  t.push_back({"averagePoolingGrad", averagePoolingGrad});
}
