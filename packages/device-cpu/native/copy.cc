// Copies between views of one element type, and filling. Casts run as elementwise programs.
#include <algorithm>
#include <cstring>

#include "commands.h"
#include "parallel.h"
#include "program.h"

namespace {
struct Wide {
  uint64_t a, b;
};

struct Nest {
  int nd;
  int64_t shape[kMaxDims], src[kMaxDims], dst[kMaxDims];
};

// Outer axes first by the destination's step; neighbours merged.
void normalize(Nest& n) {
  int order[kMaxDims], kept = 0;
  for (int i = 0; i < n.nd; i++) {
    if (n.shape[i] != 1) order[kept++] = i;
  }
  std::stable_sort(order, order + kept, [&](int a, int b) { return std::abs(n.dst[a]) > std::abs(n.dst[b]); });
  Nest m;
  m.nd = 0;
  for (int i = 0; i < kept; i++) {
    const int axis = order[i];
    const int last = m.nd - 1;
    if (last >= 0 && m.src[last] == n.src[axis] * n.shape[axis] && m.dst[last] == n.dst[axis] * n.shape[axis]) {
      m.shape[last] *= n.shape[axis];
      m.src[last] = n.src[axis];
      m.dst[last] = n.dst[axis];
    } else {
      m.shape[m.nd] = n.shape[axis];
      m.src[m.nd] = n.src[axis];
      m.dst[m.nd] = n.dst[axis];
      m.nd++;
    }
  }
  if (m.nd == 0) {
    m.nd = 1;
    m.shape[0] = 1;
    m.src[0] = m.dst[0] = 1;
  }
  n = m;
}

template <class T>
void copyRow(const T* src, int64_t ss, T* dst, int64_t ds, int64_t n) {
  if (ss == 1 && ds == 1) memcpy(dst, src, size_t(n) * sizeof(T));
  else if (ss == 0 && ds == 1) std::fill(dst, dst + n, *src);
  else {
    for (int64_t i = 0; i < n; i++) dst[i * ds] = src[i * ss];
  }
}

// A tile at a time, so that both sides stay in cache when one is walked across.
template <class T>
void copyTile(const T* src, int64_t srow, int64_t scol, T* dst, int64_t drow, int64_t dcol, int64_t rows, int64_t cols) {
  constexpr int64_t kTile = 32;
  for (int64_t i = 0; i < rows; i += kTile) {
    const int64_t m = std::min(kTile, rows - i);
    for (int64_t j = 0; j < cols; j += kTile) {
      const int64_t n = std::min(kTile, cols - j);
      for (int64_t a = 0; a < m; a++) {
        const T* s = src + (i + a) * srow + j * scol;
        T* d = dst + (i + a) * drow + j * dcol;
        for (int64_t b = 0; b < n; b++) d[b * dcol] = s[b * scol];
      }
    }
  }
}

template <class T>
void copyNest(const Context& c, const char* from, char* to, Nest n) {
  const T* src = reinterpret_cast<const T*>(from);
  T* dst = reinterpret_cast<T*>(to);
  int64_t size = 1;
  for (int i = 0; i < n.nd; i++) size *= n.shape[i];
  const int threads = threadsFor(c, double(size) * sizeof(T) * 0.06);
  if (n.nd == 1) {
    parallelFor(threads, n.shape[0], 1024, [&](int64_t lo, int64_t hi, int) {
      copyRow(src + lo * n.src[0], n.src[0], dst + lo * n.dst[0], n.dst[0], hi - lo);
    });
    return;
  }
  const int last = n.nd - 1;
  // The axis that the source walks closest is tiled against the last one.
  int across = last - 1;
  for (int i = 0; i < last; i++) {
    if (n.src[i] != 0 && (n.src[across] == 0 || std::abs(n.src[i]) < std::abs(n.src[across]))) across = i;
  }
  const bool tiled = std::abs(n.src[across]) < std::abs(n.src[last]) && n.src[across] != 0 && n.shape[across] >= 8 && n.shape[last] >= 8;
  if (!tiled) across = last - 1;
  std::swap(n.shape[across], n.shape[last - 1]);
  std::swap(n.src[across], n.src[last - 1]);
  std::swap(n.dst[across], n.dst[last - 1]);
  const int64_t rows = n.shape[last - 1], cols = n.shape[last];
  const int64_t planes = size / (rows * cols);
  parallelFor(threads, planes * rows, 1, [&](int64_t lo, int64_t hi, int) {
    for (int64_t i = lo; i < hi;) {
      const int64_t plane = i / rows, row = i % rows;
      const int64_t m = std::min(rows - row, hi - i);
      const T* s = src + row * n.src[last - 1];
      T* d = dst + row * n.dst[last - 1];
      int64_t rest = plane;
      for (int axis = last - 2; axis >= 0; axis--) {
        const int64_t k = rest % n.shape[axis];
        rest /= n.shape[axis];
        s += k * n.src[axis];
        d += k * n.dst[axis];
      }
      if (tiled) copyTile(s, n.src[last - 1], n.src[last], d, n.dst[last - 1], n.dst[last], m, cols);
      else {
        for (int64_t a = 0; a < m; a++) copyRow(s + a * n.src[last - 1], n.src[last], d + a * n.dst[last - 1], n.dst[last], cols);
      }
      i += m;
    }
  });
}

void dispatch(const Context& c, int itemsize, const char* from, char* to, const Nest& n) {
  switch (itemsize) {
    case 1:
      return copyNest<uint8_t>(c, from, to, n);
    case 2:
      return copyNest<uint16_t>(c, from, to, n);
    case 4:
      return copyNest<uint32_t>(c, from, to, n);
    case 8:
      return copyNest<uint64_t>(c, from, to, n);
    default:
      return copyNest<Wide>(c, from, to, n);
  }
}

// D: itemsize, source, destination, axes, shape, steps of both.
void copy(Context& c) {
  Reader r(c);
  const int itemsize = r.small();
  const char* from = r.pointer();
  char* to = r.pointer();
  Nest n;
  n.nd = r.small();
  r.integers(n.shape, n.nd);
  r.integers(n.src, n.nd);
  r.integers(n.dst, n.nd);
  normalize(n);
  dispatch(c, itemsize, from, to, n);
}

// D: itemsize, destination, axes, shape, steps, then the element's bytes (two cells).
void fill(Context& c) {
  Reader r(c);
  const int itemsize = r.small();
  char* to = r.pointer();
  Nest n;
  n.nd = r.small();
  r.integers(n.shape, n.nd);
  r.integers(n.dst, n.nd);
  for (int i = 0; i < n.nd; i++) n.src[i] = 0;
  uint64_t bits[2] = {r.raw(), 0};
  bits[1] = r.raw();
  normalize(n);
  dispatch(c, itemsize, reinterpret_cast<const char*>(bits), to, n);
}
}  // namespace

void addCopyCommands(std::vector<CommandEntry>& t) {
  t.push_back({"copy", copy});
  t.push_back({"fill", fill});
}
