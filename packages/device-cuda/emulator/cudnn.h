// What the parts of the emulated cuDNN share: descriptors, and whether memory is what they say.
#pragma once
#include <vector>

#include "library.h"

namespace cudnn {

enum Status {
  ok = 0, badParameter = 2000, nullPointer = 2002, misaligned = 2003, tooSmall = 2006, shapeMismatch = 2008, notSupported = 3000
};

struct Tensor {
  int type = -1;
  std::vector<int> extents, steps;
  int64_t size() const {
    int64_t n = 1;
    for (int e : extents) n *= e;
    return n;
  }
  bool operator==(const Tensor& o) const { return type == o.type && extents == o.extents && steps == o.steps; }
};
struct Handle {
  void* stream = nullptr;
};

inline Tensor& tensor(void* t) { return *static_cast<Tensor*>(t); }

// Calls f with a value of the floating type that `cudnnDataType_t` means. Whether there is one.
template <class F>
bool withFloat(int type, F f) {
  switch (type) {
    case 0: f(float()); return true;
    case 1: f(double()); return true;
    case 2: f(emulator::Half()); return true;
    case 9: f(emulator::Brain()); return true;
    default: return false;
  }
}
inline size_t bytesOf(int type) { return type == 1 ? 8 : type == 0 || type == 4 ? 4 : 2; }

// The status of elements of a tensor at p: in memory of the device, where their size lets them be.
inline int holds(const void* p, const Tensor& t) {
  if (!p) return nullPointer;
  if (reinterpret_cast<uint64_t>(p) % bytesOf(t.type)) return misaligned;
  return emulator::onDevice(p, size_t(t.size()) * bytesOf(t.type)) ? ok : badParameter;
}
// The first status that is not ok.
inline int first(std::initializer_list<int> statuses) {
  for (int s : statuses)
    if (s != ok) return s;
  return ok;
}

// A factor on the host: float, or double for tensors of doubles.
inline double factor(const void* p, int type) {
  double d;
  float f;
  memcpy(&d, p, type == 1 ? 8 : 4);
  memcpy(&f, p, 4);
  return type == 1 ? d : f;
}

// Elements as doubles, and back.
typedef std::vector<double> Values;
inline Values load(int type, const void* p, int64_t n) {
  Values values(static_cast<size_t>(n));
  withFloat(type, [&](auto element) {
    typedef decltype(element) T;
    for (size_t i = 0; i < values.size(); i++) values[i] = double(emulator::Element<T>::load(static_cast<const T*>(p) + i));
  });
  return values;
}
inline Values load(const Tensor& t, const void* p) { return load(t.type, p, t.size()); }
inline void store(int type, void* p, const Values& values) {
  withFloat(type, [&](auto element) {
    typedef decltype(element) T;
    typedef emulator::Element<T> E;
    for (size_t i = 0; i < values.size(); i++) E::store(static_cast<T*>(p) + i, typename E::Sum(values[i]));
  });
}
// p = alpha * values + beta * p. What is multiplied by 0 is not read.
inline void blend(int type, void* p, Values values, double alpha, double beta) {
  const Values before = beta == 0 ? Values(values.size(), 0.0) : load(type, p, int64_t(values.size()));
  for (size_t i = 0; i < values.size(); i++) values[i] = alpha * values[i] + (beta == 0 ? 0 : beta * before[i]);
  store(type, p, values);
}

inline int queue(void* handle, std::function<void()> work) {
  return emulator::queue(static_cast<Handle*>(handle)->stream, std::move(work)) ? ok : badParameter;
}

}  // namespace cudnn
