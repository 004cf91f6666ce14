#include "monoid.h"

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
// lane adds few of them, and sums of float32 go on in double from block to block where the caller keeps them (see reduce.cc).
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
    for (; i < n; i++) lanes[i % L] = Op<T>::f(lanes[i % L], x[i]);
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

template <class T, template <class> class Op>
void rows(void* accumulator, const void* from, long n) {
  T* a = static_cast<T*>(accumulator);
  const T* x = static_cast<const T*>(from);
#pragma GCC ivdep
  for (long i = 0; i < n; i++) a[i] = Op<T>::f(a[i], x[i]);
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
  return {int(sizeof(T)), fold<T, Op>, rows<T, Op>, rowsUniform<T, Op>};
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
