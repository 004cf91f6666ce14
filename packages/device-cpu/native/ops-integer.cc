// Integer operations. 8- and 16-bit integers and booleans have those whose result follows from the low bits, and comparisons; what they
// lack, TypeScript computes as int32.
#include <stdexcept>
#include <string>
#include <type_traits>

#include "op-loops.h"

namespace {
// In this type nothing overflows that C++ leaves undefined: narrow unsigned integers would be multiplied as int.
template <class T>
using U = std::conditional_t<sizeof(T) < 4, uint32_t, std::make_unsigned_t<T>>;

// Signed overflow wraps, as it does in JavaScript's typed arrays.
template <class T>
inline T power(T a, T b) {
  if constexpr (std::is_signed_v<T>) {
    if (b < 0) {
      throw std::domain_error("[power] integers to negative integer powers are not allowed: " + std::to_string(a) + " ** " +
                              std::to_string(b) + "; make one side a float");
    }
  }
  U<T> result = 1, base = U<T>(a);
  for (U<T> e = U<T>(b); e > 0; e >>= 1) {
    if (e & 1) result *= base;
    base *= base;
  }
  return T(result);
}
template <class T>
inline U<T> magnitude(T a) {
  return a < 0 ? U<T>(0) - U<T>(a) : U<T>(a);
}
template <class T>
inline T gcd(T a, T b) {
  U<T> x = magnitude(a), y = magnitude(b);
  while (y != 0) {
    const U<T> r = x % y;
    x = y;
    y = r;
  }
  return T(x);
}
template <class T>
inline T lcm(T a, T b) {
  const U<T> d = U<T>(gcd(a, b));
  if (d == 0) return 0;
  return T(magnitude(a) / d * magnitude(b));
}
template <class T>
inline T shiftLeft(T a, T b) {
  constexpr T top = T(sizeof(T) * 8 - 1);
  if (b < 0 || b > top) return 0;
  return T(U<T>(a) << b);
}
template <class T>
inline T shiftRight(T a, T b) {
  constexpr T top = T(sizeof(T) * 8 - 1);
  if (b < 0 || b > top) return a < 0 ? T(-1) : T(0);
  return a >> b;
}

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

OP2(Add, T(U<T>(a) + U<T>(b)))
OP2(Sub, T(U<T>(a) - U<T>(b)))
OP2(Mul, T(U<T>(a) * U<T>(b)))
OP2(Pow, power(a, b))
OP2(Maximum, a > b ? a : b)
OP2(Minimum, a < b ? a : b)
OP2(And, T(a & b))
OP2(Or, T(a | b))
OP2(Xor, T(a ^ b))
OP2(ShiftLeft, shiftLeft(a, b))
OP2(ShiftRight, shiftRight(a, b))
OP2(Gcd, gcd(a, b))
OP2(Lcm, lcm(a, b))
OP2(Eq, a == b)
OP2(Ne, a != b)
OP2(Lt, a < b)
OP2(Le, a <= b)
OP2(Gt, a > b)
OP2(Ge, a >= b)
OP1(Neg, T(U<T>(0) - U<T>(a)))
OP1(Same, a)
OP1(Imag, T(a & 0))
OP1(Abs, T(magnitude(a)))
OP1(Sign, T((a > 0) - (a < 0)))
OP1(Square, T(U<T>(a) * U<T>(a)))
OP1(Reciprocal, (a == 1 || a == T(-1)) && std::is_signed_v<T> ? a : T(a == 1))
OP1(Invert, T(~a))
OP1(BitCount, __builtin_popcountll((unsigned long long)magnitude(a)))
OP1(Zero, a & 0)
OP1(One, (a & 0) + 1)
OP1(Signbit, a < 0)
OP1(LogicalNot, T(1 - a))

#define BOTH1(NAME, F, COST) t.push_back(entry1<T, T, F>(named<T>(NAME), COST * k));
#define BOTH2(NAME, F, COST) t.push_back(entry2<T, T, T, F>(named<T>(NAME), COST * k));
#define TEST1(NAME, F) t.push_back(entry1<uint8_t, T, F>(named<T>(NAME), 0.05f * k));


// What booleans have in common with integers; their names end differently.
template <class T>
void addBits(OpTable& t, const char* suffix) {
  const float k = float(sizeof(T)) / 4;
  const auto add = [&](OpEntry e) {
    e.name += suffix;
    t.push_back(std::move(e));
  };
  add(entry2<T, T, T, Maximum>("maximum", 0.04f * k));
  add(entry2<T, T, T, Minimum>("minimum", 0.04f * k));
  add(entry2<T, T, T, Maximum>("fmax", 0.04f * k));
  add(entry2<T, T, T, Minimum>("fmin", 0.04f * k));
  add(entry2<T, T, T, And>("bitAnd", 0.04f * k));
  add(entry2<T, T, T, Or>("bitOr", 0.04f * k));
  add(entry2<T, T, T, Xor>("bitXor", 0.04f * k));
  add(entry2<uint8_t, T, T, Eq>("eq", 0.05f * k));
  add(entry2<uint8_t, T, T, Ne>("ne", 0.05f * k));
  add(entry2<uint8_t, T, T, Lt>("lt", 0.05f * k));
  add(entry2<uint8_t, T, T, Le>("le", 0.05f * k));
  add(entry2<uint8_t, T, T, Gt>("gt", 0.05f * k));
  add(entry2<uint8_t, T, T, Ge>("ge", 0.05f * k));
  add(entry1<T, T, Same>("positive", 0.04f * k));
}

template <class T>
void addNarrow(OpTable& t) {
  const float k = float(sizeof(T)) / 4;
  addBits<T>(t, Suffix<T>::value);
  BOTH2("add", Add, 0.04f)
  BOTH2("sub", Sub, 0.04f)
  BOTH2("mul", Mul, 0.06f)
  BOTH1("neg", Neg, 0.04f)
  BOTH1("abs", Abs, 0.04f)
  BOTH1("sign", Sign, 0.06f)
  BOTH1("square", Square, 0.06f)
  BOTH1("invert", Invert, 0.04f)
}

template <class T>
void addAll(OpTable& t) {
  const float k = float(sizeof(T)) / 4;
  addNarrow<T>(t);
  BOTH2("pow", Pow, 5.0f)
  BOTH2("leftShift", ShiftLeft, 0.08f)
  BOTH2("rightShift", ShiftRight, 0.08f)
  BOTH2("gcd", Gcd, 20.0f)
  BOTH2("lcm", Lcm, 22.0f)
  BOTH1("conj", Same, 0.04f)
  BOTH1("real", Same, 0.04f)
  BOTH1("floor", Same, 0.04f)
  BOTH1("ceil", Same, 0.04f)
  BOTH1("trunc", Same, 0.04f)
  BOTH1("rint", Same, 0.04f)
  BOTH1("imag", Imag, 0.04f)
  BOTH1("reciprocal", Reciprocal, 0.1f)
  TEST1("bitCount", BitCount)
  TEST1("isnan", Zero)
  TEST1("isinf", Zero)
  TEST1("isfinite", One)
  TEST1("signbit", Signbit)
}

void addLogical(OpTable& t) {
  addBits<uint8_t>(t, ".b");
  t.push_back(entry2<uint8_t, uint8_t, uint8_t, And>("logicalAnd.b", 0.01f));
  t.push_back(entry2<uint8_t, uint8_t, uint8_t, Or>("logicalOr.b", 0.01f));
  t.push_back(entry2<uint8_t, uint8_t, uint8_t, Xor>("logicalXor.b", 0.01f));
  t.push_back(entry1<uint8_t, uint8_t, LogicalNot>("logicalNot.b", 0.01f));
}
}  // namespace

void addIntegerOps(OpTable& t) {
  addNarrow<int8_t>(t);
  addNarrow<uint8_t>(t);
  addNarrow<int16_t>(t);
  addNarrow<uint16_t>(t);
  addAll<int32_t>(t);
  addAll<uint32_t>(t);
  addAll<int64_t>(t);
  addAll<uint64_t>(t);
  addLogical(t);
}
