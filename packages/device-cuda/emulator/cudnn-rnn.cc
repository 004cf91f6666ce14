// cuDNN's recurrent networks, emulated by loops on the host: packed sequences, linear input, two biases, no projection, no dropout.
#include "cudnn-rnn.h"

#include <cmath>

using namespace cudnn;

namespace {

Rnn& R(void* p) { return *static_cast<Rnn*>(p); }
Sequences& S(void* p) { return *static_cast<Sequences*>(p); }

size_t weightBytes(const Rnn& r) {
  int64_t all;
  placeOf(r, 0, 0, &all);
  return size_t(all) * bytesOf(r.type);
}
constexpr size_t kWork = 2048;
size_t reserveBytes(const Rnn& r, const Sequences& x) { return size_t(x.rows() * Kept::each(r) * r.pseudoLayers()) * 8; }

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

// The steps of a sequence in the order of a direction.
std::vector<int> order(int length, bool backwards) {
  std::vector<int> steps;
  for (int k = 0; k < length; k++) steps.push_back(backwards ? length - 1 - k : k);
  return steps;
}

// One step: from what the layer reads and its states to the kept numbers of a row.
void step(const Weights& w, int p, const double* x, const double* h0, const double* c0, const Kept& to, int64_t row) {
  const Rnn& r = w.r;
  const int u = r.units, g = r.gates();
  double *a = to.gates + row * u * g, *h = to.h + row * u, *c = to.c + row * u, *part = to.part + row * u;
  for (int k = 0; k < g; k++) {
    double* pre = a + k * u;
    std::vector<double> own(size_t(u), 0.0);
    for (int i = 0; i < u; i++) pre[i] = w.bias(p, k, i), own[size_t(i)] = w.bias(p, k + g, i);
    w.times(p, k, x, pre);
    w.times(p, k + g, h0, own.data());
    for (int i = 0; i < u; i++) {
      if (r.cell == gru && k == 2) part[i] = own[size_t(i)], pre[i] += a[i] * part[i];
      else pre[i] += own[size_t(i)];
      if (r.cell == relu) pre[i] = pre[i] > 0 ? pre[i] : 0;
      else pre[i] = r.cell == hyperbolic || k == 2 ? std::tanh(pre[i]) : sigmoid(pre[i]);
    }
  }
  for (int i = 0; i < u; i++) {
    c[i] = 0;
    if (r.cell == lstm) {
      c[i] = a[u + i] * c0[i] + a[i] * a[2 * u + i];
      h[i] = a[3 * u + i] * std::tanh(c[i]);
    } else if (r.cell == gru) {
      h[i] = (1 - a[u + i]) * a[2 * u + i] + a[u + i] * h0[i];
    } else {
      h[i] = a[i];
    }
  }
}

// The gradient of a step: from those of h and c to those of the states before and of what the layer reads.
void stepBack(const Weights& w, int p, const double* h0, const double* c0, const Kept& of, int64_t row, double* dh, double* dc, double* dx) {
  const Rnn& r = w.r;
  const int u = r.units, g = r.gates();
  const double *a = of.gates + row * u * g, *c = of.c + row * u, *part = of.part + row * u;
  double *s = of.slopes + row * u * g, *ps = of.partSlope + row * u;
  std::vector<double> before(size_t(u), 0.0);
  for (int i = 0; i < u; i++) {
    if (r.cell == lstm) {
      const double in = a[i], forget = a[u + i], next = a[2 * u + i], out = a[3 * u + i], t = std::tanh(c[i]);
      const double d = dc[i] + dh[i] * out * (1 - t * t);
      s[i] = d * next * in * (1 - in);
      s[u + i] = d * c0[i] * forget * (1 - forget);
      s[2 * u + i] = d * in * (1 - next * next);
      s[3 * u + i] = dh[i] * t * out * (1 - out);
      dc[i] = d * forget;
    } else if (r.cell == gru) {
      const double reset = a[i], keep = a[u + i], next = a[2 * u + i];
      s[2 * u + i] = dh[i] * (1 - keep) * (1 - next * next);
      s[u + i] = dh[i] * (h0[i] - next) * keep * (1 - keep);
      s[i] = s[2 * u + i] * part[i] * reset * (1 - reset);
      ps[i] = s[2 * u + i] * reset;
      before[size_t(i)] = dh[i] * keep;
    } else {
      s[i] = dh[i] * (r.cell == relu ? (a[i] > 0 ? 1 : 0) : 1 - a[i] * a[i]);
    }
  }
  for (int k = 0; k < g; k++) {
    w.back(p, k, s + k * u, dx);
    w.back(p, k + g, r.cell == gru && k == 2 ? ps : s + k * u, before.data());
  }
  for (int i = 0; i < u; i++) dh[i] = before[size_t(i)];
}

// What a layer reads: the input, or the outputs of the directions below.
Values below(const Rnn& r, int pseudo, const Values& x, double* kept, int64_t rows) {
  const int layer = pseudo / r.directions, u = r.units;
  if (layer == 0) return x;
  Values found(size_t(rows * u * r.directions));
  for (int d = 0; d < r.directions; d++) {
    const Kept from(r, kept, (layer - 1) * r.directions + d, rows);
    for (int64_t row = 0; row < rows; row++)
      for (int i = 0; i < u; i++) found[size_t((row * r.directions + d) * u + i)] = from.h[row * u + i];
  }
  return found;
}

// States before a step of a sequence: those of the step before, or the given ones.
struct Before {
  const Rnn& r;
  const Sequences& seqs;
  const Values &hx, &cx;
  const std::vector<int64_t> starts;

  void find(int p, const Kept& kept, int b, int t, std::vector<double>& h, std::vector<double>& c) const {
    const bool backwards = p % r.directions == 1;
    const int prior = backwards ? t + 1 : t - 1;
    const bool first = prior < 0 || prior >= seqs.lengths[size_t(b)];
    for (int i = 0; i < r.units; i++) {
      const size_t given = size_t((int64_t(p) * int64_t(seqs.lengths.size()) + b) * r.units + i);
      const int64_t row = first ? 0 : starts[size_t(prior)] + b;
      h[size_t(i)] = first ? hx[given] : kept.h[row * r.units + i];
      c[size_t(i)] = r.cell != lstm ? 0 : first ? cx[given] : kept.c[row * r.units + i];
    }
  }
};

Values statesOf(const Rnn& r, const Sequences& x, const void* p) {
  const int64_t n = int64_t(r.pseudoLayers()) * int64_t(x.lengths.size()) * r.units;
  return p ? load(r.type, p, n) : Values(size_t(n), 0.0);
}

// Whether descriptors belong together, and memory is what they say. `lengths` is on the device.
int fit(const Rnn& r, const void* lengths, const Sequences& x, const Sequences& y, const Tensor& h) {
  if (x.type != r.type || y.type != r.type || x.size != r.inputs || y.size != r.units * r.directions || x.lengths != y.lengths) return badParameter;
  if (x.layout != 1 || y.layout != 1) return notSupported;
  if (h.type != r.type || h.extents != std::vector<int>{r.pseudoLayers(), int(x.lengths.size()), r.units}) return badParameter;
  return lengths && !emulator::onDevice(lengths, x.lengths.size() * 4) ? badParameter : ok;
}
int holdsRows(const void* p, const Sequences& s) {
  if (!p) return nullPointer;
  return emulator::onDevice(p, size_t(s.rows() * s.size) * bytesOf(s.type)) ? ok : badParameter;
}
int holdsIf(const void* p, const Tensor& t) { return p ? holds(p, t) : ok; }
int room(const void* p, size_t bytes, size_t needed) {
  if (bytes < needed) return tooSmall;
  return needed == 0 ? ok : !p ? nullPointer : emulator::onDevice(p, bytes) ? ok : badParameter;
}

}  // namespace

API cudnnCreateRNNDescriptor(void** made) {
  *made = new Rnn;
  return ok;
}
API cudnnSetRNNDescriptor_v8(void* rnn, int algorithm, int cell, int bias, int direction, int input, int type, int precision, int math,
                             int inputs, int units, int projection, int layers, void*, unsigned) {
  if (cell < relu || cell > gru || direction < 0 || direction > 1 || inputs < 1 || units < 1 || layers < 1 || projection < 1) return badParameter;
  // The sums of halves are floats or halves, of others what they are.
  const bool half = type == 2 || type == 9;
  if (type < 0 || type > 9 || (half ? precision != 0 && precision != type : precision != type)) return notSupported;
  if (math < 0 || math > 3) return badParameter;
  // Not emulated: other algorithms, other biases, projections.
  if (algorithm != 0 || bias != 2 || input != 0 || projection != units) return notSupported;
  R(rnn) = {cell, direction + 1, type, inputs, units, layers};
  return ok;
}
API cudnnGetRNNWeightSpaceSize(void*, void* rnn, size_t* bytes) {
  *bytes = weightBytes(R(rnn));
  return ok;
}
API cudnnGetRNNWeightParams(void*, void* rnn, int pseudo, size_t bytes, const void* space, int id, void* md, void** matrix, void* bd,
                            void** bias) {
  const Rnn& r = R(rnn);
  if (pseudo < 0 || pseudo >= r.pseudoLayers() || id < 0 || id >= 2 * r.gates()) return badParameter;
  if (bytes < weightBytes(r)) return tooSmall;
  const Place p = placeOf(r, pseudo, id);
  tensor(md) = {r.type, {1, r.units, p.columns}, {r.units * p.columns, p.columns, 1}};
  tensor(bd) = {r.type, {1, r.units, 1}, {r.units, 1, 1}};
  const uint64_t base = reinterpret_cast<uint64_t>(space), size = bytesOf(r.type);
  *matrix = reinterpret_cast<void*>(base + uint64_t(p.matrix) * size);
  *bias = reinterpret_cast<void*>(base + uint64_t(p.bias) * size);
  return ok;
}
API cudnnGetTensorNdDescriptor(void* descriptor, int wanted, int* type, int* n, int* extents, int* steps) {
  const Tensor& t = tensor(descriptor);
  *type = t.type;
  *n = int(t.extents.size());
  for (int k = 0; k < wanted && k < *n; k++) extents[k] = t.extents[size_t(k)], steps[k] = t.steps[size_t(k)];
  return ok;
}
API cudnnCreateRNNDataDescriptor(void** made) {
  *made = new Sequences;
  return ok;
}
API cudnnSetRNNDataDescriptor(void* data, int type, int layout, int longest, int batch, int size, const int* lengths, void*) {
  if (type < 0 || layout < 0 || layout > 2 || batch < 1 || size < 1 || !lengths) return badParameter;
  int most = 0;
  for (int b = 0; b < batch; b++) {
    if (lengths[b] < 1 || (layout == 1 && b > 0 && lengths[b] > lengths[b - 1])) return badParameter;
    most = lengths[b] > most ? lengths[b] : most;
  }
  if (layout == 1 ? longest != most : longest < most) return badParameter;
  S(data) = {type, layout, size, {lengths, lengths + batch}};
  return ok;
}
API cudnnGetRNNTempSpaceSizes(void*, void* rnn, int mode, void* x, size_t* work, size_t* reserve) {
  if (mode < 0 || mode > 1 || S(x).size != R(rnn).inputs) return badParameter;
  *work = kWork;
  *reserve = mode == 1 ? reserveBytes(R(rnn), S(x)) : 0;
  return ok;
}

API cudnnRNNForward(void* handle, void* rnn, int mode, const void* lengths, void* xd, const void* x, void* yd, void* y, void* hd,
                    const void* hx, void* hy, void* cd, const void* cx, void* cy, size_t weightSize, const void* weights, size_t workSize,
                    void* work, size_t reserveSize, void* reserve) {
  const Rnn r = R(rnn);
  const Sequences X = S(xd), Y = S(yd);
  const Tensor H = tensor(hd);
  if (r.cell == lstm && !(tensor(cd) == H)) return badParameter;
  if (const int status = first({fit(r, lengths, X, Y, H), holdsRows(x, X), holdsRows(y, Y), holdsIf(hx, H), holdsIf(hy, H), holdsIf(cx, H),
                                holdsIf(cy, H), room(weights, weightSize, weightBytes(r)), room(work, workSize, kWork),
                                room(reserve, reserveSize, mode == 1 ? reserveBytes(r, X) : 0)}))
    return status;
  return queue(handle, [=] {
    const int64_t rows = X.rows(), u = r.units, n = int64_t(X.lengths.size());
    Values space(mode == 1 ? 0 : size_t(rows * Kept::each(r) * r.pseudoLayers()));
    double* all = mode == 1 ? static_cast<double*>(reserve) : space.data();
    const Values given = load(r.type, weights, int64_t(weightSize / bytesOf(r.type))), in = load(r.type, x, rows * X.size);
    const Values hs = statesOf(r, X, hx), cs = statesOf(r, X, cx);
    const Weights w{r, given};
    const Before before{r, X, hs, cs, X.starts()};
    Values lastH(hs.size()), lastC(hs.size()), h0(size_t(u), 0.0), c0(size_t(u), 0.0);
    for (int p = 0; p < r.pseudoLayers(); p++) {
      const Kept kept(r, all, p, rows);
      const Values read = below(r, p, in, all, rows);
      for (int64_t b = 0; b < n; b++)
        for (int t : order(X.lengths[size_t(b)], p % r.directions == 1)) {
          const int64_t row = before.starts[size_t(t)] + b;
          before.find(p, kept, int(b), t, h0, c0);
          step(w, p, read.data() + row * r.width(p), h0.data(), c0.data(), kept, row);
          for (int64_t i = 0; i < u; i++) {
            lastH[size_t((p * n + b) * u + i)] = kept.h[row * u + i];
            lastC[size_t((p * n + b) * u + i)] = kept.c[row * u + i];
          }
        }
    }
    store(r.type, y, below(r, r.pseudoLayers(), in, all, rows));
    if (hy) store(r.type, hy, lastH);
    if (cy) store(r.type, cy, lastC);
  });
}

API cudnnRNNBackwardData_v8(void* handle, void* rnn, const void* lengths, void* yd, const void* y, const void* dy, void* xd, void* dx,
                            void* hd, const void* hx, const void* dhy, void* dhx, void* cd, const void* cx, const void* dcy, void* dcx,
                            size_t weightSize, const void* weights, size_t workSize, void* work, size_t reserveSize, void* reserve) {
  const Rnn r = R(rnn);
  const Sequences X = S(xd), Y = S(yd);
  const Tensor H = tensor(hd);
  if (r.cell == lstm && !(tensor(cd) == H)) return badParameter;
  if (const int status = first({fit(r, lengths, X, Y, H), holdsRows(y, Y), holdsRows(dy, Y), holdsRows(dx, X), holdsIf(hx, H), holdsIf(dhy, H),
                                holdsIf(dhx, H), holdsIf(cx, H), holdsIf(dcy, H), holdsIf(dcx, H), room(weights, weightSize, weightBytes(r)),
                                room(work, workSize, kWork), room(reserve, reserveSize, reserveBytes(r, X))}))
    return status;
  return queue(handle, [=] {
    const int64_t rows = X.rows(), u = r.units, n = int64_t(X.lengths.size());
    double* all = static_cast<double*>(reserve);
    const Values given = load(r.type, weights, int64_t(weightSize / bytesOf(r.type)));
    const Values hs = statesOf(r, X, hx), cs = statesOf(r, X, cx), dhs = statesOf(r, X, dhy), dcs = statesOf(r, X, dcy);
    const Weights w{r, given};
    const Before before{r, X, hs, cs, X.starts()};
    Values above = load(r.type, dy, rows * Y.size), dh(size_t(u), 0.0), dc(dh), h0(dh), c0(dh);
    Values firstH(hs.size()), firstC(hs.size());
    for (int layer = r.layers; layer-- > 0;) {
      const int width = r.width(layer * r.directions);
      Values under(size_t(rows * width), 0.0);
      for (int d = 0; d < r.directions; d++) {
        const int p = layer * r.directions + d;
        const Kept kept(r, all, p, rows);
        for (int64_t b = 0; b < n; b++) {
          const size_t state = size_t((p * n + b) * u);
          for (size_t i = 0; i < size_t(u); i++) dh[i] = dhs[state + i], dc[i] = dcs[state + i];
          for (int t : order(X.lengths[size_t(b)], d == 0)) {
            const int64_t row = before.starts[size_t(t)] + b;
            for (int64_t i = 0; i < u; i++) dh[size_t(i)] += above[size_t((row * r.directions + d) * u + i)];
            before.find(p, kept, int(b), t, h0, c0);
            stepBack(w, p, h0.data(), c0.data(), kept, row, dh.data(), dc.data(), under.data() + row * width);
          }
          for (size_t i = 0; i < size_t(u); i++) firstH[state + i] = dh[i], firstC[state + i] = dc[i];
        }
      }
      above = under;
    }
    store(r.type, dx, above);
    if (dhx) store(r.type, dhx, firstH);
    if (dcx) store(r.type, dcx, firstC);
  });
}

API cudnnRNNBackwardWeights_v8(void* handle, void* rnn, int add, const void* lengths, void* xd, const void* x, void* hd, const void* hx,
                               void* yd, const void* y, size_t weightSize, void* dweights, size_t workSize, void* work, size_t reserveSize,
                               void* reserve) {
  const Rnn r = R(rnn);
  const Sequences X = S(xd), Y = S(yd);
  const Tensor H = tensor(hd);
  // `CUDNN_WGRAD_MODE_ADD` is the only one.
  if (add != 0) return notSupported;
  if (const int status = first({fit(r, lengths, X, Y, H), holdsRows(x, X), holdsRows(y, Y), holdsIf(hx, H), room(dweights, weightSize, weightBytes(r)),
                                room(work, workSize, kWork), room(reserve, reserveSize, reserveBytes(r, X))}))
    return status;
  return queue(handle, [=] {
    const int64_t rows = X.rows(), u = r.units, n = int64_t(X.lengths.size());
    double* all = static_cast<double*>(reserve);
    const Values in = load(r.type, x, rows * X.size), hs = statesOf(r, X, hx), cs(hs.size(), 0.0);
    const Before before{r, X, hs, cs, X.starts()};
    Values sums = load(r.type, dweights, int64_t(weightSize / bytesOf(r.type))), h0(size_t(u), 0.0), c0(h0);
    for (int p = 0; p < r.pseudoLayers(); p++) {
      const Kept kept(r, all, p, rows);
      const Values read = below(r, p, in, all, rows);
      for (int64_t b = 0; b < n; b++)
        for (int t = 0; t < X.lengths[size_t(b)]; t++) {
          const int64_t row = before.starts[size_t(t)] + b;
          before.find(p, kept, int(b), t, h0, c0);
          for (int k = 0; k < 2 * r.gates(); k++) {
            const bool own = k >= r.gates();
            const Place place = placeOf(r, p, k);
            const double* from = own ? h0.data() : read.data() + row * r.width(p);
            const double* slope = own && r.cell == gru && k == 5 ? kept.partSlope + row * u : kept.slopes + (row * r.gates() + k % r.gates()) * u;
            for (int64_t i = 0; i < u; i++) {
              sums[size_t(place.bias + i)] += slope[i];
              for (int j = 0; j < place.columns; j++) sums[size_t(place.matrix + i * place.columns + j)] += slope[i] * from[j];
            }
          }
        }
    }
    store(r.type, dweights, sums);
  });
}
