// cuFFT, emulated: complex transforms by prime factors, of plans whose work area the caller gives.
#include <cmath>
#include <vector>

#include "library.h"

namespace {

enum Status { ok = 0, invalidPlan = 1, invalidType = 3, invalidValue = 4, invalidSize = 8, unaligned = 9, noWorkspace = 13,
              notSupported = 16 };

struct Plan {
  bool alive = true, automatic = true, made = false;
  int type = 0;
  int64_t n = 0, batch = 0;
  void *stream = nullptr, *work = nullptr;
};
std::vector<Plan> plans;

Plan* find(int handle) { return handle >= 0 && size_t(handle) < plans.size() && plans[size_t(handle)].alive ? &plans[size_t(handle)] : nullptr; }

constexpr size_t kWork = 1536;

typedef std::complex<double> Wide;

// out = the transform of x[0], x[step], …, by prime factors; `roots` has those of the whole length.
void transform(const Wide* x, int64_t n, int64_t step, Wide* out, const std::vector<Wide>& roots) {
  if (n == 1) {
    *out = *x;
    return;
  }
  int64_t p = 2;
  while (n % p) p++;
  const int64_t m = n / p, stride = int64_t(roots.size()) / n;
  std::vector<Wide> parts(static_cast<size_t>(n));
  for (int64_t r = 0; r < p; r++) transform(x + r * step, m, step * p, parts.data() + r * m, roots);
  for (int64_t k = 0; k < n; k++) {
    out[k] = 0;
    for (int64_t r = 0; r < p; r++) out[k] += parts[size_t(r * m + k % m)] * roots[size_t(r * k % n * stride)];
  }
}

template <class R>
int run(int handle, void* in, void* out, int direction) {
  typedef std::complex<R> Z;
  Plan* found = find(handle);
  if (!found || !found->made) return invalidPlan;
  const Plan p = *found;
  if (p.type != (sizeof(R) == 8 ? 0x69 : 0x29)) return invalidType;
  if (direction != -1 && direction != 1) return invalidValue;
  if (!p.automatic && !(p.work && emulator::onDevice(p.work, kWork))) return noWorkspace;
  if (reinterpret_cast<uint64_t>(in) % sizeof(Z) || reinterpret_cast<uint64_t>(out) % sizeof(Z)) return unaligned;
  const size_t bytes = size_t(p.n * p.batch) * sizeof(Z);
  if (!emulator::onDevice(in, bytes) || !emulator::onDevice(out, bytes)) return invalidValue;
  const bool queued = emulator::queue(p.stream, [=] {
    std::vector<Wide> roots(static_cast<size_t>(p.n)), line(roots.size()), result(roots.size());
    for (int64_t k = 0; k < p.n; k++) roots[size_t(k)] = std::polar(1.0, direction * 2 * M_PI * double(k) / double(p.n));
    for (int64_t b = 0; b < p.batch; b++) {
      const Z* from = static_cast<Z*>(in) + b * p.n;
      for (int64_t k = 0; k < p.n; k++) line[size_t(k)] = Wide(from[k]);
      transform(line.data(), p.n, 1, result.data(), roots);
      for (int64_t k = 0; k < p.n; k++) (static_cast<Z*>(out) + b * p.n)[k] = Z(result[size_t(k)]);
    }
  });
  return queued ? ok : invalidValue;
}

}  // namespace

API cufftGetVersion(int* version) {
  *version = 12000;
  return ok;
}
API cufftCreate(int* handle) {
  *handle = int(plans.size());
  plans.emplace_back();
  return ok;
}
API cufftDestroy(int handle) {
  Plan* p = find(handle);
  if (!p) return invalidPlan;
  p->alive = false;
  return ok;
}
API cufftSetAutoAllocation(int handle, int automatic) {
  Plan* p = find(handle);
  if (!p) return invalidPlan;
  // Afterwards it would be too late.
  if (p->made) return invalidValue;
  p->automatic = automatic != 0;
  return ok;
}
API cufftMakePlanMany64(int handle, int rank, long long* n, long long* inembed, long long istride, long long idist, long long* onembed,
                        long long ostride, long long odist, int type, long long batch, size_t* work) {
  Plan* p = find(handle);
  if (!p || p->made) return invalidPlan;
  if (rank < 1 || rank > 3) return invalidValue;
  for (int k = 0; k < rank; k++)
    if (n[k] < 1) return invalidSize;
  if (batch < 1) return invalidSize;
  if (type != 0x29 && type != 0x69) return type == 0x2a || type == 0x2c || type == 0x6a || type == 0x6c ? notSupported : invalidType;
  // Emulated: dense lines. Without embedding that is what steps and distances are taken for.
  const bool dense = istride == 1 && ostride == 1 && idist == n[0] && odist == n[0];
  if (rank != 1 || ((inembed || onembed) && !dense)) return notSupported;
  p->made = true;
  p->type = type;
  p->n = n[0];
  p->batch = batch;
  *work = kWork;
  return ok;
}
API cufftSetStream(int handle, void* stream) {
  Plan* p = find(handle);
  if (!p) return invalidPlan;
  p->stream = stream;
  return ok;
}
API cufftSetWorkArea(int handle, void* work) {
  Plan* p = find(handle);
  if (!p || !p->made) return invalidPlan;
  p->work = work;
  return ok;
}
API cufftExecC2C(int handle, void* in, void* out, int direction) { return run<float>(handle, in, out, direction); }
API cufftExecZ2Z(int handle, void* in, void* out, int direction) { return run<double>(handle, in, out, direction); }
