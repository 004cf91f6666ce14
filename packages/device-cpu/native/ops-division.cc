// Quotients and remainders of integers, rounded towards minus infinity or towards 0; what is divided by 0 is 0. Processors divide
// floating numbers several at a time, and the quotient of integers that a floating type holds exactly lies so far from the next integer
// that rounding it down is exact.
#include <cmath>
#include <type_traits>

#include "op-loops.h"

namespace {
template <class T>
using U = std::conditional_t<sizeof(T) < 4, uint32_t, std::make_unsigned_t<T>>;

// A floating type that holds every integer of T, or the integers of 64 bits that `exact` lets pass.
template <class T>
using Real = std::conditional_t<sizeof(T) < 4, float, double>;

enum class Want { Quotient, Mod, Fmod };

template <class T, Want W>
inline T fast(T a, T b) {
  typedef Real<T> R;
  // Through int32 where that holds it: -2^31 / -1 wraps only by way of 64 bits.
  typedef std::conditional_t<sizeof(T) < 4, int32_t, int64_t> I;
  const R q = R(a) / R(b == 0 ? T(1) : b);
  const T whole = T(I(W == Want::Fmod ? std::trunc(q) : std::floor(q)));
  const T r = W == Want::Quotient ? whole : T(U<T>(a) - U<T>(whole) * U<T>(b));
  return b == 0 ? T(0) : r;
}

template <class T, Want W>
inline T slow(T a, T b) {
  if (b == 0) return 0;
  if constexpr (std::is_signed_v<T>) {
    if (b == -1) return W == Want::Quotient ? T(U<T>(0) - U<T>(a)) : T(0);
    const T r = a % b;
    const bool down = W != Want::Fmod && r != 0 && ((r < 0) != (b < 0));
    if constexpr (W == Want::Quotient) return a / b - T(down);
    else return down ? r + b : r;
  }
  return W == Want::Quotient ? a / b : a % b;
}

// Whether doubles hold all of these integers of 64 bits.
template <class T>
bool exact(const T* x, long n) {
  std::make_unsigned_t<T> bits = 0;
  for (long i = 0; i < n; i++) bits |= std::make_unsigned_t<T>(std::is_signed_v<T> ? x[i] ^ (x[i] >> 63) : x[i]);
  return bits >> 52 == 0;
}

template <class T, Want W, bool UA, bool UB>
void divide(void* d, const void* a, const void* b, const void*, long n) {
  T* r = static_cast<T*>(d);
  const T* x = static_cast<const T*>(a);
  const T* y = static_cast<const T*>(b);
  const T x0 = x[0], y0 = y[0];
  if constexpr (sizeof(T) == 8) {
    if (!exact(x, UA ? 1 : n) || !exact(y, UB ? 1 : n)) {
      for (long i = 0; i < n; i++) r[i] = slow<T, W>(UA ? x0 : x[i], UB ? y0 : y[i]);
      return;
    }
  }
#pragma GCC ivdep
  for (long i = 0; i < n; i++) r[i] = fast<T, W>(UA ? x0 : x[i], UB ? y0 : y[i]);
}

template <class T, Want W>
void add(OpTable& t, const char* name) {
  BlockFn vv = divide<T, W, false, false>, uv = divide<T, W, true, false>, vu = divide<T, W, false, true>, uu = divide<T, W, true, true>;
  t.push_back({named<T>(name), 2, int(sizeof(T)), 0.1f * float(sizeof(T)), {vv, uv, vu, uu, vv, uv, vu, uu}});
}

template <class T>
void addAll(OpTable& t) {
  add<T, Want::Quotient>(t, "floordiv");
  add<T, Want::Mod>(t, "mod");
  add<T, Want::Fmod>(t, "fmod");
}
}  // namespace

void addDivisionOps(OpTable& t) {
  addAll<int8_t>(t);
  addAll<uint8_t>(t);
  addAll<int16_t>(t);
  addAll<uint16_t>(t);
  addAll<int32_t>(t);
  addAll<uint32_t>(t);
  addAll<int64_t>(t);
  addAll<uint64_t>(t);
}
