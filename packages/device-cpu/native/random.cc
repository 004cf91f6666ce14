// Random numbers by counter (Philox4x32-10): every block of four words depends only on its number, so threads share the work and
// every device gives the same stream.
#include <cmath>

#include "commands.h"
#include "parallel.h"
#include "simd.h"

namespace {
constexpr int kBlocks = 64;

struct Stream {
  uint32_t key0, key1;
  uint64_t offset;
};

// Words of a batch of blocks from `first` on, word by word: out[w][b].
void philox(const Stream& s, uint64_t first, uint32_t out[4][kBlocks]) {
#pragma GCC ivdep
  for (int b = 0; b < kBlocks; b++) {
    const uint64_t counter = first + uint64_t(b);
    out[0][b] = uint32_t(counter);
    out[1][b] = uint32_t(counter >> 32);
    out[2][b] = 0;
    out[3][b] = 0;
  }
  uint32_t k0 = s.key0, k1 = s.key1;
  for (int round = 0; round < 10; round++) {
#pragma GCC ivdep
    for (int b = 0; b < kBlocks; b++) {
      const uint64_t p0 = uint64_t(0xd2511f53u) * out[0][b], p1 = uint64_t(0xcd9e8d57u) * out[2][b];
      const uint32_t x1 = out[1][b], x3 = out[3][b];
      out[0][b] = uint32_t(p1 >> 32) ^ x1 ^ k0;
      out[1][b] = uint32_t(p1);
      out[2][b] = uint32_t(p0 >> 32) ^ x3 ^ k1;
      out[3][b] = uint32_t(p0);
    }
    k0 += 0x9e3779b9u;
    k1 += 0xbb67ae85u;
  }
}

inline double unit24(uint32_t w) { return double(w >> 8) * 0x1p-24; }
inline double unit53(uint32_t a, uint32_t b) { return (double(a >> 5) * 67108864.0 + double(b >> 6)) * 0x1p-53; }

// Two normals of two uniforms in [0, 1): Box-Muller, in double as on js.
void boxMuller(const double* u, const double* v, double* p, double* q) {
  constexpr int L = sizeof(VD) / sizeof(double);
  for (int i = 0; i < kBlocks; i += L) {
    const VD one = VD{} + 1.0;
    const VD inside = vlog(one - loadVector<VD>(u + i)) * -2.0;
    VD radius;
    for (int k = 0; k < L; k++) radius[k] = std::sqrt(inside[k]);
    const VD angle = loadVector<VD>(v + i) * (2 * 3.14159265358979323846);
    storeVector(p + i, radius * vcos(angle));
    storeVector(q + i, radius * vsin(angle));
  }
}

// Values of a batch of blocks, `per` for each block, in order.
template <class T>
void batch(int kind, uint32_t words[4][kBlocks], T* out) {
  constexpr bool wide = sizeof(T) == 8;
  double u[kBlocks], v[kBlocks], p[kBlocks], q[kBlocks];
  if (kind == 1) {
    for (int b = 0; b < kBlocks; b++) {
      if (wide) {
        out[2 * b] = T(unit53(words[0][b], words[1][b]));
        out[2 * b + 1] = T(unit53(words[2][b], words[3][b]));
      } else {
        for (int w = 0; w < 4; w++) out[4 * b + w] = T(unit24(words[w][b]));
      }
    }
    return;
  }
  if (wide) {
    for (int b = 0; b < kBlocks; b++) {
      u[b] = unit53(words[0][b], words[1][b]);
      v[b] = unit53(words[2][b], words[3][b]);
    }
    boxMuller(u, v, p, q);
    for (int b = 0; b < kBlocks; b++) {
      out[2 * b] = T(p[b]);
      out[2 * b + 1] = T(q[b]);
    }
    return;
  }
  for (int half = 0; half < 2; half++) {
    for (int b = 0; b < kBlocks; b++) {
      u[b] = unit24(words[2 * half][b]);
      v[b] = unit24(words[2 * half + 1][b]);
    }
    boxMuller(u, v, p, q);
    for (int b = 0; b < kBlocks; b++) {
      out[4 * b + 2 * half] = T(p[b]);
      out[4 * b + 2 * half + 1] = T(q[b]);
    }
  }
}

void bits(uint32_t words[4][kBlocks], uint32_t* out) {
  for (int b = 0; b < kBlocks; b++) {
    for (int w = 0; w < 4; w++) out[4 * b + w] = words[w][b];
  }
}

template <class T, class Make>
void fill(Context& c, const Stream& s, T* out, int64_t size, int per, double cost, Make&& make) {
  const int64_t blocks = (size + per - 1) / per;
  parallelFor(threadsFor(c, double(size) * cost), blocks, kBlocks, [&](int64_t lo, int64_t hi, int) {
    uint32_t words[4][kBlocks];
    T values[4 * kBlocks];
    for (int64_t b = lo; b < hi; b += kBlocks) {
      philox(s, s.offset + uint64_t(b), words);
      const int64_t from = b * per, n = size - from < int64_t(per) * kBlocks ? size - from : int64_t(per) * kBlocks;
      if (n == int64_t(per) * kBlocks) make(words, out + from);
      else {
        make(words, values);
        for (int64_t i = 0; i < n; i++) out[from + i] = values[i];
      }
    }
  });
}

// D: kind (bits, uniform, normal), wide (float64), output, size, two keys, offset.
void random(Context& c) {
  Reader r(c);
  const int kind = r.small();
  const bool wide = r.flag();
  char* out = r.pointer();
  const int64_t size = r.integer();
  Stream s;
  s.key0 = uint32_t(r.integer());
  s.key1 = uint32_t(r.integer());
  s.offset = uint64_t(r.integer());
  if (kind == 0) fill(c, s, reinterpret_cast<uint32_t*>(out), size, 4, 1.0, [](uint32_t w[4][kBlocks], uint32_t* to) { bits(w, to); });
  else if (wide) fill(c, s, reinterpret_cast<double*>(out), size, 2, 4.0, [kind](uint32_t w[4][kBlocks], double* to) { batch(kind, w, to); });
  else fill(c, s, reinterpret_cast<float*>(out), size, 4, 3.0, [kind](uint32_t w[4][kBlocks], float* to) { batch(kind, w, to); });
}
}  // namespace

void addRandomCommands(std::vector<CommandEntry>& t) { t.push_back({"random", random}); }
