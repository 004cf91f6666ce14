// Sorting lines of dense [outer, n, inner] arrays. Elements become unsigned keys in NumPy's order, NaN last, which short lines compare
// and long ones sort digit by digit: stable, and linear in their length.
#include <algorithm>
#include <cstring>
#include <memory>

#include "commands.h"
#include "parallel.h"

namespace {
template <class T>
constexpr T signOf = T(T(1) << (sizeof(T) * 8 - 1));

template <class T>
struct Unsigned {
  using Key = T;
  static constexpr bool kTwoZeros = false;
  static T key(T bits) { return bits; }
  static T bits(T key) { return key; }
};
template <class T>
struct Signed {
  using Key = T;
  static constexpr bool kTwoZeros = false;
  static T key(T bits) { return T(bits ^ signOf<T>); }
  static T bits(T key) { return T(key ^ signOf<T>); }
};
// Every NaN is one key, above that of infinity.
template <class T, T kInfinity>
struct Floating {
  using Key = T;
  static constexpr bool kTwoZeros = true;
  static T key(T bits) {
    if (T(bits & T(~signOf<T>)) > kInfinity) return T(~T(0));
    return T(bits & signOf<T> ? ~bits : bits | signOf<T>);
  }
  static T bits(T key) { return T(key & signOf<T> ? key ^ signOf<T> : ~key); }
};

// What a line of sort holds: the key is the element.
template <class Order>
struct Value {
  using Key = typename Order::Key;
  using Out = Key;
  Key key;
  void set(Key bits, int64_t) { key = Order::key(bits); }
  Out out() const { return Order::bits(key); }
  bool operator<(const Value& e) const { return key < e.key; }
};
// What a line of argsort holds. Zeros of both signs are equal there; equal elements keep their order.
template <class Order>
struct Place {
  using Key = typename Order::Key;
  using Out = int32_t;
  Key key;
  int32_t place;
  void set(Key bits, int64_t at) {
    key = Order::key(Order::kTwoZeros && bits == signOf<Key> ? Key(0) : bits);
    place = int32_t(at);
  }
  Out out() const { return place; }
  bool operator<(const Place& e) const { return key != e.key ? key < e.key : place < e.place; }
};

// Sorts n entries; they are in `a` or in `spare` then.
template <class E>
E* sorted(E* a, E* spare, int64_t n) {
  using Key = typename E::Key;
  constexpr int kDigits = int(sizeof(Key));
  if (n < 256 * kDigits) {
    std::sort(a, a + n);
    return a;
  }
  int64_t starts[kDigits][256] = {};
  for (int64_t i = 0; i < n; i++) {
    for (int d = 0; d < kDigits; d++) starts[d][uint8_t(a[i].key >> (8 * d))]++;
  }
  for (int d = 0; d < kDigits; d++) {
    int64_t* start = starts[d];
    // A digit that all entries share orders nothing.
    if (start[uint8_t(a[0].key >> (8 * d))] == n) continue;
    int64_t sum = 0;
    for (int k = 0; k < 256; k++) {
      const int64_t count = start[k];
      start[k] = sum;
      sum += count;
    }
    for (int64_t i = 0; i < n; i++) spare[start[uint8_t(a[i].key >> (8 * d))]++] = a[i];
    std::swap(a, spare);
  }
  return a;
}

template <class E>
void sortLines(Context& c, Reader r) {
  const auto* x = r.pointer<typename E::Key>();
  auto* y = r.pointer<typename E::Out>();
  const int64_t outer = r.integer(), n = r.integer(), inner = r.integer();
  // Lines beside each other are read together, as their elements share cache lines.
  const int64_t width = std::min<int64_t>(16, inner), strips = (inner + width - 1) / width;
  parallelFor(threadsFor(c, double(outer * n * inner) * 10), outer * strips, 1, [&](int64_t lo, int64_t hi, int) {
    const std::unique_ptr<E[]> lines(new E[size_t(width * n)]), spare(new E[size_t(n)]);
    for (int64_t s = lo; s < hi; s++) {
      const int64_t from = s % strips * width, m = std::min(width, inner - from);
      const int64_t start = s / strips * n * inner + from;
      for (int64_t j = 0; j < n; j++) {
        for (int64_t i = 0; i < m; i++) lines[size_t(i * n + j)].set(x[start + j * inner + i], j);
      }
      for (int64_t i = 0; i < m; i++) {
        const E* line = sorted(&lines[size_t(i * n)], spare.get(), n);
        for (int64_t j = 0; j < n; j++) y[start + j * inner + i] = line[j].out();
      }
    }
  });
}

template <template <class> class E>
void dispatch(Context& c) {
  Reader r(c);
  switch (r.small()) {
    case kBool:
    case kU8:
      return sortLines<E<Unsigned<uint8_t>>>(c, r);
    case kU16:
      return sortLines<E<Unsigned<uint16_t>>>(c, r);
    case kU32:
      return sortLines<E<Unsigned<uint32_t>>>(c, r);
    case kU64:
      return sortLines<E<Unsigned<uint64_t>>>(c, r);
    case kI8:
      return sortLines<E<Signed<uint8_t>>>(c, r);
    case kI16:
      return sortLines<E<Signed<uint16_t>>>(c, r);
    case kI32:
      return sortLines<E<Signed<uint32_t>>>(c, r);
    case kI64:
      return sortLines<E<Signed<uint64_t>>>(c, r);
    case kF16:
      return sortLines<E<Floating<uint16_t, 0x7c00>>>(c, r);
    case kBF16:
      return sortLines<E<Floating<uint16_t, 0x7f80>>>(c, r);
    case kF64:
      return sortLines<E<Floating<uint64_t, 0x7ff0000000000000>>>(c, r);
    default:
      return sortLines<E<Floating<uint32_t, 0x7f800000>>>(c, r);
  }
}

// D: element type, x, sorted elements or their places, [outer, n, inner].
void sort(Context& c) { dispatch<Value>(c); }
void argsort(Context& c) { dispatch<Place>(c); }
}  // namespace

void addSortCommands(std::vector<CommandEntry>& t) {
  t.push_back({"sort", sort});
  t.push_back({"argsort", argsort});
}
