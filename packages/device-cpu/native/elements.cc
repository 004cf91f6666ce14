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

// The register type of an element: its own, except that 16-bit floats are computed as float32.
template <class M>
using RegisterOf = std::conditional_t<std::is_same_v<M, Half> || std::is_same_v<M, Brain>, float, M>;

template <class M>
inline RegisterOf<M> toRegister(M m) {
  if constexpr (std::is_same_v<M, Half>) return halfToFloat(m.bits);
  else if constexpr (std::is_same_v<M, Brain>) {
    const uint32_t bits = uint32_t(m.bits) << 16;
    float f;
    memcpy(&f, &bits, 4);
    return f;
  } else return m;
}

template <class M>
inline M toMemory(RegisterOf<M> r) {
  if constexpr (std::is_same_v<M, Half>) return Half{floatToHalf(r)};
  else if constexpr (std::is_same_v<M, Brain>) {
    uint32_t bits;
    memcpy(&bits, &r, 4);
    const uint32_t rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
    return Brain{uint16_t(r != r ? 0x7fc0 : rounded)};
  } else return r;
}

// Whole vectors; the rest is left to the loops below. Returns how many elements were moved.
template <class M>
inline long loadVectors(RegisterOf<M>*, const M*, long) {
  return 0;
}
template <class M>
inline long storeVectors(M*, const RegisterOf<M>*, long) {
  return 0;
}
#if defined(__AVX512F__)
template <>
inline long loadVectors<Half>(float* r, const Half* m, long n) {
  long i = 0;
  for (; i + 16 <= n; i += 16) _mm512_storeu_ps(r + i, _mm512_maskz_cvtph_ps(0xffff, _mm256_loadu_si256(reinterpret_cast<const __m256i*>(m + i))));
  return i;
}
template <>
inline long storeVectors<Half>(Half* m, const float* r, long n) {
  long i = 0;
  for (; i + 16 <= n; i += 16) _mm256_storeu_si256(reinterpret_cast<__m256i*>(m + i), _mm512_maskz_cvtps_ph(0xffff, _mm512_loadu_ps(r + i), 0));
  return i;
}
#elif defined(__F16C__)
template <>
inline long loadVectors<Half>(float* r, const Half* m, long n) {
  long i = 0;
  for (; i + 8 <= n; i += 8) _mm256_storeu_ps(r + i, _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(m + i))));
  return i;
}
template <>
inline long storeVectors<Half>(Half* m, const float* r, long n) {
  long i = 0;
  for (; i + 8 <= n; i += 8) _mm_storeu_si128(reinterpret_cast<__m128i*>(m + i), _mm256_cvtps_ph(_mm256_loadu_ps(r + i), 0));
  return i;
}
#endif

template <class M>
void load(void* reg, const void* memory, int64_t step, long n) {
  RegisterOf<M>* r = static_cast<RegisterOf<M>*>(reg);
  const M* m = static_cast<const M*>(memory);
  if (step == 1) {
    long i = loadVectors<M>(r, m, n);
#pragma GCC ivdep
    for (; i < n; i++) r[i] = toRegister(m[i]);
  } else if (step == 2) {
#pragma GCC ivdep
    for (long i = 0; i < n; i++) r[i] = toRegister(m[2 * i]);
  } else if (step == -1) {
#pragma GCC ivdep
    for (long i = 0; i < n; i++) r[i] = toRegister(m[-i]);
  } else {
    for (long i = 0; i < n; i++) r[i] = toRegister(m[i * step]);
  }
}

template <class M>
void store(void* memory, int64_t step, const void* reg, long n) {
  const RegisterOf<M>* r = static_cast<const RegisterOf<M>*>(reg);
  M* m = static_cast<M*>(memory);
  if (step == 1) {
    long i = storeVectors<M>(m, r, n);
#pragma GCC ivdep
    for (; i < n; i++) m[i] = toMemory<M>(r[i]);
  } else {
    for (long i = 0; i < n; i++) m[i * step] = toMemory<M>(r[i]);
  }
}

template <class M>
void pick(void* reg, const void* memory, const int64_t* positions, long n) {
  RegisterOf<M>* r = static_cast<RegisterOf<M>*>(reg);
  const M* m = static_cast<const M*>(memory);
  for (long i = 0; i < n; i++) r[i] = toRegister(m[positions[i]]);
}

template <class M>
constexpr Element entry() {
  return {int(sizeof(M)), int(sizeof(RegisterOf<M>)), std::is_same_v<M, RegisterOf<M>>, load<M>, store<M>, pick<M>};
}

const Element kElements[] = {
    entry<uint8_t>(),  entry<int8_t>(),   entry<int16_t>(),  entry<int32_t>(), entry<int64_t>(), entry<uint8_t>(), entry<uint16_t>(),
    entry<uint32_t>(), entry<uint64_t>(), entry<Half>(),     entry<Brain>(),   entry<float>(),   entry<double>(),
};
}  // namespace

const Element& element(int dtype) { return kElements[dtype]; }
