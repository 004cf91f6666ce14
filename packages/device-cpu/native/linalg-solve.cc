// LU and Cholesky's factors, and systems solved from triangles, of dense stacks of matrices whose rows lie together.
#include <algorithm>
#include <cmath>

#include "commands.h"
#include "lapack.h"
#include "linalg.h"

namespace {
using lapack::Lapack;
using lapack::Real;

template <class T>
Real<T> sizeOf(const T& x) {
  return std::abs(std::real(x)) + std::abs(std::imag(x));
}

#define BLAS_OF(p, T, scalar)                                                                                                                \
  void gemmMinus(int m, int n, int k, const T* a, const T* b, T* y, int ld) {                                                                \
    const T minus(-1), one(1);                                                                                                               \
    cblas_##p##gemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, scalar(minus), a, ld, b, ld, scalar(one), y, ld);                    \
  }                                                                                                                                          \
  void trsm(CBLAS_UPLO triangle, CBLAS_TRANSPOSE op, CBLAS_DIAG diagonal, int n, int m, const T* a, int lda, T* b, int ldb) {                \
    const T one(1);                                                                                                                          \
    cblas_##p##trsm(CblasRowMajor, CblasLeft, triangle, op, diagonal, n, m, scalar(one), a, lda, b, ldb);                                    \
  }
#define VALUE(x) x
#define ADDRESS(x) &x
BLAS_OF(s, float, VALUE)
BLAS_OF(d, double, VALUE)
BLAS_OF(c, std::complex<float>, ADDRESS)
BLAS_OF(z, std::complex<double>, ADDRESS)

template <class T>
void swapRows(T* x, int64_t ld, int64_t n, int64_t p, int64_t q) {
  if (p != q) std::swap_ranges(x + p * ld, x + p * ld + n, x + q * ld);
}

// Factors of m rows of n <= m numbers, one column after the other. A column without pivot stays.
template <class T>
void factorColumns(T* a, int64_t ld, int64_t m, int64_t n, int32_t* pivots) {
  for (int64_t p = 0; p < n; p++) {
    int64_t best = p;
    Real<T> most = -1;
    for (int64_t i = p; i < m; i++) {
      const Real<T> size = sizeOf(a[i * ld + p]);
      if (size > most) {
        most = size;
        best = i;
      }
    }
    pivots[p] = int32_t(best);
    if (most == 0) continue;
    swapRows(a, ld, n, p, best);
    const T* top = a + p * ld;
    for (int64_t i = p + 1; i < m; i++) {
      T* row = a + i * ld;
      const T f = row[p] = row[p] / top[p];
      for (int64_t j = p + 1; j < n; j++) row[j] -= f * top[j];
    }
  }
}

// Triangular systems; threads share the columns of b.
template <class T>
void solve(Context& c, CBLAS_UPLO triangle, CBLAS_TRANSPOSE op, CBLAS_DIAG diagonal, int64_t n, int64_t m, const T* a, int64_t lda, T* b, int64_t ldb) {
  parallelFor(threadsFor(c, double(n * n * m) * 0.05), m, 16, [&](int64_t lo, int64_t hi, int) {
    trsm(triangle, op, diagonal, int(n), int(hi - lo), a, int(lda), b + lo, int(ldb));
  });
}

// The same by halves of the columns, so that nearly all of the work is products of matrices, whose rows threads share. LAPACK's getrf
// would want columns together, and its search for pivots trusts that there are no NaNs.
template <class T>
void factor(Context& c, T* a, int64_t ld, int64_t m, int64_t n, int32_t* pivots) {
  if (n <= 16) return factorColumns(a, ld, m, n, pivots);
  const int64_t h = n / 2;
  T* right = a + h;
  factor(c, a, ld, m, h, pivots);
  for (int64_t p = 0; p < h; p++) swapRows(right, ld, n - h, p, pivots[p]);
  solve(c, CblasLower, CblasNoTrans, CblasUnit, h, n - h, a, ld, right, ld);
  T *left = a + h * ld, *corner = right + h * ld;
  parallelFor(threadsFor(c, double((m - h) * (n - h) * h) * 0.05), m - h, 16, [&](int64_t lo, int64_t hi, int) {
    gemmMinus(int(hi - lo), int(n - h), int(h), left + lo * ld, right, corner + lo * ld, int(ld));
  });
  factor(c, corner, ld, m - h, n - h, pivots + h);
  for (int64_t p = h; p < n; p++) {
    pivots[p] += int32_t(h);
    swapRows(a, ld, h, p, pivots[p]);
  }
}

template <class T>
void factorAll(Context& c, Reader& r) {
  const int64_t count = r.integer(), n = r.integer();
  T* a = r.pointer<T>();
  int32_t* pivots = r.pointer<int32_t>();
  eachMatrix(c, count, 300 + double(n * n * n) * 0.1, [&](int64_t k) { factor(c, a + k * n * n, n, n, n, pivots + k * n); });
}

template <class T>
void solveAll(Context& c, Reader& r) {
  const int64_t count = r.integer(), n = r.integer(), m = r.integer();
  const T* a = r.pointer<T>();
  const int32_t* pivots = r.pointer<int32_t>();
  T* b = r.pointer<T>();
  for (int64_t i = 0; i < count * n; i++) {
    if (pivots[i] < 0 || pivots[i] >= n)
      throw std::runtime_error("[luSolve] row " + std::to_string(i % n) + " cannot change places with row " + std::to_string(pivots[i]) +
                               " of a matrix that has " + std::to_string(n));
  }
  eachMatrix(c, count, 300 + double(n * n * m) * 0.2, [&](int64_t k) {
    const T* factors = a + k * n * n;
    T* x = b + k * n * m;
    for (int64_t p = 0; p < n; p++) swapRows(x, m, m, p, pivots[k * n + p]);
    solve(c, CblasLower, CblasNoTrans, CblasUnit, n, m, factors, n, x, m);
    solve(c, CblasUpper, CblasNoTrans, CblasNonUnit, n, m, factors, n, x, m);
  });
}

template <class T>
void triangularAll(Context& c, Reader& r) {
  const int64_t count = r.integer(), n = r.integer(), m = r.integer();
  const T* a = r.pointer<T>();
  T* b = r.pointer<T>();
  const CBLAS_UPLO triangle = r.flag() ? CblasLower : CblasUpper;
  const CBLAS_DIAG diagonal = r.flag() ? CblasUnit : CblasNonUnit;
  const int form = r.small();
  const CBLAS_TRANSPOSE op = form == 0 ? CblasNoTrans : form == 1 ? CblasTrans : CblasConjTrans;
  eachMatrix(c, count, 300 + double(n * n * m) * 0.1,
             [&](int64_t k) { solve(c, triangle, op, diagonal, n, m, a + k * n * n, n, b + k * n * m, m); });
}

// LAPACK sees the transpose, A's conjugate: of its upper triangle, our lower one, it makes U with UᴴU, and Uᵀ, which our rows show, is L.
template <class T>
void choleskyAll(Context& c, Reader& r) {
  const int64_t count = r.integer(), n = r.integer();
  T* a = r.pointer<T>();
  int32_t* info = r.pointer<int32_t>();
  eachMatrix(c, count, 500 + double(n * n * n) * 0.1, [&](int64_t k) {
    T* x = a + k * n * n;
    int found = Lapack<T>::potrf('U', int(n), x);
    for (int64_t i = 0; i < n; i++) {
      // A NaN passes for a positive number there.
      if (found == 0 && !(std::real(x[i * n + i]) > 0)) found = int(i + 1);
      std::fill(x + i * n + i + 1, x + (i + 1) * n, T(0));
    }
    info[k] = found;
  });
}

// D: element type, matrices, n, A, pivots.
void lu(Context& c) {
  Reader r(c);
  FOR_LINALG_TYPE(r.small(), factorAll)
}
// D: element type, matrices, n, right-hand sides, factors, pivots, b.
void luSolve(Context& c) {
  Reader r(c);
  FOR_LINALG_TYPE(r.small(), solveAll)
}
// D: element type, matrices, n, right-hand sides, A, b, lower, unit, op (none, transpose, adjoint).
void triangularSolve(Context& c) {
  Reader r(c);
  FOR_LINALG_TYPE(r.small(), triangularAll)
}
// D: element type, matrices, n, A, info.
void cholesky(Context& c) {
  Reader r(c);
  FOR_LINALG_TYPE(r.small(), choleskyAll)
}
}  // namespace

void addLinalgSolveCommands(std::vector<CommandEntry>& t) {
  t.push_back({"lu", lu});
  t.push_back({"luSolve", luSolve});
  t.push_back({"triangularSolve", triangularSolve});
  t.push_back({"cholesky", cholesky});
}
