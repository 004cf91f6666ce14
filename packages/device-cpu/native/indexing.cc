// Whole slices along an axis, read and written at listed places. Arrays are dense [outer, n, inner], indices int64.
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

#include "commands.h"
#include "parallel.h"

namespace {
// Indices as positions; negative ones count from the end.
std::vector<int64_t> positionsOf(const int64_t* indices, int64_t count, int64_t n, int axis, const char* who) {
  std::vector<int64_t> at(static_cast<size_t>(count));
  for (int64_t j = 0; j < count; j++) {
    const int64_t i = indices[j];
    if (i < -n || i >= n) {
      throw std::out_of_range(std::string("[") + who + "] index " + std::to_string(i) + " is out of bounds for axis " +
                              std::to_string(axis) + " with size " + std::to_string(n));
    }
    at[size_t(j)] = i < 0 ? i + n : i;
  }
  return at;
}

// D: itemsize, x, indices, output, outer, n, inner (elements), count, axis.
void gather(Context& c) {
  Reader r(c);
  const int64_t itemsize = r.integer();
  const char* x = r.pointer();
  const int64_t* indices = r.pointer<int64_t>();
  char* y = r.pointer();
  const int64_t outer = r.integer(), n = r.integer(), inner = r.integer(), count = r.integer();
  const std::vector<int64_t> at = positionsOf(indices, count, n, r.small(), "gather");
  const int64_t bytes = inner * itemsize;
  parallelFor(threadsFor(c, double(outer * count) * (double(bytes) * 0.06 + 3)), outer * count, 64, [&](int64_t lo, int64_t hi, int) {
    for (int64_t i = lo; i < hi; i++) {
      const char* from = x + (i / count * n + at[size_t(i % count)]) * bytes;
      char* to = y + i * bytes;
      if (bytes == 4) memcpy(to, from, 4);
      else if (bytes == 8) memcpy(to, from, 8);
      else memcpy(to, from, size_t(bytes));
    }
  });
}

enum Mode : int { kSet, kAdd, kMax, kMin };

template <class T>
inline T combine(Mode mode, T a, T b) {
  switch (mode) {
    case kAdd:
      return a + b;
    case kMax:
      return a >= b || a != a ? a : b;
    case kMin:
      return a <= b || a != a ? a : b;
    default:
      return b;
  }
}

template <class T, Mode mode>
void scatter(Context& c, Reader r) {
  T* x = r.pointer<T>();
  const int64_t* indices = r.pointer<int64_t>();
  const T* values = r.pointer<T>();
  const int64_t outer = r.integer(), n = r.integer(), inner = r.integer(), count = r.integer();
  const std::vector<int64_t> at = positionsOf(indices, count, n, r.small(), "scatter");
  // Threads share outer planes, or else columns, so that what meets at one place is combined in order.
  const int threads = threadsFor(c, double(outer * count) * (double(inner) * 0.3 + 3));
  const bool planes = outer >= threads;
  parallelFor(threads, planes ? outer : inner, planes ? 1 : 16, [&](int64_t lo, int64_t hi, int) {
    const int64_t o0 = planes ? lo : 0, o1 = planes ? hi : outer, i0 = planes ? 0 : lo, i1 = planes ? inner : hi;
    for (int64_t o = o0; o < o1; o++) {
      for (int64_t j = 0; j < count; j++) {
        T* to = x + (o * n + at[size_t(j)]) * inner;
        const T* from = values + (o * count + j) * inner;
#pragma GCC ivdep
        for (int64_t i = i0; i < i1; i++) to[i] = combine<T>(mode, to[i], from[i]);
      }
    }
  });
}

template <class T>
void scatterOf(Context& c, Reader r, Mode mode) {
  switch (mode) {
    case kSet:
      return scatter<T, kSet>(c, r);
    case kAdd:
      return scatter<T, kAdd>(c, r);
    case kMax:
      return scatter<T, kMax>(c, r);
    default:
      return scatter<T, kMin>(c, r);
  }
}

// D: element type, mode, x, indices, values, outer, n, inner, count, axis.
void scatterCommand(Context& c) {
  Reader r(c);
  const int dtype = r.small();
  const Mode mode = Mode(r.small());
  switch (dtype) {
    case kF32:
      return scatterOf<float>(c, r, mode);
    case kF64:
      return scatterOf<double>(c, r, mode);
    case kI32:
      return scatterOf<int32_t>(c, r, mode);
    default:
      return scatterOf<int64_t>(c, r, mode);
  }
}
}  // namespace

void addIndexingCommands(std::vector<CommandEntry>& t) {
  t.push_back({"gather", gather});
  t.push_back({"scatter", scatterCommand});
}
