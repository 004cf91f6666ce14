#include "monoid.h"

#include <cstring>
#include <type_traits>
#include <utility>

#include "simd.h"

namespace {
// Each is written once for single elements and for vectors of them. Sums and products of integers are computed unsigned, since they wrap.
template <class T>
struct AddOp {
  template <class V>
  static V f(V a, V b) { return V(a + b); }
};
template <class T>
struct MulOp {
  template <class V>
  static V f(V a, V b) {
    if constexpr (std::is_integral_v<V> && sizeof(V) < 4) return V(uint32_t(a) * uint32_t(b));
    else return a * b;
  }
};
// Of floats that are equal the first, of NaNs the last.
template <class T>
struct MaxOp {
  template <class V>
  static V f(V a, V b) {
    const V m = b > a ? b : a;
    if constexpr (std::is_integral_v<T>) return m;
    else return b != b ? b : m;
  }
};
template <class T>
struct MinOp {
  template <class V>
  static V f(V a, V b) {
    const V m = b < a ? b : a;
    if constexpr (std::is_integral_v<T>) return m;
    else return b != b ? b : m;
  }
};
template <class T>
struct AndOp {
  template <class V>
  static V f(V a, V b) { return V(a & b); }
};
template <class T>
struct OrOp {
  template <class V>
  static V f(V a, V b) { return V(a | b); }
};

template <class T>
struct Vector {
  typedef T type __attribute__((vector_size(VECTOR_BYTES)));
};

// Every lane with the one `By` further on, and so on until the first has them all.
template <class T, template <class> class Op, int By, size_t... K>
inline T foldLanes(typename Vector<T>::type v, std::index_sequence<K...> lanes) {
  if constexpr (By == 0) return v[0];
  else return foldLanes<T, Op, By / 2>(Op<T>::f(v, __builtin_shufflevector(v, v, int((K + By) % sizeof...(K))...)), lanes);
}

// Eight independent vectors, which are combined as a tree; callers fold a few thousand elements at a time, so each lane adds few.
template <class T, template <class> class Op>
void fold(void* accumulator, const void* from, long n) {
  typedef typename Vector<T>::type V;
  constexpr long L = VECTOR_BYTES / sizeof(T);
  const T* x = static_cast<const T*>(from);
  T acc = *static_cast<T*>(accumulator);
  long i = 0;
  if (n >= L) {
    const auto at = [&](long k) { return loadVector<V>(x + i + k * L); };
    V v = at(0);
    i = L;
    if (n >= 9 * L) {
      V w[8];
      for (int k = 0; k < 8; k++) w[k] = at(k);
      for (i += 8 * L; i + 8 * L <= n; i += 8 * L) {
        for (int k = 0; k < 8; k++) w[k] = Op<T>::f(w[k], at(k));
      }
      const V u = Op<T>::f(Op<T>::f(w[0], w[1]), Op<T>::f(w[2], w[3]));
      v = Op<T>::f(v, Op<T>::f(u, Op<T>::f(Op<T>::f(w[4], w[5]), Op<T>::f(w[6], w[7]))));
    }
    for (; i + L <= n; i += L) v = Op<T>::f(v, at(0));
    acc = Op<T>::f(acc, foldLanes<T, Op, int(L / 2)>(v, std::make_index_sequence<size_t(L)>()));
  }
  for (; i < n; i++) acc = Op<T>::f(acc, x[i]);
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

// By scalar class. Sums and products do not tell signed integers from unsigned ones.
template <template <class> class Op, bool Wraps>
struct AllClasses {
  template <class T>
  using S = std::conditional_t<Wraps, std::make_unsigned_t<T>, T>;
  static constexpr Monoid table[10] = {
      entry<S<int8_t>, Op>(),  entry<uint8_t, Op>(),     entry<S<int16_t>, Op>(), entry<uint16_t, Op>(), entry<S<int32_t>, Op>(),
      entry<uint32_t, Op>(),   entry<S<int64_t>, Op>(),  entry<uint64_t, Op>(),   entry<float, Op>(),    entry<double, Op>()};
};
template <template <class> class Op, bool Wraps>
constexpr Monoid AllClasses<Op, Wraps>::table[10];

const Monoid kLogical[2] = {entry<uint8_t, AndOp>(), entry<uint8_t, OrOp>()};
}  // namespace

const Monoid& monoid(int kind, int scalarClass) {
  switch (kind) {
    case kAddM:
      return AllClasses<AddOp, true>::table[scalarClass];
    case kMulM:
      return AllClasses<MulOp, true>::table[scalarClass];
    case kMaxM:
      return AllClasses<MaxOp, false>::table[scalarClass];
    case kMinM:
      return AllClasses<MinOp, false>::table[scalarClass];
    default:
      return kLogical[kind == kOrM];
  }
}
