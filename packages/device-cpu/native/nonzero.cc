// Positions of true elements of a dense array. Bits decide: of floating numbers all but the sign, so that -0 is false and NaN true.
#include <algorithm>
#include <vector>

#include "commands.h"
#include "parallel.h"

namespace {
template <class T, T kMask>
int64_t countIn(const T* x, int64_t lo, int64_t hi) {
  int64_t count = 0;
  for (int64_t i = lo; i < hi; i++) count += (x[i] & kMask) != 0;
  return count;
}

// Elements [lo, hi) in parts, with the number of true ones in each.
struct Parts {
  int threads;
  std::vector<int64_t> counts;
};

template <class T, T kMask>
Parts partsOf(Context& c, const T* x, int64_t n) {
  Parts p{threadsFor(c, double(n) * 1.0), {}};
  p.counts.assign(size_t(p.threads), 0);
  parallelFor(p.threads, n, 1, [&](int64_t lo, int64_t hi, int k) { p.counts[size_t(k)] = countIn<T, kMask>(x, lo, hi); });
  return p;
}

// D: element type, x, size; D[0] becomes the number of true elements.
template <class T, T kMask>
void count(Context& c, Reader r) {
  const T* x = r.pointer<T>();
  int64_t total = 0;
  for (int64_t k : partsOf<T, kMask>(c, x, r.integer()).counts) total += k;
  c.arguments[0] = double(total);
}

// D: element type, x, size, positions.
template <class T, T kMask>
void positions(Context& c, Reader r) {
  const T* x = r.pointer<T>();
  const int64_t n = r.integer();
  int32_t* y = r.pointer<int32_t>();
  const Parts p = partsOf<T, kMask>(c, x, n);
  parallelFor(p.threads, n, 1, [&](int64_t lo, int64_t, int k) {
    int32_t* to = y;
    for (int before = 0; before < k; before++) to += p.counts[size_t(before)];
    const int32_t* const end = to + p.counts[size_t(k)];
    // Without a branch on what the elements are; the last true one ends the loop.
    for (int64_t i = lo; to < end; i++) {
      *to = int32_t(i);
      to += (x[i] & kMask) != 0;
    }
  });
}

#define DISPATCH(FUNCTION)                                       \
  Reader r(c);                                                   \
  switch (r.small()) {                                           \
    case kBool:                                                  \
    case kU8:                                                    \
    case kI8:                                                    \
      return FUNCTION<uint8_t, 0xff>(c, r);                      \
    case kI16:                                                   \
    case kU16:                                                   \
      return FUNCTION<uint16_t, 0xffff>(c, r);                   \
    case kI32:                                                   \
    case kU32:                                                   \
      return FUNCTION<uint32_t, 0xffffffff>(c, r);               \
    case kI64:                                                   \
    case kU64:                                                   \
      return FUNCTION<uint64_t, 0xffffffffffffffff>(c, r);       \
    case kF16:                                                   \
    case kBF16:                                                  \
      return FUNCTION<uint16_t, 0x7fff>(c, r);                   \
    case kF64:                                                   \
      return FUNCTION<uint64_t, 0x7fffffffffffffff>(c, r);       \
    default:                                                     \
      return FUNCTION<uint32_t, 0x7fffffff>(c, r);               \
  }

void countNonzero(Context& c) { DISPATCH(count) }
void nonzero(Context& c) { DISPATCH(positions) }
}  // namespace

void addNonzeroCommands(std::vector<CommandEntry>& t) {
  t.push_back({"countNonzero", countNonzero});
  t.push_back({"nonzero", nonzero});
}
