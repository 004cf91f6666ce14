// Floating functions that have no vector form: remainders, neighbours, exponents.
#include "op-loops.h"

namespace {
template <class T>
inline T mod(T a, T b) {
  const T r = std::fmod(a, b);
  if (r == 0) return b < 0 ? T(-0.0) : T(0);
  return (r < 0) != (b < 0) ? r + b : r;
}

template <class T>
inline T floordiv(T a, T b) {
  if (b == 0) return a / b;
  const T r = std::fmod(a, b);
  T q = (a - r) / b;
  if (r != 0 && (r < 0) != (b < 0)) q -= 1;
  if (q == 0) return std::copysign(T(0), a / b);
  const T f = std::floor(q);
  return q - f > T(0.5) ? f + 1 : f;
}

struct Mod {
  template <class T>
  static T f(T a, T b) { return mod(a, b); }
};
struct Fmod {
  template <class T>
  static T f(T a, T b) { return std::fmod(a, b); }
};
struct Floordiv {
  template <class T>
  static T f(T a, T b) { return floordiv(a, b); }
};
struct Nextafter {
  template <class T>
  static T f(T a, T b) { return std::nextafter(a, b); }
};
struct Ldexp {
  template <class T>
  static T f(T a, int32_t e) { return std::ldexp(a, e); }
};
struct Mantissa {
  template <class T>
  static T f(T a) {
    int e;
    return a == 0 || !std::isfinite(a) ? a : std::frexp(a, &e);
  }
};
struct Exponent {
  template <class T>
  static int32_t f(T a) {
    int e = 0;
    if (a != 0 && std::isfinite(a)) std::frexp(a, &e);
    return e;
  }
};

template <class T>
void add(OpTable& t) {
  t.push_back(entry2<T, T, T, Mod>(named<T>("mod"), 8));
  t.push_back(entry2<T, T, T, Fmod>(named<T>("fmod"), 8));
  t.push_back(entry2<T, T, T, Floordiv>(named<T>("floordiv"), 9));
  t.push_back(entry2<T, T, T, Nextafter>(named<T>("nextafter"), 4));
  t.push_back(entry2<T, T, int32_t, Ldexp>(named<T>("ldexp"), 4));
  t.push_back(entry1<T, T, Mantissa>(named<T>("frexpMantissa"), 4));
  t.push_back(entry1<int32_t, T, Exponent>(named<T>("frexpExponent"), 4));
}
}  // namespace

void addScalarMathOps(OpTable& t) {
  add<float>(t);
  add<double>(t);
}
