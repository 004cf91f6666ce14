// Writing past the caches. A large result leaves them before anybody reads it; written through them, each of its lines is first read
// from memory, a third of an addition's traffic.
#pragma once
#include <cstdint>
#include <cstring>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Results of fewer bytes stay in cache until they are read.
constexpr int64_t kStreamBytes = 2 << 20;

constexpr int kLineBytes = 64;

// Writes one cache line, which starts where lines do. `parallelShare` sees to it that other threads find it.
inline void streamLine(void* to, const void* from) {
#if defined(__AVX512F__)
  _mm512_stream_si512(static_cast<__m512i*>(to), _mm512_loadu_si512(from));
#elif defined(__x86_64__)
  for (int k = 0; k < kLineBytes / 16; k++) {
    const __m128i* s = static_cast<const __m128i*>(from) + k;
    _mm_stream_si128(static_cast<__m128i*>(to) + k, _mm_loadu_si128(s));
  }
#else
  memcpy(to, from, kLineBytes);
#endif
}

// Bytes from an address to where the next line starts.
inline size_t beforeLine(const void* address) {
  return (kLineBytes - (reinterpret_cast<uintptr_t>(address) & (kLineBytes - 1))) & (kLineBytes - 1);
}

// Copies a block; its whole cache lines do not stay in cache.
inline void streamCopy(void* to, const void* from, size_t bytes) {
  char* d = static_cast<char*>(to);
  const char* s = static_cast<const char*>(from);
  size_t i = beforeLine(d);
  if (i > bytes) i = bytes;
  memcpy(d, s, i);
  for (; i + kLineBytes <= bytes; i += kLineBytes) streamLine(d + i, s + i);
  memcpy(d + i, s + i, bytes - i);
}

inline void streamFence() {
#if defined(__x86_64__)
  _mm_sfence();
#endif
}
