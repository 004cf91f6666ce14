// Windows as columns, and their transpose: whole rows of outputs at a time.
#include <cstring>

#include "commands.h"
#include "parallel.h"
#include "windows.h"

namespace {
// Calls body(column row, image position of output 0, first output, last+1 output) for every place of the window and row of
// outputs; rows that lie outside the image have an empty range.
template <class Body>
void eachColumnRow(const Windows& g, Body&& body) {
  const Axis &a = g.axis[0], &b = g.axis[1], &c = g.axis[2];
  int64_t row = 0;
  for (int64_t kd = 0; kd < a.kernel; kd++) {
    for (int64_t kh = 0; kh < b.kernel; kh++) {
      for (int64_t kw = 0; kw < c.kernel; kw++) {
        const int64_t lo = c.firstOutput(kw), hi = c.endOutput(kw);
        for (int64_t od = 0; od < a.output; od++) {
          for (int64_t oh = 0; oh < b.output; oh++, row++) {
            const bool inside = a.inside(od, kd) && b.inside(oh, kh) && lo < hi;
            const int64_t at = ((a.start(od) + kd * a.dilate) * b.image + b.start(oh) + kh * b.dilate) * c.image + kw * c.dilate - c.pad;
            body(row, at, inside ? lo : 0, inside ? hi : 0);
          }
        }
      }
    }
  }
}

template <class T>
void toColumns(Context& c, Reader r) {
  const T* x = r.pointer<T>();
  T* col = r.pointer<T>();
  const int64_t planes = r.integer();
  const Windows g(r);
  const int64_t image = g.image(), columns = g.places() * g.output(), width = g.axis[2].output, stride = g.axis[2].stride;
  parallelFor(threadsFor(c, double(planes * columns) * 0.4), planes, 1, [&](int64_t lo, int64_t hi, int) {
    for (int64_t p = lo; p < hi; p++) {
      eachColumnRow(g, [&](int64_t row, int64_t at, int64_t first, int64_t end) {
        T* to = col + p * columns + row * width;
        const T* from = x + p * image + at;
        for (int64_t i = 0; i < first; i++) to[i] = 0;
        if (stride == 1) {
          if (first < end) memcpy(to + first, from + first, size_t(end - first) * sizeof(T));
        } else {
          for (int64_t i = first; i < end; i++) to[i] = from[i * stride];
        }
        for (int64_t i = end; i < width; i++) to[i] = 0;
      });
    }
  });
}

template <class T>
void fromColumns(Context& c, Reader r) {
  T* x = r.pointer<T>();
  const T* col = r.pointer<T>();
  const int64_t planes = r.integer();
  const Windows g(r);
  const int64_t image = g.image(), columns = g.places() * g.output(), width = g.axis[2].output, stride = g.axis[2].stride;
  parallelFor(threadsFor(c, double(planes * columns) * 0.4), planes, 1, [&](int64_t lo, int64_t hi, int) {
    for (int64_t p = lo; p < hi; p++) {
      memset(x + p * image, 0, size_t(image) * sizeof(T));
      eachColumnRow(g, [&](int64_t row, int64_t at, int64_t first, int64_t end) {
        const T* from = col + p * columns + row * width;
        T* to = x + p * image + at;
#pragma GCC ivdep
        for (int64_t i = first; i < end; i++) to[i * stride] += from[i];
      });
    }
  });
}

// D: wide (float64), image, columns, planes, windows.
void im2col(Context& c) {
  Reader r(c);
  if (r.flag()) toColumns<double>(c, r);
  else toColumns<float>(c, r);
}
void col2im(Context& c) {
  Reader r(c);
  if (r.flag()) fromColumns<double>(c, r);
  else fromColumns<float>(c, r);
}
}  // namespace

void addIm2colCommands(std::vector<CommandEntry>& t) {
  t.push_back({"im2col", im2col});
  t.push_back({"col2im", col2im});
}
