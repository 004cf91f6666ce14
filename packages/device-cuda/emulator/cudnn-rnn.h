// Recurrent networks as the emulated cuDNN sees them: descriptors, where weights and what is kept for gradients lie, and the steps.
#pragma once
#include "cudnn.h"

namespace cudnn {

enum Cell { relu = 0, hyperbolic = 1, lstm = 2, gru = 3 };

struct Rnn {
  int cell = -1, directions = 1, type = -1, inputs = 0, units = 0, layers = 0;

  int gates() const { return cell == lstm ? 4 : cell == gru ? 3 : 1; }
  int pseudoLayers() const { return layers * directions; }
  // What a layer reads.
  int width(int pseudo) const { return pseudo < directions ? inputs : units * directions; }
};

// Sequences, longest first, in rows step by step.
struct Sequences {
  int type = -1, layout = -1, size = 0;
  std::vector<int> lengths;

  int64_t rows() const {
    int64_t n = 0;
    for (int l : lengths) n += l;
    return n;
  }
  // The row of a sequence's step.
  std::vector<int64_t> starts() const {
    std::vector<int64_t> at{0};
    for (int t = 0; t < lengths[0]; t++) {
      int64_t alive = 0;
      for (int l : lengths) alive += l > t;
      at.push_back(at.back() + alive);
    }
    return at;
  }
};

// Where a matrix and its bias are in the space of weights, in elements. Nobody may rely on the gaps.
struct Place {
  int64_t matrix, bias;
  int columns;
};
inline int64_t padded(int64_t n) { return (n + 37) / 32 * 32; }
inline Place placeOf(const Rnn& r, int pseudo, int id, int64_t* all = nullptr) {
  Place found{};
  int64_t at = 0;
  for (int p = 0; p < r.pseudoLayers(); p++)
    for (int k = 0; k < 2 * r.gates(); k++) {
      const int columns = k < r.gates() ? r.width(p) : r.units;
      if (p == pseudo && k == id) found = {at, at + padded(int64_t(columns) * r.units), columns};
      at += padded(int64_t(columns) * r.units) + padded(r.units);
    }
  if (all) *all = at;
  return found;
}

// What forward keeps of a layer for its gradients, and what the gradient of data keeps for that of weights: numbers for each row.
struct Kept {
  double *h, *c, *gates, *part, *slopes, *partSlope;

  static int64_t each(const Rnn& r) { return int64_t(r.units) * (4 + 2 * r.gates()); }
  Kept(const Rnn& r, double* all, int pseudo, int64_t rows) {
    const int64_t u = rows * r.units;
    h = all + pseudo * rows * each(r);
    c = h + u;
    part = c + u;
    partSlope = part + u;
    gates = partSlope + u;
    slopes = gates + u * r.gates();
  }
};

struct Weights {
  const Rnn& r;
  const Values& all;
  // y += matrix x
  void times(int pseudo, int id, const double* x, double* y) const {
    const Place p = placeOf(r, pseudo, id);
    for (int i = 0; i < r.units; i++)
      for (int j = 0; j < p.columns; j++) y[i] += all[size_t(p.matrix + int64_t(i) * p.columns + j)] * x[j];
  }
  // x += matrixᵀ y
  void back(int pseudo, int id, const double* y, double* x) const {
    const Place p = placeOf(r, pseudo, id);
    for (int i = 0; i < r.units; i++)
      for (int j = 0; j < p.columns; j++) x[j] += all[size_t(p.matrix + int64_t(i) * p.columns + j)] * y[i];
  }
  double bias(int pseudo, int id, int i) const { return all[size_t(placeOf(r, pseudo, id).bias + i)]; }
};

}  // namespace cudnn
