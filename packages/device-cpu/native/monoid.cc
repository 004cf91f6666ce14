#include "monoid.h"

#include <cstring>
#include <type_traits>

namespace {
template <class T>
struct AddOp {
  static T f(T a, T b) {
    if constexpr (std::is_integral_v<T>) return T(std::make_unsigned_t<T>(a) + std::make_unsigned_t<T>(b));
    else return a + b;
  }
};
template <class T>
struct MulOp {
  static T f(T a, T b) {
    if constexpr (std::is_integral_v<T>) return T(std::make_unsigned_t<T>(a) * std::make_unsigned_t<T>(b));
    else return a * b;
  }
};
template <class T>
struct MaxOp {
  static T f(T a, T b) {
    if constexpr (std::is_integral_v<T>) return a > b ? a : b;
    else return ((a >= b) | (a != a)) ? a : b;
  }
};
template <class T>
struct MinOp {
  static T f(T a, T b) {
    if constexpr (std::is_integral_v<T>) return a < b ? a : b;
    else return ((a <= b) | (a != a)) ? a : b;
  }
};
template <class T>
struct AndOp {
  static T f(T a, T b) { return a & b; }
};
template <class T>
struct OrOp {
  static T f(T a, T b) { return a | b; }
};

// Lanes are independent accumulators, so that the loop is a vector operation; a block has at most 1024 elements, so each
// lane adds few of them.
template <class T, template <class> class Op>
void fold(void* accumulator, const void* from, long n) {
  constexpr int L = 256 / sizeof(T);
  const T* x = static_cast<const T*>(from);
  T acc = *static_cast<T*>(accumulator);
  if (n >= L) {
    T lanes[L];
    for (int k = 0; k < L; k++) lanes[k] = x[k];
    long i = L;
    for (; i + L <= n; i += L) {
#pragma GCC ivdep
      for (int k = 0; k < L; k++) lanes[k] = Op<T>::f(lanes[k], x[i + k]);
    }
    const int left = int(n - i);
#pragma GCC ivdep
    for (int k = 0; k < left; k++) lanes[k] = Op<T>::f(lanes[k], x[i + k]);
    for (int w = L / 2; w > 0; w /= 2) {
#pragma GCC ivdep
      for (int k = 0; k < w; k++) lanes[k] = Op<T>::f(lanes[k], lanes[k + w]);
    }
    acc = Op<T>::f(acc, lanes[0]);
  } else {
    for (long i = 0; i < n; i++) acc = Op<T>::f(acc, x[i]);
  }
  *static_cast<T*>(accumulator) = acc;
}

}  // namespace

// Eight vectors are added as a tree, then to doubles: few roundings of float32, whatever the values.
double carriedSum(const float* x, long n) {
  typedef float F __attribute__((vector_size(64)));
  typedef double D __attribute__((vector_size(128)));
  constexpr long L = 16;
  D lanes{};
  long i = 0;
  const auto v = [&](long k) {
    F loaded;
    memcpy(&loaded, x + i + k * L, sizeof loaded);
    return loaded;
  };
  for (; i + 8 * L <= n; i += 8 * L)
    lanes += __builtin_convertvector(((v(0) + v(1)) + (v(2) + v(3))) + ((v(4) + v(5)) + (v(6) + v(7))), D);
  for (; i + L <= n; i += L) lanes += __builtin_convertvector(v(0), D);
  double total = 0;
  for (; i < n; i++) total += double(x[i]);
  for (int k = 0; k < L; k++) total += lanes[k];
  return total;
}

namespace {
template <class T, template <class> class Op>
void rows(void* accumulator, const void* from, long n) {
  T* a = static_cast<T*>(accumulator);
  const T* x = static_cast<const T*>(from);
#pragma GCC ivdep
  for (long i = 0; i < n; i++) a[i] = Op<T>::f(a[i], x[i]);
}

// Eight rows at a time go through a tree, so that accumulators are read and written once for eight, and sums round less.
template <class T, template <class> class Op>
void manyRows(void* accumulator, const void* from, long n, int64_t step, long count) {
  T* a = static_cast<T*>(accumulator);
  const char* x = static_cast<const char*>(from);
  long i = 0;
  for (; i + 8 <= count; i += 8, x += 8 * step) {
    const T* r[8];
    for (int k = 0; k < 8; k++) r[k] = reinterpret_cast<const T*>(x + k * step);
    const T *r0 = r[0], *r1 = r[1], *r2 = r[2], *r3 = r[3], *r4 = r[4], *r5 = r[5], *r6 = r[6], *r7 = r[7];
#pragma GCC ivdep
    for (long j = 0; j < n; j++) {
      const T u = Op<T>::f(Op<T>::f(r0[j], r1[j]), Op<T>::f(r2[j], r3[j]));
      const T v = Op<T>::f(Op<T>::f(r4[j], r5[j]), Op<T>::f(r6[j], r7[j]));
      a[j] = Op<T>::f(a[j], Op<T>::f(u, v));
    }
  }
  for (; i < count; i++, x += step) rows<T, Op>(a, x, n);
}

template <class T, template <class> class Op>
void rowsUniform(void* accumulator, const void* from, long n) {
  T* a = static_cast<T*>(accumulator);
  const T x = *static_cast<const T*>(from);
#pragma GCC ivdep
  for (long i = 0; i < n; i++) a[i] = Op<T>::f(a[i], x);
}

template <class T, template <class> class Op>
constexpr Monoid entry() {
  return {int(sizeof(T)), fold<T, Op>, rows<T, Op>, manyRows<T, Op>, rowsUniform<T, Op>};
}

template <template <class> class Op>
struct AllClasses {
  static constexpr Monoid table[6] = {entry<int32_t, Op>(), entry<uint32_t, Op>(), entry<int64_t, Op>(),
                                      entry<uint64_t, Op>(), entry<float, Op>(), entry<double, Op>()};
};
template <template <class> class Op>
constexpr Monoid AllClasses<Op>::table[6];

const Monoid kLogical[2] = {entry<int32_t, AndOp>(), entry<int32_t, OrOp>()};
}  // namespace

const Monoid& monoid(int kind, int scalarClass) {
  switch (kind) {
    case kAddM:
      return AllClasses<AddOp>::table[scalarClass];
    case kMulM:
      return AllClasses<MulOp>::table[scalarClass];
    case kMaxM:
      return AllClasses<MaxOp>::table[scalarClass];
    case kMinM:
      return AllClasses<MinOp>::table[scalarClass];
    default:
      return kLogical[kind == kOrM];
  }
}
