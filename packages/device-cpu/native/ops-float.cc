// Arithmetic, rounding, comparison and tests of float32 and float64: one line an operation.
#include "op-loops.h"

namespace {
#define OP1(NAME, EXPRESSION)           \
  struct NAME {                         \
    template <class T>                  \
    static inline auto f(T a) {         \
      return EXPRESSION;                \
    }                                   \
  };
#define OP2(NAME, EXPRESSION)           \
  struct NAME {                         \
    template <class T>                  \
    static inline auto f(T a, T b) {    \
      return EXPRESSION;                \
    }                                   \
  };

template <class T>
inline T pi() {
  return T(3.14159265358979323846);
}

OP2(Add, a + b)
OP2(Sub, a - b)
OP2(Mul, a * b)
OP2(Div, a / b)
OP2(Maximum, ((a >= b) | (a != a)) ? a : b)
OP2(Minimum, ((a <= b) | (a != a)) ? a : b)
OP2(Fmax, ((a >= b) | (b != b)) ? a : b)
OP2(Fmin, ((a <= b) | (b != b)) ? a : b)
OP2(Heaviside, a != a ? a : a == 0 ? b : a > 0 ? T(1) : T(0))
OP2(Copysign, std::copysign(a, b))
OP2(Eq, a == b)
OP2(Ne, a != b)
OP2(Lt, a < b)
OP2(Le, a <= b)
OP2(Gt, a > b)
OP2(Ge, a >= b)
OP1(Neg, -a)
OP1(Positive, a)
OP1(Imag, T(0))
OP1(Abs, std::fabs(a))
OP1(Sign, a > 0 ? T(1) : a < 0 ? T(-1) : a)
OP1(Square, a * a)
OP1(Reciprocal, T(1) / a)
OP1(Sqrt, std::sqrt(a))
OP1(Rsqrt, T(1) / std::sqrt(a))
OP1(Floor, std::floor(a))
OP1(Ceil, std::ceil(a))
OP1(Trunc, std::trunc(a))
OP1(Rint, std::nearbyint(a))
OP1(Isnan, a != a)
OP1(Isinf, std::fabs(a) == T(INFINITY))
OP1(Isfinite, std::fabs(a) < T(INFINITY))
OP1(Signbit, std::copysign(T(1), a) < 0 && !(a != a))
OP1(Angle, a != a ? a : a < 0 ? pi<T>() : T(0))

template <class T>
void add(OpTable& t, bool wide) {
  const float k = wide ? 2 : 1;
#define BOTH1(NAME, F, COST) t.push_back(entry1<T, T, F>(named<T>(NAME), COST * k));
#define BOTH2(NAME, F, COST) t.push_back(entry2<T, T, T, F>(named<T>(NAME), COST * k));
#define TEST1(NAME, F) t.push_back(entry1<uint8_t, T, F>(named<T>(NAME), 0.05f * k));
#define TEST2(NAME, F) t.push_back(entry2<uint8_t, T, T, F>(named<T>(NAME), 0.05f * k));
  BOTH2("add", Add, 0.04f)
  BOTH2("sub", Sub, 0.04f)
  BOTH2("mul", Mul, 0.04f)
  BOTH2("div", Div, 0.2f)
  BOTH2("maximum", Maximum, 0.05f)
  BOTH2("minimum", Minimum, 0.05f)
  BOTH2("fmax", Fmax, 0.05f)
  BOTH2("fmin", Fmin, 0.05f)
  BOTH2("heaviside", Heaviside, 0.1f)
  BOTH2("copysign", Copysign, 0.05f)
  TEST2("eq", Eq)
  TEST2("ne", Ne)
  TEST2("lt", Lt)
  TEST2("le", Le)
  TEST2("gt", Gt)
  TEST2("ge", Ge)
  BOTH1("neg", Neg, 0.04f)
  BOTH1("positive", Positive, 0.04f)
  BOTH1("conj", Positive, 0.04f)
  BOTH1("real", Positive, 0.04f)
  BOTH1("imag", Imag, 0.04f)
  BOTH1("angle", Angle, 0.1f)
  BOTH1("abs", Abs, 0.04f)
  BOTH1("sign", Sign, 0.08f)
  BOTH1("square", Square, 0.04f)
  BOTH1("reciprocal", Reciprocal, 0.2f)
  BOTH1("sqrt", Sqrt, 0.3f)
  BOTH1("rsqrt", Rsqrt, 0.4f)
  BOTH1("floor", Floor, 0.06f)
  BOTH1("ceil", Ceil, 0.06f)
  BOTH1("trunc", Trunc, 0.06f)
  BOTH1("rint", Rint, 0.06f)
  TEST1("isnan", Isnan)
  TEST1("isinf", Isinf)
  TEST1("isfinite", Isfinite)
  TEST1("signbit", Signbit)
}
}  // namespace

void addFloatOps(OpTable& t) {
  add<float>(t, false);
  add<double>(t, true);
}
