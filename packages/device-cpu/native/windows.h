// Sliding windows over up to three spatial axes, axis by axis.
#pragma once
#include <algorithm>
#include <cstdint>

#include "context.h"

struct Axis {
  int64_t image = 1, kernel = 1, output = 1, stride = 1, pad = 0, dilate = 1;

  int64_t start(int64_t o) const { return o * stride - pad; }
  // First and last+1 output whose place `k` lies inside the image.
  int64_t firstOutput(int64_t k) const {
    const int64_t need = pad - k * dilate;
    return need <= 0 ? 0 : std::min(output, (need + stride - 1) / stride);
  }
  int64_t endOutput(int64_t k) const {
    const int64_t room = image - 1 + pad - k * dilate;
    return room < 0 ? 0 : std::min(output, room / stride + 1);
  }
  bool inside(int64_t o, int64_t k) const {
    const int64_t at = start(o) + k * dilate;
    return at >= 0 && at < image;
  }
};

struct Windows {
  Axis axis[3];  // the last axes; absent leading ones have extent 1

  explicit Windows(Reader& r) {
    const int nd = r.small();
    for (int i = 3 - nd; i < 3; i++) {
      axis[i].image = r.integer();
      axis[i].kernel = r.integer();
      axis[i].output = r.integer();
      axis[i].stride = r.integer();
      axis[i].pad = r.integer();
      axis[i].dilate = r.integer();
    }
  }
  int64_t image() const { return axis[0].image * axis[1].image * axis[2].image; }
  int64_t output() const { return axis[0].output * axis[1].output * axis[2].output; }
  int64_t places() const { return axis[0].kernel * axis[1].kernel * axis[2].kernel; }
};
