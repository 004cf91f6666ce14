// Along one axis of dense [outer, n, inner] arrays: places of extremes, and running combinations.
#include <algorithm>
#include <cmath>
#include <type_traits>
#include <vector>

#include "commands.h"
#include "parallel.h"

namespace {
template <class T>
inline bool isNaN(T x) {
  if constexpr (std::is_floating_point_v<T>) return x != x;
  else return false;
}

struct Greater {
  template <class T>
  static bool better(T a, T b) { return a > b; }
};
struct Less {
  template <class T>
  static bool better(T a, T b) { return a < b; }
};

// The first of the best; the first NaN wins.
template <class T, class Order>
int32_t placeOf(const T* x, int64_t n) {
  // Lanes hold the best of every 16th element; whichever lane has it first decides.
  constexpr int L = 16;
  if (n < 2 * L) {
    int64_t best = 0;
    for (int64_t i = 0; i < n; i++) {
      if (isNaN(x[i])) return int32_t(i);
      if (Order::better(x[i], x[best])) best = i;
    }
    return int32_t(best);
  }
  T lanes[L];
  bool nan = false;
  for (int k = 0; k < L; k++) lanes[k] = x[k];
  int64_t i = 0;
  for (; i + L <= n; i += L) {
    int found = 0;
#pragma GCC ivdep
    for (int k = 0; k < L; k++) {
      const T v = x[i + k];
      lanes[k] = Order::better(v, lanes[k]) ? v : lanes[k];
      found |= isNaN(v);
    }
    nan = nan || found != 0;
  }
  T best = lanes[0];
  for (int k = 1; k < L; k++) best = Order::better(lanes[k], best) ? lanes[k] : best;
  for (; i < n; i++) {
    nan = nan || isNaN(x[i]);
    best = Order::better(x[i], best) ? x[i] : best;
  }
  if (nan) {
    for (int64_t k = 0; k < n; k++) {
      if (isNaN(x[k])) return int32_t(k);
    }
  }
  for (int64_t k = 0; k < n; k++) {
    if (x[k] == best) return int32_t(k);
  }
  return 0;
}

template <class T, class Order>
void argreduce(Context& c, Reader r) {
  const T* x = r.pointer<T>();
  int32_t* y = r.pointer<int32_t>();
  const int64_t outer = r.integer(), n = r.integer(), inner = r.integer();
  const double work = double(outer * n * inner) * sizeof(T) * 0.1;
  if (inner == 1) {
    parallelFor(threadsFor(c, work), outer, 1, [&](int64_t lo, int64_t hi, int) {
      for (int64_t o = lo; o < hi; o++) y[o] = placeOf<T, Order>(x + o * n, n);
    });
    return;
  }
  constexpr int64_t kStrip = 256;
  const int64_t strips = (inner + kStrip - 1) / kStrip;
  parallelFor(threadsFor(c, work), outer * strips, 1, [&](int64_t lo, int64_t hi, int) {
    T best[kStrip];
    for (int64_t s = lo; s < hi; s++) {
      const int64_t from = s % strips * kStrip, m = std::min(kStrip, inner - from);
      const T* start = x + s / strips * n * inner + from;
      int32_t* where = y + s / strips * inner + from;
      for (int64_t i = 0; i < m; i++) {
        best[i] = start[i];
        where[i] = 0;
      }
      for (int64_t j = 1; j < n; j++) {
        const T* row = start + j * inner;
#pragma GCC ivdep
        for (int64_t i = 0; i < m; i++) {
          const bool take = (Order::better(row[i], best[i]) | isNaN(row[i])) & !isNaN(best[i]);
          best[i] = take ? row[i] : best[i];
          where[i] = take ? int32_t(j) : where[i];
        }
      }
    }
  });
}

template <class T>
void argreduceOf(Context& c, Reader r, bool max) {
  if (max) argreduce<T, Greater>(c, r);
  else argreduce<T, Less>(c, r);
}

struct Add {
  template <class T>
  static T f(T a, T b) {
    if constexpr (std::is_integral_v<T>) return T(uint64_t(a) + uint64_t(b));
    else return a + b;
  }
};
struct Multiply {
  template <class T>
  static T f(T a, T b) {
    if constexpr (std::is_integral_v<T>) return T(uint64_t(a) * uint64_t(b));
    else return a * b;
  }
};
struct Maximum {
  template <class T>
  static T f(T a, T b) {
    return a >= b || isNaN(a) ? a : b;
  }
};
struct Minimum {
  template <class T>
  static T f(T a, T b) {
    return a <= b || isNaN(a) ? a : b;
  }
};

// x[j] = x[j - 1] op x[j].
template <class T, class Op>
void scan(Context& c, Reader r) {
  T* x = r.pointer<T>();
  const int64_t outer = r.integer(), n = r.integer(), inner = r.integer();
  parallelFor(threadsFor(c, double(outer * n * inner)), outer, 1, [&](int64_t lo, int64_t hi, int) {
    for (int64_t o = lo; o < hi; o++) {
      T* rows = x + o * n * inner;
      if (inner == 1) {
        T last = rows[0];
        for (int64_t j = 1; j < n; j++) rows[j] = last = Op::f(last, rows[j]);
        continue;
      }
      for (int64_t j = 1; j < n; j++) {
        T *before = rows + (j - 1) * inner, *row = rows + j * inner;
#pragma GCC ivdep
        for (int64_t i = 0; i < inner; i++) row[i] = Op::f(before[i], row[i]);
      }
    }
  });
}

template <class T>
void scanOf(Context& c, Reader r, int op) {
  switch (op) {
    case 0:
      return scan<T, Add>(c, r);
    case 1:
      return scan<T, Multiply>(c, r);
    case 2:
      return scan<T, Maximum>(c, r);
    default:
      return scan<T, Minimum>(c, r);
  }
}

#define FOR_TYPES(DTYPE, CALL)   \
  switch (DTYPE) {               \
    case kBool:                  \
    case kU8:                    \
      return CALL(uint8_t);      \
    case kI8:                    \
      return CALL(int8_t);       \
    case kI16:                   \
      return CALL(int16_t);      \
    case kI32:                   \
      return CALL(int32_t);      \
    case kI64:                   \
      return CALL(int64_t);      \
    case kU16:                   \
      return CALL(uint16_t);     \
    case kU32:                   \
      return CALL(uint32_t);     \
    case kU64:                   \
      return CALL(uint64_t);     \
    case kF64:                   \
      return CALL(double);       \
    default:                     \
      return CALL(float);        \
  }

// D: element type, whether of the maximum, x, places, [outer, n, inner].
void argreduceCommand(Context& c) {
  Reader r(c);
  const int dtype = r.small();
  const bool max = r.flag();
#define ARGREDUCE(T) argreduceOf<T>(c, r, max)
  FOR_TYPES(dtype, ARGREDUCE)
}

// D: element type, operation, array, [outer, n, inner].
void scanCommand(Context& c) {
  Reader r(c);
  const int dtype = r.small();
  const int op = r.small();
#define SCAN(T) scanOf<T>(c, r, op)
  FOR_TYPES(dtype, SCAN)
}
}  // namespace

void addLineCommands(std::vector<CommandEntry>& t) {
  t.push_back({"argreduce", argreduceCommand});
  t.push_back({"scan", scanCommand});
}
