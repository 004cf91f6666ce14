// Matrix products: float32 through oneDNN, or by few-rows.cc; float64 and complex numbers through OpenBLAS. Transposed operands are read as they lie.
#include <cblas.h>
#include <dnnl.h>

#include <complex>
#include <cstring>

#include "commands.h"
#include "few-rows.h"
#include "parallel.h"
#include "serial.h"
#include "signals.h"

namespace {
struct Matrix {
  char* base;
  bool transposed;
  int64_t stride;  // elements between rows (columns if transposed)
};

Matrix read(Reader& r) {
  Matrix m;
  m.base = r.pointer();
  m.transposed = r.flag();
  m.stride = r.integer();
  return m;
}

void product(const float* a, const Matrix& A, const float* b, const Matrix& B, float* y, int64_t ldy, int64_t m, int64_t n, int64_t k, float beta) {
  const SignalsHeld held;
  const dnnl_status_t status = dnnl_sgemm(A.transposed ? 'T' : 'N', B.transposed ? 'T' : 'N', m, n, k, 1.0f, a, A.stride, b, B.stride, beta, y, ldy);
  if (status != dnnl_success) throw std::runtime_error("[matmul] oneDNN refused a product, status " + std::to_string(status));
}

#define PRODUCT(T, gemm, scalar)                                                                                                             \
  void product(const T* a, const Matrix& A, const T* b, const Matrix& B, T* y, int64_t ldy, int64_t m, int64_t n, int64_t k, T beta) {       \
    const T one(1);                                                                                                                          \
    gemm(CblasRowMajor, A.transposed ? CblasTrans : CblasNoTrans, B.transposed ? CblasTrans : CblasNoTrans, int(m), int(n), int(k),          \
         scalar(one), a, int(A.stride), b, int(B.stride), scalar(beta), y, int(ldy));                                                        \
  }
#define VALUE(x) x
#define ADDRESS(x) &x
PRODUCT(double, cblas_dgemm, VALUE)
PRODUCT(std::complex<float>, cblas_cgemm, ADDRESS)
PRODUCT(std::complex<double>, cblas_zgemm, ADDRESS)

// Plain loops, when a library's overhead would be most of the time: tiny products, and those with a vector.
template <class T>
void small(const T* a, const Matrix& A, const T* b, const Matrix& B, T* y, int64_t ldy, int64_t m, int64_t n, int64_t k, bool add) {
  const int64_t ai = A.transposed ? 1 : A.stride, ak = A.transposed ? A.stride : 1;
  const int64_t bk = B.transposed ? 1 : B.stride, bj = B.transposed ? B.stride : 1;
  for (int64_t i = 0; i < m; i++) {
    T* __restrict row = y + i * ldy;
    const T* x = a + i * ai;
    if (bj == 1) {
      int64_t p = 0;
      if (!add) {
        const T v = x[0];
        const T* __restrict from = b;
        for (int64_t j = 0; j < n; j++) row[j] = v * from[j];
        p = 1;
      }
      // Four rows of B at a time, so that a result is loaded and stored once for four products.
      for (; p + 4 <= k; p += 4) {
        const T v0 = x[p * ak], v1 = x[(p + 1) * ak], v2 = x[(p + 2) * ak], v3 = x[(p + 3) * ak];
        const T *__restrict b0 = b + p * bk, *__restrict b1 = b0 + bk, *__restrict b2 = b1 + bk, *__restrict b3 = b2 + bk;
        for (int64_t j = 0; j < n; j++) row[j] += (v0 * b0[j] + v1 * b1[j]) + (v2 * b2[j] + v3 * b3[j]);
      }
      for (; p < k; p++) {
        const T v = x[p * ak];
        const T* __restrict from = b + p * bk;
        for (int64_t j = 0; j < n; j++) row[j] += v * from[j];
      }
    } else if (ak == 1) {
      for (int64_t j = 0; j < n; j++) {
        const T* __restrict column = b + j * bj;
        T s = T(0);
#pragma omp simd reduction(+ : s)
        for (int64_t p = 0; p < k; p++) s += x[p] * column[p];
        row[j] = add ? row[j] + s : s;
      }
    } else {
      for (int64_t j = 0; j < n; j++) {
        T s = add ? row[j] : T(0);
        for (int64_t p = 0; p < k; p++) s += x[p * ak] * b[p * bk + j * bj];
        row[j] = s;
      }
    }
  }
}

// The same of complex numbers, multiplied as the others are: part by part.
template <class R>
void small(const std::complex<R>* a, const Matrix& A, const std::complex<R>* b, const Matrix& B, std::complex<R>* y, int64_t ldy, int64_t m,
           int64_t n, int64_t k, bool add) {
  const int64_t ai = A.transposed ? 1 : A.stride, ak = A.transposed ? A.stride : 1;
  const int64_t bk = B.transposed ? 1 : B.stride, bj = B.transposed ? B.stride : 1;
  for (int64_t i = 0; i < m; i++) {
    for (int64_t j = 0; j < n; j++) {
      R re = add ? y[i * ldy + j].real() : R(0), im = add ? y[i * ldy + j].imag() : R(0);
      for (int64_t p = 0; p < k; p++) {
        const std::complex<R> u = a[i * ai + p * ak], v = b[p * bk + j * bj];
        re += u.real() * v.real() - u.imag() * v.imag();
        im += u.real() * v.imag() + u.imag() * v.real();
      }
      y[i * ldy + j] = {re, im};
    }
  }
}

// Threads get whole tiles of oneDNN's inner loop, which is 48 columns wide, unless there are too few of them to go round.
constexpr int64_t kRows = 16;
int64_t columnsOf(int64_t n) { return n < 4 * 48 ? 16 : 48; }

// Whether plain loops are as fast as a library: where either matrix is read once anyway, and it stays in the cache.
bool isSmall(int64_t m, int64_t n, int64_t k) {
  const int64_t products = m * n * k;
  return products <= 4096 || ((m == 1 || k == 1) && products <= (1 << 17));
}

// What a product with a bias is added to, or zeros.
template <class T>
void startFrom(const T* bias, int64_t step, T* y, int64_t ldy, int64_t m, int64_t n) {
  for (int64_t i = 0; i < m; i++) {
    T* row = y + i * ldy;
    if (bias == nullptr) std::fill(row, row + n, T(0));
    else if (step == 1) memcpy(row, bias, size_t(n) * sizeof(T));
    else {
      for (int64_t j = 0; j < n; j++) row[j] = bias[j * step];
    }
  }
}

template <class T>
void run(Context& c, Reader r) {
  const int64_t m = r.integer(), n = r.integer(), k = r.integer();
  const Matrix A = read(r), B = read(r);
  char* y = r.pointer();
  const int64_t ldy = r.integer();
  const T* bias = r.pointer<T>();
  const int64_t biasStep = r.integer();
  const int nd = r.small();
  int64_t shape[32], sa[32], sb[32], sy[32], batch = 1;
  r.integers(shape, nd);
  r.integers(sa, nd);
  r.integers(sb, nd);
  r.integers(sy, nd);
  for (int i = 0; i < nd; i++) batch *= shape[i];
  if (m == 0 || n == 0 || batch == 0) return;

  const bool tiny = isSmall(m, n, k);
  // Waking threads costs more than a product of less than some 20 microseconds takes.
  const bool large = m * n * k >= (1 << 20);
  const bool few = !tiny && !A.transposed && B.transposed && isFewRows(m, n, k);
  auto one = [&](int64_t index) {
    const T* pa = reinterpret_cast<const T*>(A.base);
    const T* pb = reinterpret_cast<const T*>(B.base);
    T* py = reinterpret_cast<T*>(y);
    for (int axis = nd - 1; axis >= 0; axis--) {
      const int64_t at = index % shape[axis];
      index /= shape[axis];
      pa += at * sa[axis];
      pb += at * sb[axis];
      py += at * sy[axis];
    }
    if constexpr (std::is_same_v<T, float>) {
      if (few) return fewRows(c, pa, A.stride, pb, B.stride, bias, biasStep, py, ldy, m, n, k);
    }
    // Some rows and columns of the result.
    const auto part = [&](int64_t i0, int64_t rows, int64_t j0, int64_t columns) {
      T* to = py + i0 * ldy + j0;
      if (bias != nullptr || k == 0) startFrom(bias == nullptr ? nullptr : bias + j0 * biasStep, biasStep, to, ldy, rows, columns);
      if (k == 0) return;
      const T* x = pa + i0 * (A.transposed ? 1 : A.stride);
      const T* w = pb + j0 * (B.transposed ? B.stride : 1);
      if (tiny) small(x, A, w, B, to, ldy, rows, columns, k, bias != nullptr);
      else product(x, A, w, B, to, ldy, rows, columns, k, bias != nullptr ? T(1) : T(0));
    };
    if (!large) part(0, m, 0, n);
    else if (m > n) parallelFor(c.threads, m, kRows, [&](int64_t lo, int64_t hi, int) { part(lo, hi - lo, 0, n); });
    else parallelFor(c.threads, n, columnsOf(n), [&](int64_t lo, int64_t hi, int) { part(0, m, lo, hi - lo); });
  };
  // Libraries stay on the thread that calls them: their own threads meet in the end, and one that another process keeps from its core
  // holds up all.
  const Serial serial(c, true);
  // Many small products share the threads among them; large ones are cut.
  const int threads = batch > 1 && !large ? threadsFor(c, double(batch) * (double(m * n * k) * 0.02 + 50)) : 1;
  if (threads > 1) {
    parallelFor(threads, batch, 1, [&](int64_t lo, int64_t hi, int) {
      for (int64_t i = lo; i < hi; i++) one(i);
    });
  } else {
    for (int64_t i = 0; i < batch; i++) one(i);
  }
}

// D: element type, m, n, k, A and B (address, transposed, stride), y (address, stride), bias (address or 0, step), batch
// axes: count, shape, steps of A, B, y.
void matmul(Context& c) {
  Reader r(c);
  switch (r.small()) {
    case kF32:
      return run<float>(c, r);
    case kF64:
      return run<double>(c, r);
    case kC64:
      return run<std::complex<float>>(c, r);
    default:
      return run<std::complex<double>>(c, r);
  }
}
}  // namespace

void addMatmulCommands(std::vector<CommandEntry>& t) { t.push_back({"matmul", matmul}); }
