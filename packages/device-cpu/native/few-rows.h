// Products of a few rows with the transpose of a large matrix, x·Wᵀ: what a layer computes for a small batch. Libraries spend most of
// the time on bringing W into an order of their own; here a panel of W is turned in registers while it is read, once.
#pragma once
#include <cstdint>

#include "context.h"

// Whether that product is faster here than in a library: m rows of x, n rows and k columns of W.
bool isFewRows(int64_t m, int64_t n, int64_t k);

// y[m, n] = x[m, k] · W[n, k]ᵀ + bias, where `bias` may be null; rows lie `ldx`, `ldw` and `ldy` elements apart.
void fewRows(const Context& c, const float* x, int64_t ldx, const float* w, int64_t ldw, const float* bias, int64_t biasStep, float* y, int64_t ldy,
             int64_t m, int64_t n, int64_t k);
