#include "elements.h"

#include <cmath>
#include <cstring>
#include <type_traits>

#include "context.h"
#ifdef __F16C__
#include <immintrin.h>
#endif

float halfToFloat(uint16_t h) {
#ifdef __F16C__
  return _cvtsh_ss(h);
#else
  const uint32_t sign = uint32_t(h & 0x8000) << 16;
  const uint32_t e = (h >> 10) & 31, m = h & 1023;
  uint32_t bits;
  if (e == 31) bits = sign | 0x7f800000 | (m << 13);
  else if (e != 0) bits = sign | ((e + 112) << 23) | (m << 13);
  else {
    const float f = float(m) * 5.9604644775390625e-8f;
    memcpy(&bits, &f, 4);
    bits |= sign;
  }
  float f;
  memcpy(&f, &bits, 4);
  return f;
#endif
}

uint16_t floatToHalf(float x) {
#ifdef __F16C__
  return _cvtss_sh(x, 0);
#else
  uint32_t bits;
  memcpy(&bits, &x, 4);
  const uint16_t sign = uint16_t((bits >> 16) & 0x8000);
  const float a = std::fabs(x);
  if (a != a) return 0x7e00;
  if (a >= 65520.0f) return sign | 0x7c00;
  if (a < 6.103515625e-5f) return sign | uint16_t(std::nearbyint(a * 16777216.0f));
  memcpy(&bits, &a, 4);
  bits += 0xfff + ((bits >> 13) & 1);
  return sign | uint16_t((bits - 0x38000000) >> 13);
#endif
}

namespace {
struct Half {
  uint16_t bits;
};
struct Brain {
  uint16_t bits;
};

template <class M, class R>
inline R toRegister(M m) {
  if constexpr (std::is_same_v<M, Half>) return halfToFloat(m.bits);
  else if constexpr (std::is_same_v<M, Brain>) {
    const uint32_t bits = uint32_t(m.bits) << 16;
    float f;
    memcpy(&f, &bits, 4);
    return f;
  } else return R(m);
}

template <class M, class R>
inline M toMemory(R r) {
  if constexpr (std::is_same_v<M, Half>) return Half{floatToHalf(r)};
  else if constexpr (std::is_same_v<M, Brain>) {
    uint32_t bits;
    memcpy(&bits, &r, 4);
    const uint32_t rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
    return Brain{uint16_t(r != r ? 0x7fc0 : rounded)};
  } else return M(r);
}

template <class M, class R>
void load(void* reg, const void* memory, int64_t step, long n) {
  R* r = static_cast<R*>(reg);
  const M* m = static_cast<const M*>(memory);
  if (step == 1) {
#pragma GCC ivdep
    for (long i = 0; i < n; i++) r[i] = toRegister<M, R>(m[i]);
  } else {
    for (long i = 0; i < n; i++) r[i] = toRegister<M, R>(m[i * step]);
  }
}

template <class M, class R>
void store(void* memory, int64_t step, const void* reg, long n) {
  const R* r = static_cast<const R*>(reg);
  M* m = static_cast<M*>(memory);
  if (step == 1) {
#pragma GCC ivdep
    for (long i = 0; i < n; i++) m[i] = toMemory<M, R>(r[i]);
  } else {
    for (long i = 0; i < n; i++) m[i * step] = toMemory<M, R>(r[i]);
  }
}

template <class M, class R>
void pick(void* reg, const void* memory, const int64_t* positions, long n) {
  R* r = static_cast<R*>(reg);
  const M* m = static_cast<const M*>(memory);
  for (long i = 0; i < n; i++) r[i] = toRegister<M, R>(m[positions[i]]);
}

#ifdef __F16C__
template <>
void load<Half, float>(void* reg, const void* memory, int64_t step, long n) {
  float* r = static_cast<float*>(reg);
  const uint16_t* m = static_cast<const uint16_t*>(memory);
  long i = 0;
  if (step == 1) {
    for (; i + 8 <= n; i += 8) _mm256_storeu_ps(r + i, _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(m + i))));
  }
  for (; i < n; i++) r[i] = _cvtsh_ss(m[i * step]);
}
template <>
void store<Half, float>(void* memory, int64_t step, const void* reg, long n) {
  const float* r = static_cast<const float*>(reg);
  uint16_t* m = static_cast<uint16_t*>(memory);
  long i = 0;
  if (step == 1) {
    for (; i + 8 <= n; i += 8) _mm_storeu_si128(reinterpret_cast<__m128i*>(m + i), _mm256_cvtps_ph(_mm256_loadu_ps(r + i), 0));
  }
  for (; i < n; i++) m[i * step] = _cvtss_sh(r[i], 0);
}
#endif

template <class M, class R>
constexpr Element entry(bool direct = false) {
  return {int(sizeof(M)), int(sizeof(R)), direct, load<M, R>, store<M, R>, pick<M, R>};
}

const Element kElements[] = {
    entry<uint8_t, int32_t>(),        entry<int8_t, int32_t>(),           entry<int16_t, int32_t>(),
    entry<int32_t, int32_t>(true),    entry<int64_t, int64_t>(true),      entry<uint8_t, int32_t>(),
    entry<uint16_t, int32_t>(),       entry<uint32_t, uint32_t>(true),    entry<uint64_t, uint64_t>(true),
    entry<Half, float>(),             entry<Brain, float>(),              entry<float, float>(true),
    entry<double, double>(true),
};
}  // namespace

const Element& element(int dtype) { return kElements[dtype]; }
