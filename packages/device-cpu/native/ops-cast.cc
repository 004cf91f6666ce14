// Casts between compute types, wrapping to narrow integers, and selection.
#include "op-loops.h"

namespace {
// What the other languages of the project do: integers from floats wrap, what has no integer gives the lowest one (64 bits) or 0.
template <class R, class T>
struct Cast {
  static inline R f(T a) {
    if constexpr (std::is_floating_point_v<T> && std::is_same_v<R, uint64_t>) {
      const T top = T(9223372036854775808.0);
      return !(a >= top) || a == T(INFINITY) ? uint64_t(int64_t(a)) : uint64_t(int64_t(a - top)) ^ (uint64_t(1) << 63);
    } else if constexpr (std::is_floating_point_v<T> && sizeof(R) == 4 && std::is_integral_v<R>) {
      return R(int64_t(a));
    } else {
      return R(a);
    }
  }
};
template <class T>
struct ToBool {
  static inline int32_t f(T a) { return a != 0; }
};
template <class N>
struct Wrap {
  static inline int32_t f(int32_t a) { return N(a); }
};

template <class T>
void from(OpTable& t, const char* const* names, float k) {
  t.push_back(entry1<int32_t, T, Cast<int32_t, T>>(names[0], 0.06f * k));
  t.push_back(entry1<uint32_t, T, Cast<uint32_t, T>>(names[1], 0.06f * k));
  t.push_back(entry1<int64_t, T, Cast<int64_t, T>>(names[2], 0.12f * k));
  t.push_back(entry1<uint64_t, T, Cast<uint64_t, T>>(names[3], 0.12f * k));
  t.push_back(entry1<float, T, Cast<float, T>>(names[4], 0.06f * k));
  t.push_back(entry1<double, T, Cast<double, T>>(names[5], 0.12f * k));
  t.push_back(entry1<int32_t, T, ToBool<T>>(names[6], 0.06f * k));
}
#define NAMES(S) {"cast" S ".i32", "cast" S ".u32", "cast" S ".i64", "cast" S ".u64", "cast" S ".f32", "cast" S ".f64", "tobool" S}
const char* const kI32[] = NAMES(".i32");
const char* const kU32[] = NAMES(".u32");
const char* const kI64[] = NAMES(".i64");
const char* const kU64[] = NAMES(".u64");
const char* const kF32[] = NAMES(".f32");
const char* const kF64[] = NAMES(".f64");

template <class T, bool UC, bool UA, bool UB>
void select(void* d, const void* c, const void* a, const void* b, long n) {
  T* r = static_cast<T*>(d);
  const int32_t* q = static_cast<const int32_t*>(c);
  const T* x = static_cast<const T*>(a);
  const T* y = static_cast<const T*>(b);
  const int32_t q0 = q[0];
  const T x0 = x[0], y0 = y[0];
#pragma GCC ivdep
  for (long i = 0; i < n; i++) {
    const T u = UA ? x0 : x[i], v = UB ? y0 : y[i];
    r[i] = (UC ? q0 : q[i]) ? u : v;
  }
}
template <class T>
OpEntry selection(const char* name, float cost) {
  return {name, 3, int(sizeof(T)), cost,
          {select<T, 0, 0, 0>, select<T, 1, 0, 0>, select<T, 0, 1, 0>, select<T, 1, 1, 0>, select<T, 0, 0, 1>, select<T, 1, 0, 1>,
           select<T, 0, 1, 1>, select<T, 1, 1, 1>}};
}
}  // namespace

void addCastOps(OpTable& t) {
  from<int32_t>(t, kI32, 1);
  from<uint32_t>(t, kU32, 1);
  from<int64_t>(t, kI64, 2);
  from<uint64_t>(t, kU64, 2);
  from<float>(t, kF32, 1);
  from<double>(t, kF64, 2);
  t.push_back(entry1<int32_t, int32_t, Wrap<int8_t>>("wrap.int8", 0.05f));
  t.push_back(entry1<int32_t, int32_t, Wrap<int16_t>>("wrap.int16", 0.05f));
  t.push_back(entry1<int32_t, int32_t, Wrap<uint8_t>>("wrap.uint8", 0.05f));
  t.push_back(entry1<int32_t, int32_t, Wrap<uint16_t>>("wrap.uint16", 0.05f));
}

void addSelectOps(OpTable& t) {
  t.push_back(selection<uint32_t>("where.4", 0.06f));
  t.push_back(selection<uint64_t>("where.8", 0.12f));
}

const std::vector<OpEntry>& ops() {
  static const std::vector<OpEntry>* table = [] {
    auto* t = new OpTable;
    addFloatOps(*t);
    addMathOps(*t);
    addScalarMathOps(*t);
    addIntegerOps(*t);
    addCastOps(*t);
    addSelectOps(*t);
    return t;
  }();
  return *table;
}
