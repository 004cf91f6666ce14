// cuDNN's batch normalization, emulated by loops on the host.
#include <cmath>

#include "cudnn.h"

using namespace cudnn;

namespace {

enum Mode { perActivation = 0, spatial = 1, persistent = 2 };
constexpr double kLeastEpsilon = 0;

// Whether the parameters' descriptor is the one that the mode derives from x's.
int fit(int mode, const Tensor& x, const Tensor& kept) {
  if (mode < perActivation || mode > persistent) return badParameter;
  if (x.extents.size() < 4 || x.extents.size() > 5) return notSupported;
  if (kept.type != (x.type == 1 ? 1 : 0) || kept.extents.size() != x.extents.size() || kept.extents[0] != 1) return badParameter;
  for (size_t a = 1; a < x.extents.size(); a++)
    if (kept.extents[a] != (a == 1 || mode == perActivation ? x.extents[a] : 1)) return badParameter;
  return ok;
}

// Calls f with each element's place and that of its parameters.
template <class F>
void visit(const Tensor& x, const Tensor& kept, F f) {
  const int64_t n = x.size(), parameters = kept.size(), whole = n / x.extents[0], inner = whole / parameters;
  for (int64_t i = 0; i < n; i++) f(size_t(i), size_t(i % whole / inner));
}

// Both or none of two pointers.
bool together(const void* a, const void* b) { return (a == nullptr) == (b == nullptr); }

}  // namespace

API cudnnBatchNormalizationForwardTraining(void* handle, int mode, const void* alpha, const void* beta, void* xd, const void* x, void* yd,
                                           void* y, void* keptd, const void* scale, const void* bias, double average, void* runningMean,
                                           void* runningVariance, double eps, void* saveMean, void* saveInvVariance) {
  const Tensor X = tensor(xd), K = tensor(keptd);
  if (!(tensor(yd) == X) || eps < kLeastEpsilon) return badParameter;
  if (!together(runningMean, runningVariance) || !together(saveMean, saveInvVariance)) return badParameter;
  // Running averages are not emulated.
  if (runningMean || !saveMean || average != 0) return notSupported;
  if (const int status = first({fit(mode, X, K), holds(x, X), holds(y, X), holds(scale, K), holds(bias, K), holds(saveMean, K),
                                holds(saveInvVariance, K)}))
    return status;
  const double a = factor(alpha, X.type), b = factor(beta, X.type);
  return queue(handle, [=] {
    const Values vx = load(X, x), gamma = load(K, scale), shift = load(K, bias);
    const double m = double(X.size()) / double(K.size());
    Values mean(gamma.size(), 0.0), inverse(gamma.size(), 0.0), result(vx.size());
    visit(X, K, [&](size_t i, size_t c) { mean[c] += vx[i] / m; });
    visit(X, K, [&](size_t i, size_t c) { inverse[c] += (vx[i] - mean[c]) * (vx[i] - mean[c]) / m; });
    for (double& v : inverse) v = 1 / std::sqrt(v + eps);
    visit(X, K, [&](size_t i, size_t c) { result[i] = (vx[i] - mean[c]) * inverse[c] * gamma[c] + shift[c]; });
    blend(X.type, y, result, a, b);
    store(K.type, saveMean, mean);
    store(K.type, saveInvVariance, inverse);
  });
}

API cudnnBatchNormalizationBackward(void* handle, int mode, const void* alphaData, const void* betaData, const void* alphaParam,
                                    const void* betaParam, void* xd, const void* x, void* dyd, const void* dy, void* dxd, void* dx,
                                    void* keptd, const void* scale, void* dScale, void* dBias, double eps, const void* savedMean,
                                    const void* savedInvVariance) {
  const Tensor X = tensor(xd), K = tensor(keptd);
  if (!(tensor(dyd) == X) || !(tensor(dxd) == X) || eps < kLeastEpsilon || !together(savedMean, savedInvVariance)) return badParameter;
  if (!savedMean) return notSupported;
  if (const int status = first({fit(mode, X, K), holds(x, X), holds(dy, X), holds(dx, X), holds(scale, K), holds(dScale, K),
                                holds(dBias, K), holds(savedMean, K), holds(savedInvVariance, K)}))
    return status;
  const double ad = factor(alphaData, X.type), bd = factor(betaData, X.type);
  const double ap = factor(alphaParam, X.type), bp = factor(betaParam, X.type);
  return queue(handle, [=] {
    const Values vx = load(X, x), vdy = load(X, dy), gamma = load(K, scale);
    const Values mean = load(K, savedMean), inverse = load(K, savedInvVariance);
    const double m = double(X.size()) / double(K.size());
    Values products(gamma.size(), 0.0), sums(gamma.size(), 0.0), result(vx.size());
    const auto normal = [&](size_t i, size_t c) { return (vx[i] - mean[c]) * inverse[c]; };
    visit(X, K, [&](size_t i, size_t c) { products[c] += vdy[i] * normal(i, c), sums[c] += vdy[i]; });
    visit(X, K, [&](size_t i, size_t c) {
      result[i] = gamma[c] * inverse[c] * (vdy[i] - (sums[c] + normal(i, c) * products[c]) / m);
    });
    blend(X.type, dx, result, ad, bd);
    blend(K.type, dScale, products, ap, bp);
    blend(K.type, dBias, sums, ap, bp);
  });
}
