// Casts between compute types, and selection.
#include <limits>

#include "op-loops.h"

namespace {
// What the other languages of the project do: integers wrap, also those from floats, of which what has no integer gives the lowest one (64
// bits) or 0.
template <class R>
struct Cast {
  template <class T>
  static inline R f(T a) {
    if constexpr (std::is_floating_point_v<T> && std::is_same_v<R, uint64_t>) {
      const T top = T(9223372036854775808.0);
      return !(a >= top) || a == T(INFINITY) ? uint64_t(int64_t(a)) : uint64_t(int64_t(a - top)) ^ (uint64_t(1) << 63);
    } else if constexpr (std::is_floating_point_v<T> && std::is_integral_v<R>) {
      return R(int64_t(a));
    } else {
      return R(a);
    }
  }
};
struct ToBool {
  template <class T>
  static inline uint8_t f(T a) { return a != 0; }
};

// Nearly always numbers fit 32 bits, which vectors convert at once.
template <class R, class T>
void floatToInteger(void* d, const void* a, const void* b, const void* c, long n) {
  R* r = static_cast<R*>(d);
  const T* x = static_cast<const T*>(a);
  // Positive floats are ordered as their bits are, with what is no number above all.
  typedef std::conditional_t<sizeof(T) == 4, int32_t, int64_t> Bits;
  Bits largest = 0, limit;
  const T end = T(2147483648.0);
  memcpy(&limit, &end, sizeof limit);
  for (long i = 0; i < n; i++) {
    Bits bits;
    memcpy(&bits, x + i, sizeof bits);
    bits &= std::numeric_limits<Bits>::max();
    largest = bits > largest ? bits : largest;
  }
  if (largest >= limit) return loop1<R, T, Cast<R>>(d, a, b, c, n);
#pragma GCC ivdep
  for (long i = 0; i < n; i++) r[i] = R(int32_t(x[i]));
}

template <class R, class T>
void cast(OpTable& t) {
  if constexpr (!std::is_same_v<R, T>) {
    const std::string name = named<R>(named<T>("cast").c_str());
    const float cost = 0.008f * float(sizeof(R) + sizeof(T));
    if constexpr (std::is_floating_point_v<T> && std::is_integral_v<R> && sizeof(R) <= 4) {
      const BlockFn f = floatToInteger<R, T>;
      t.push_back({name, 1, int(sizeof(R)), cost, {f, f, f, f, f, f, f, f}});
    } else t.push_back(entry1<R, T, Cast<R>>(name, cost));
  }
}

template <class T>
void from(OpTable& t) {
  cast<int8_t, T>(t);
  cast<uint8_t, T>(t);
  cast<int16_t, T>(t);
  cast<uint16_t, T>(t);
  cast<int32_t, T>(t);
  cast<uint32_t, T>(t);
  cast<int64_t, T>(t);
  cast<uint64_t, T>(t);
  cast<float, T>(t);
  cast<double, T>(t);
  t.push_back(entry1<uint8_t, T, ToBool>(named<T>("tobool"), 0.01f * float(sizeof(T))));
}

template <class T, bool UC, bool UA, bool UB>
void select(void* d, const void* c, const void* a, const void* b, long n) {
  T* r = static_cast<T*>(d);
  const uint8_t* q = static_cast<const uint8_t*>(c);
  const T* x = static_cast<const T*>(a);
  const T* y = static_cast<const T*>(b);
  const uint8_t q0 = q[0];
  const T x0 = x[0], y0 = y[0];
#pragma GCC ivdep
  for (long i = 0; i < n; i++) {
    const T u = UA ? x0 : x[i], v = UB ? y0 : y[i];
    r[i] = (UC ? q0 : q[i]) ? u : v;
  }
}
template <class T>
OpEntry selection() {
  return {"where." + std::to_string(sizeof(T)), 3, int(sizeof(T)), 0.015f * float(sizeof(T)),
          {select<T, 0, 0, 0>, select<T, 1, 0, 0>, select<T, 0, 1, 0>, select<T, 1, 1, 0>, select<T, 0, 0, 1>, select<T, 1, 0, 1>,
           select<T, 0, 1, 1>, select<T, 1, 1, 1>}};
}
}  // namespace

void addCastOps(OpTable& t) {
  from<int8_t>(t);
  from<uint8_t>(t);
  from<int16_t>(t);
  from<uint16_t>(t);
  from<int32_t>(t);
  from<uint32_t>(t);
  from<int64_t>(t);
  from<uint64_t>(t);
  from<float>(t);
  from<double>(t);
}

void addSelectOps(OpTable& t) {
  t.push_back(selection<uint8_t>());
  t.push_back(selection<uint16_t>());
  t.push_back(selection<uint32_t>());
  t.push_back(selection<uint64_t>());
}

const std::vector<OpEntry>& ops() {
  static const std::vector<OpEntry>* table = [] {
    auto* t = new OpTable;
    addFloatOps(*t);
    addMathOps(*t);
    addScalarMathOps(*t);
    addIntegerOps(*t);
    addDivisionOps(*t);
    addCastOps(*t);
    addSelectOps(*t);
    return t;
  }();
  return *table;
}
