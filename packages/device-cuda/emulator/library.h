// What the emulated libraries share: their work runs in the order of the emulated driver's streams.
#pragma once
#include <dlfcn.h>

#include <complex>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>

#define API extern "C" __attribute__((visibility("default"))) int

namespace emulator {

// A function of the emulated driver, or null.
template <class F>
F driver(const char* name) {
  const char* path = getenv("CHAINER_CUDA_DRIVER");
  void* library = path ? dlopen(path, RTLD_NOW | RTLD_NOLOAD) : nullptr;
  return library ? reinterpret_cast<F>(dlsym(library, name)) : nullptr;
}

// Whether so many bytes from p on are memory of one allocation of the device.
inline bool onDevice(const void* p, size_t bytes) {
  typedef int (*Range)(uint64_t*, size_t*, uint64_t);
  static const Range range = driver<Range>("cuMemGetAddressRange_v2");
  const uint64_t at = reinterpret_cast<uint64_t>(p);
  uint64_t base;
  size_t size;
  return range && range(&base, &size, at) == 0 && at + bytes <= base + size;
}

// Queues work in a stream. Whether the driver took it.
inline bool queue(void* stream, std::function<void()> work) {
  typedef int (*HostFunction)(void*, void (*)(void*), void*);
  static const HostFunction launch = driver<HostFunction>("cuLaunchHostFunc");
  if (!launch) return false;
  // Kept, as a graph that was captured runs it again.
  auto* kept = new std::function<void()>(std::move(work));
  return launch(stream, [](void* f) { (*static_cast<std::function<void()>*>(f))(); }, kept) == 0;
}

// Halves as libraries hold them.
struct Half {
  uint16_t bits;
  operator float() const {
    const uint32_t sign = uint32_t(bits & 0x8000) << 16, exponent = bits >> 10 & 31, fraction = bits & 1023;
    float value;
    if (exponent == 0) value = float(fraction) / 16777216.f;
    else {
      const uint32_t u = exponent == 31 ? 0x7f800000u | fraction << 13 : (exponent + 112) << 23 | fraction << 13;
      memcpy(&value, &u, 4);
    }
    uint32_t u;
    memcpy(&u, &value, 4);
    u |= sign;
    memcpy(&value, &u, 4);
    return value;
  }
  static Half of(float x) {
    _Float16 h = static_cast<_Float16>(x);
    Half r;
    memcpy(&r.bits, &h, 2);
    return r;
  }
};
struct Brain {
  uint16_t bits;
  operator float() const {
    const uint32_t u = uint32_t(bits) << 16;
    float x;
    memcpy(&x, &u, 4);
    return x;
  }
  static Brain of(float x) {
    uint32_t u;
    memcpy(&u, &x, 4);
    if ((u & 0x7fffffff) > 0x7f800000) return {uint16_t(u >> 16 | 64)};
    return {uint16_t((u + 0x7fff + (u >> 16 & 1)) >> 16)};
  }
};

// Memory of elements of a type, and the type that sums have.
template <class T>
struct Element {
  typedef T Sum;
  static T load(const T* p) { return *p; }
  static void store(T* p, T x) { *p = x; }
};
template <>
struct Element<Half> {
  typedef float Sum;
  static float load(const Half* p) { return *p; }
  static void store(Half* p, float x) { *p = Half::of(x); }
};
template <>
struct Element<Brain> {
  typedef float Sum;
  static float load(const Brain* p) { return *p; }
  static void store(Brain* p, float x) { *p = Brain::of(x); }
};

// Calls f with a value of the type that `cudaDataType` means. Whether it is known.
template <class F>
bool withType(int type, F f) {
  switch (type) {
    case 0: f(float()); return true;
    case 1: f(double()); return true;
    case 2: f(Half()); return true;
    case 4: f(std::complex<float>()); return true;
    case 5: f(std::complex<double>()); return true;
    case 14: f(Brain()); return true;
    default: return false;
  }
}
inline size_t sizeOf(int type) {
  size_t bytes = 0;
  withType(type, [&](auto x) { bytes = sizeof x; });
  return bytes;
}

}  // namespace emulator
