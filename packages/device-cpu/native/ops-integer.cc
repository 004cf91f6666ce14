// Integer operations: int32 (which booleans and narrower integers are computed in), uint32, int64, uint64.
#include <stdexcept>
#include <string>
#include <type_traits>

#include "op-loops.h"

namespace {
template <class T>
using U = std::make_unsigned_t<T>;

// Signed overflow wraps, as it does in JavaScript's typed arrays.
template <class T>
inline T floordiv(T a, T b) {
  if (b == 0) return 0;
  if constexpr (std::is_signed_v<T>) {
    if (b == -1) return T(U<T>(0) - U<T>(a));
    const T q = a / b;
    return q * b != a && ((a < 0) != (b < 0)) ? q - 1 : q;
  }
  return a / b;
}
template <class T>
inline T fmod(T a, T b) {
  if (b == 0) return 0;
  if constexpr (std::is_signed_v<T>) {
    if (b == -1) return 0;
  }
  return a % b;
}
template <class T>
inline T mod(T a, T b) {
  const T r = fmod(a, b);
  if constexpr (std::is_signed_v<T>) return r != 0 && ((r < 0) != (b < 0)) ? r + b : r;
  return r;
}
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
  const U<T> product = magnitude(a) / d * magnitude(b);
  return sizeof(T) == 4 ? T(magnitude(std::make_signed_t<T>(product))) : T(product);
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
OP2(Floordiv, floordiv(a, b))
OP2(Mod, mod(a, b))
OP2(Fmod, fmod(a, b))
OP2(Pow, power(a, b))
OP2(Maximum, a > b ? a : b)
OP2(Minimum, a < b ? a : b)
OP2(And, a & b)
OP2(Or, a | b)
OP2(Xor, a ^ b)
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
OP1(Reciprocal, (a == 1 || a + 1 == 0) && std::is_signed_v<T> ? a : T(a == 1))
OP1(Invert, T(~a))
OP1(BitCount, int32_t(__builtin_popcountll((unsigned long long)magnitude(a))))
OP1(Zero, int32_t(a & 0))
OP1(One, int32_t((a & 0) + 1))
OP1(Signbit, int32_t(a < 0))
OP1(LogicalNot, T(1 - a))

template <class T>
void add(OpTable& t, const char* const* names, float k) {
  int i = 0;
#define BOTH1(F, COST) t.push_back(entry1<T, T, F>(names[i++], COST * k));
#define BOTH2(F, COST) t.push_back(entry2<T, T, T, F>(names[i++], COST * k));
#define TEST1(F) t.push_back(entry1<int32_t, T, F>(names[i++], 0.05f * k));
#define TEST2(F) t.push_back(entry2<int32_t, T, T, F>(names[i++], 0.05f * k));
  BOTH2(Add, 0.04f)
  BOTH2(Sub, 0.04f)
  BOTH2(Mul, 0.06f)
  BOTH2(Floordiv, 2.0f)
  BOTH2(Mod, 2.0f)
  BOTH2(Fmod, 2.0f)
  BOTH2(Pow, 5.0f)
  BOTH2(Maximum, 0.04f)
  BOTH2(Minimum, 0.04f)
  BOTH2(Maximum, 0.04f)
  BOTH2(Minimum, 0.04f)
  BOTH2(And, 0.04f)
  BOTH2(Or, 0.04f)
  BOTH2(Xor, 0.04f)
  BOTH2(ShiftLeft, 0.08f)
  BOTH2(ShiftRight, 0.08f)
  BOTH2(Gcd, 20.0f)
  BOTH2(Lcm, 22.0f)
  TEST2(Eq)
  TEST2(Ne)
  TEST2(Lt)
  TEST2(Le)
  TEST2(Gt)
  TEST2(Ge)
  BOTH1(Neg, 0.04f)
  BOTH1(Same, 0.04f)
  BOTH1(Same, 0.04f)
  BOTH1(Same, 0.04f)
  BOTH1(Same, 0.04f)
  BOTH1(Same, 0.04f)
  BOTH1(Same, 0.04f)
  BOTH1(Same, 0.04f)
  BOTH1(Imag, 0.04f)
  BOTH1(Abs, 0.04f)
  BOTH1(Sign, 0.06f)
  BOTH1(Square, 0.06f)
  BOTH1(Reciprocal, 0.1f)
  BOTH1(Invert, 0.04f)
  TEST1(BitCount)
  TEST1(Zero)
  TEST1(Zero)
  TEST1(One)
  TEST1(Signbit)
}

#define NAMES(S)                                                                                                              \
  {"add" S,        "sub" S,       "mul" S,      "floordiv" S,  "mod" S,   "fmod" S,     "pow" S,       "maximum" S, "minimum" S, \
   "fmax" S,       "fmin" S,      "bitAnd" S,   "bitOr" S,     "bitXor" S, "leftShift" S, "rightShift" S, "gcd" S,     "lcm" S,     \
   "eq" S,         "ne" S,        "lt" S,       "le" S,        "gt" S,    "ge" S,       "neg" S,       "positive" S, "conj" S,   \
   "real" S,       "floor" S,     "ceil" S,     "trunc" S,     "rint" S,  "imag" S,     "abs" S,       "sign" S,    "square" S,  \
   "reciprocal" S, "invert" S,    "bitCount" S, "isnan" S,     "isinf" S, "isfinite" S, "signbit" S}

const char* const kI32[] = NAMES(".i32");
const char* const kU32[] = NAMES(".u32");
const char* const kI64[] = NAMES(".i64");
const char* const kU64[] = NAMES(".u64");
}  // namespace

void addIntegerOps(OpTable& t) {
  add<int32_t>(t, kI32, 1);
  add<uint32_t>(t, kU32, 1);
  add<int64_t>(t, kI64, 2);
  add<uint64_t>(t, kU64, 2);
  t.push_back(entry2<int32_t, int32_t, int32_t, And>("logicalAnd.i32", 0.04f));
  t.push_back(entry2<int32_t, int32_t, int32_t, Or>("logicalOr.i32", 0.04f));
  t.push_back(entry2<int32_t, int32_t, int32_t, Xor>("logicalXor.i32", 0.04f));
  t.push_back(entry1<int32_t, int32_t, LogicalNot>("logicalNot.i32", 0.04f));
}
