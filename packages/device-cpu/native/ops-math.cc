// Transcendental functions of float32 and float64 over whole vectors.
#include "op-loops.h"

namespace {
#define MATH1(NAME, EXPRESSION)        \
  struct NAME {                        \
    template <class V>                 \
    static inline V f(V x) {           \
      return EXPRESSION;               \
    }                                  \
  };
#define MATH2(NAME, EXPRESSION)        \
  struct NAME {                        \
    template <class V>                 \
    static inline V f(V x, V y) {      \
      return EXPRESSION;               \
    }                                  \
  };

// 1 / (1 + exp(-x)), with an exponential that never overflows.
template <class V>
inline V sigmoid(V x) {
  const V e = vexp(-vabs(x));
  const V one = V{} + 1;
  return (x >= 0 ? one : x < 0 ? e : x + one) / (one + e);
}

// log(exp(x) + exp(y)) for x != y: the greater one plus log1p(exp(-|x - y|)).
template <class V>
inline V logaddexp(V x, V y) {
  const V d = x - y;
  const V far = vlog1p(vexp(-vabs(d)));
  const V ln2 = V{} + 0.693147180559945309417232121458f;
  return x == y ? x + ln2 : d > 0 ? x + far : d <= 0 ? y + far : d;
}
inline VD logaddexp(VD x, VD y) {
  const VD d = x - y;
  const VD far = vlog1p(vexp(-vabs(d)));
  const VD ln2 = VD{} + 0.693147180559945309417232121458;
  return x == y ? x + ln2 : d > 0 ? x + far : d <= 0 ? y + far : d;
}
inline VF log2e(VF) { return VF{} + 1.44269504088896340735992468100f; }
inline VD log2e(VD) { return VD{} + 1.44269504088896340735992468100; }
template <class V>
inline V logaddexp2(V x, V y) {
  const V d = x - y;
  const V far = vlog1p(vexp2(-vabs(d))) * log2e(x);
  return x == y ? x + 1 : d > 0 ? x + far : d <= 0 ? y + far : d;
}
// Exact at powers of two.
template <class V>
inline V log2Exact(V x) {
  V y = vlog2(x);
  for (size_t i = 0; i < sizeof(V) / sizeof(x[0]); i++) {
    const auto r = std::nearbyint(y[i]);
    if (r != y[i] && std::fabs(y[i] - r) < 1e-5 && std::ldexp(decltype(r)(1), int(r)) == x[i]) y[i] = r;
  }
  return y;
}

MATH1(Exp, vexp(x))
MATH1(Exp2, vexp2(x))
MATH1(Expm1, vexpm1(x))
MATH1(Log, vlog(x))
MATH1(Log2, log2Exact(x))
MATH1(Log10, vlog10(x))
MATH1(Log1p, vlog1p(x))
MATH1(Sin, vsin(x))
MATH1(Cos, vcos(x))
MATH1(Tan, vtan(x))
MATH1(Asin, vasin(x))
MATH1(Acos, vacos(x))
MATH1(Atan, vatan(x))
MATH1(Sinh, vsinh(x))
MATH1(Cosh, vcosh(x))
MATH1(Tanh, vtanh(x))
MATH1(Asinh, vasinh(x))
MATH1(Acosh, vacosh(x))
MATH1(Atanh, vatanh(x))
MATH1(Cbrt, vcbrt(x))
MATH1(Erf, verf(x))
MATH1(Erfc, verfc(x))
MATH1(Sigmoid, sigmoid(x))
MATH2(Pow, vpow(x, y))
MATH2(Atan2, vatan2(x, y))
MATH2(Hypot, vhypot(x, y))
MATH2(Logaddexp, logaddexp(x, y))
MATH2(Logaddexp2, logaddexp2(x, y))

template <class T>
void add(OpTable& t, bool wide) {
  const float k = wide ? 3 : 1;
#define BOTH1(NAME, F, COST) t.push_back(math1<T, F>(named<T>(NAME), COST * k));
#define BOTH2(NAME, F, COST) t.push_back(math2<T, F>(named<T>(NAME), COST * k));
  BOTH1("exp", Exp, 0.25f)
  BOTH1("exp2", Exp2, 0.25f)
  BOTH1("expm1", Expm1, 0.4f)
  BOTH1("log", Log, 0.3f)
  BOTH1("log2", Log2, 0.6f)
  BOTH1("log10", Log10, 0.4f)
  BOTH1("log1p", Log1p, 0.4f)
  BOTH1("sin", Sin, 0.4f)
  BOTH1("cos", Cos, 0.4f)
  BOTH1("tan", Tan, 0.6f)
  BOTH1("asin", Asin, 0.5f)
  BOTH1("acos", Acos, 0.5f)
  BOTH1("atan", Atan, 0.5f)
  BOTH1("sinh", Sinh, 0.6f)
  BOTH1("cosh", Cosh, 0.6f)
  BOTH1("tanh", Tanh, 0.4f)
  BOTH1("asinh", Asinh, 0.8f)
  BOTH1("acosh", Acosh, 0.8f)
  BOTH1("atanh", Atanh, 0.6f)
  BOTH1("cbrt", Cbrt, 0.5f)
  BOTH1("erf", Erf, 0.5f)
  BOTH1("erfc", Erfc, 0.8f)
  BOTH1("sigmoid", Sigmoid, 0.4f)
  BOTH2("pow", Pow, 1.0f)
  BOTH2("atan2", Atan2, 1.0f)
  BOTH2("hypot", Hypot, 0.6f)
  BOTH2("logaddexp", Logaddexp, 0.8f)
  BOTH2("logaddexp2", Logaddexp2, 0.8f)
}
}  // namespace

void addMathOps(OpTable& t) {
  add<float>(t, false);
  add<double>(t, true);
}
