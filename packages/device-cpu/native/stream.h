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

// Copies a block; its whole cache lines do not stay in cache. `parallelShare` sees to it that other threads find them.
inline void streamCopy(void* to, const void* from, size_t bytes) {
#if defined(__x86_64__)
  char* d = static_cast<char*>(to);
  const char* s = static_cast<const char*>(from);
  size_t head = (64 - (reinterpret_cast<uintptr_t>(d) & 63)) & 63;
  if (head > bytes) head = bytes;
  memcpy(d, s, head);
  size_t i = head;
  for (; i + 64 <= bytes; i += 64) {
#if defined(__AVX512F__)
    _mm512_stream_si512(reinterpret_cast<__m512i*>(d + i), _mm512_loadu_si512(s + i));
#else
    for (size_t k = i; k < i + 64; k += 16)
      _mm_stream_si128(reinterpret_cast<__m128i*>(d + k), _mm_loadu_si128(reinterpret_cast<const __m128i*>(s + k)));
#endif
  }
  memcpy(d + i, s + i, bytes - i);
#else
  memcpy(to, from, bytes);
#endif
}

inline void streamFence() {
#if defined(__x86_64__)
  _mm_sfence();
#endif
}
