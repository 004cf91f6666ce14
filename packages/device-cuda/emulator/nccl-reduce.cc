#include <algorithm>

#include "nccl.h"

namespace emulator {
namespace {

template <class T>
void reduce(int op, const std::vector<std::string>& given, size_t at, size_t count, T* result) {
  typedef Element<T> E;
  typedef typename E::Sum Sum;
  for (size_t i = 0; i < count; i++) {
    const auto value = [&](size_t r) { return Sum(E::load(reinterpret_cast<const T*>(given[r].data()) + at + i)); };
    Sum x = value(0);
    for (size_t r = 1; r < given.size(); r++) {
      const Sum y = value(r);
      switch (op) {
        case 1: x = Sum(x * y); break;
        case 2: x = std::max(x, y); break;
        case 3: x = std::min(x, y); break;
        default: x = Sum(x + y);
      }
    }
    if (op == 4) x = Sum(x / Sum(given.size()));
    E::store(result + i, x);
  }
}

// Calls f with a value of the type that `ncclDataType_t` means. Whether it is known.
template <class F>
bool withNcclType(int type, F f) {
  switch (type) {
    case 0: f(int8_t()); return true;
    case 1: f(uint8_t()); return true;
    case 2: f(int32_t()); return true;
    case 3: f(uint32_t()); return true;
    case 4: f(int64_t()); return true;
    case 5: f(uint64_t()); return true;
    case 6: f(Half()); return true;
    case 7: f(float()); return true;
    case 8: f(double()); return true;
    case 9: f(Brain()); return true;
    default: return false;
  }
}

}  // namespace

bool reduced(int type, int op, const std::vector<std::string>& given, size_t at, size_t count, void* result) {
  return withNcclType(type, [&](auto x) { reduce(op, given, at, count, static_cast<decltype(x)*>(result)); });
}

size_t bytesOf(int type) {
  size_t bytes = 0;
  withNcclType(type, [&](auto x) { bytes = sizeof x; });
  return bytes;
}

}  // namespace emulator
