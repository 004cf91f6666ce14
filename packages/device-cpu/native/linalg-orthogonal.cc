// QR factors, singular values, eigenvalues and their vectors by LAPACK, which sees the transposes of our matrices: what it is asked for is
// chosen so that results stand where they belong, or need to be transposed once.
#include <algorithm>
#include <atomic>
#include <limits>

#include "commands.h"
#include "lapack.h"
#include "linalg.h"

namespace {
using lapack::Lapack;
using lapack::Real;

// LAPACK's iterations may not end where a number is not finite.
template <class T>
bool finite(const T* x, int64_t n) {
  const Real<T>* p = reinterpret_cast<const Real<T>*>(x);
  const int64_t parts = n * int64_t(sizeof(T) / sizeof(Real<T>));
  Real<T> sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t i = 0; i < parts; i++) sum += p[i] * 0;
  return sum == 0;
}

template <class T>
void fillNaN(T* x, int64_t n) {
  if (x != nullptr) std::fill(x, x + n, T(std::numeric_limits<Real<T>>::quiet_NaN()));
}

float conjugate(float x) { return x; }
double conjugate(double x) { return x; }
template <class R>
std::complex<R> conjugate(const std::complex<R>& x) {
  return std::conj(x);
}

// The conjugated transpose, in place, square by square.
template <class T>
void turn(T* a, int64_t n) {
  constexpr int64_t kSide = 16;
  for (int64_t i = 0; i < n; i += kSide) {
    for (int64_t j = i; j < n; j += kSide) {
      for (int64_t p = i; p < std::min(n, i + kSide); p++) {
        for (int64_t q = std::max(j, p); q < std::min(n, j + kSide); q++) {
          const T above = conjugate(a[p * n + q]);
          a[p * n + q] = conjugate(a[q * n + p]);
          a[q * n + p] = above;
        }
      }
    }
  }
}

// Aᵀ = L Q', so A = Q'ᵀ Lᵀ, and the rows of Q' are what our columns show.
template <class T>
void qrAll(Context& c, Reader& r) {
  const int64_t count = r.integer(), m = r.integer(), n = r.integer(), width = r.integer();
  T* as = r.pointer<T>();
  T* qs = r.pointer<T>();
  T* rs = r.pointer<T>();
  const int64_t k = std::min(m, n);
  eachMatrix(c, count, 1000 + double(m * n * k + m * m * (width - k)) * 0.3, [&](int64_t index) {
    T* a = as + index * m * n;
    T* q = qs + index * m * width;
    T* top = rs + index * width * n;
    const std::unique_ptr<T[]> tau(new T[size_t(k)]);
    Lapack<T>::gelqf(int(n), int(m), a, tau.get());
    for (int64_t i = 0; i < width; i++) {
      const int64_t zeros = i < k ? i : n;
      std::fill(top + i * n, top + i * n + zeros, T(0));
      std::copy(a + i * n + zeros, a + (i + 1) * n, top + i * n + zeros);
    }
    for (int64_t i = 0; i < m; i++) std::copy(a + i * n, a + i * n + k, q + i * width);
    Lapack<T>::rowsOfQ(int(width), int(m), int(k), q, tau.get());
  });
}

// Aᵀ = X diag(s) Yᴴ, so A = conj(Y) diag(s) Xᵀ: Yᴴ, which has columns together, is our U, and X our Vᴴ.
template <class T>
void svdAll(Context& c, Reader& r) {
  std::atomic<bool> failed{false};
  const int64_t count = r.integer(), m = r.integer(), n = r.integer();
  T* as = r.pointer<T>();
  Real<T>* values = r.pointer<Real<T>>();
  const bool vectors = r.flag();
  T* us = r.pointer<T>();
  const int64_t columns = r.integer();  // of u
  T* vhs = r.pointer<T>();
  const int64_t rows = r.integer();  // of vh
  const int64_t k = std::min(m, n);
  const char job = !vectors ? 'N' : columns > k || rows > k ? 'A' : 'S';
  eachMatrix(c, count, 3000 + double(m * n * k) * (vectors ? 2 : 1), [&](int64_t index) {
    T* a = as + index * m * n;
    T* u = vectors ? us + index * m * columns : nullptr;
    T* vh = vectors ? vhs + index * rows * n : nullptr;
    Real<T>* s = values + index * k;
    if (!finite(a, m * n)) {
      fillNaN(s, k);
      fillNaN(u, m * columns);
      fillNaN(vh, rows * n);
      return;
    }
    if (Lapack<T>::gesdd(job, int(n), int(m), a, s, vh, int(n), u, int(std::max<int64_t>(columns, 1))) > 0)
      failed = true;
  });
  c.arguments[0] = failed;
}

// LAPACK sees A's conjugate, whose upper triangle is our lower one, and whose vectors are conjugated and stand in rows.
template <class T>
void eighAll(Context& c, Reader& r) {
  std::atomic<bool> failed{false};
  const int64_t count = r.integer(), n = r.integer();
  T* as = r.pointer<T>();
  Real<T>* values = r.pointer<Real<T>>();
  eachMatrix(c, count, 3000 + double(n * n * n) * 2, [&](int64_t index) {
    T* a = as + index * n * n;
    Real<T>* w = values + index * n;
    bool whole = true;
    for (int64_t i = 0; i < n && whole; i++) whole = finite(a + i * n, i + 1);
    if (!whole) {
      fillNaN(w, n);
      fillNaN(a, n * n);
      return;
    }
    if (Lapack<T>::eigh('U', int(n), a, w) > 0)
      failed = true;
    turn(a, n);
  });
  c.arguments[0] = failed;
}

// A matrix of real numbers: eigenvalues are exactly real or conjugated pairs, of which the vectors stand as two columns of parts.
template <class R>
int realEigenvectors(int64_t n, const std::complex<R>* a, std::complex<R>* w, std::complex<R>* v) {
  const size_t size = size_t(n * n);
  const std::unique_ptr<R[]> x(new R[size]), parts(new R[2 * size_t(n)]), vectors(v == nullptr ? nullptr : new R[size]);
  for (size_t i = 0; i < size; i++) x[i] = a[i].real();
  R *real = parts.get(), *imaginary = real + n;
  const int info = Lapack<R>::leftEigenvectors(v != nullptr, int(n), x.get(), real, imaginary, vectors.get());
  for (int64_t j = 0; j < n; j++) {
    w[j] = {real[j], imaginary[j]};
    if (v == nullptr) continue;
    const R* column = &vectors[size_t(j * n)];
    for (int64_t i = 0; i < n; i++) {
      if (imaginary[j] == 0) v[i * n + j] = column[i];
      else if (imaginary[j] > 0) v[i * n + j] = {column[i], -column[i + n]};
      else v[i * n + j] = {column[i - n], column[i]};
    }
  }
  return info;
}

// Left eigenvectors of Aᵀ are, conjugated, right ones of A.
template <class R>
void eigAll(Context& c, Reader& r) {
  using T = std::complex<R>;
  const int64_t count = r.integer(), n = r.integer();
  T* as = r.pointer<T>();
  T* values = r.pointer<T>();
  T* vectors = r.pointer<T>();
  int32_t* info = r.pointer<int32_t>();
  eachMatrix(c, count, 5000 + double(n * n * n) * 20, [&](int64_t index) {
    T* a = as + index * n * n;
    T* w = values + index * n;
    T* v = vectors == nullptr ? nullptr : vectors + index * n * n;
    if (!finite(a, n * n)) {
      fillNaN(w, n);
      fillNaN(v, n * n);
      info[index] = 1;
      return;
    }
    if (std::all_of(a, a + n * n, [](const T& x) { return x.imag() == 0; })) {
      info[index] = realEigenvectors(n, a, w, v);
      return;
    }
    info[index] = Lapack<T>::leftEigenvectors(v != nullptr, int(n), a, w, v);
    if (v != nullptr) turn(v, n);
  });
}

// D: element type, matrices, m, n, columns of q, A, q, r.
void qr(Context& c) {
  Reader r(c);
  FOR_LINALG_TYPE(r.small(), qrAll)
}
// D: element type, matrices, m, n, A, s, whether u and vh are wanted, u, its columns, vh, its rows. D[0] becomes 1 without convergence.
void svd(Context& c) {
  Reader r(c);
  FOR_LINALG_TYPE(r.small(), svdAll)
}
// D: element type, matrices, n, A, w. D[0] becomes 1 without convergence.
void eigh(Context& c) {
  Reader r(c);
  FOR_LINALG_TYPE(r.small(), eighAll)
}
// D: element type (complex), matrices, n, A, w, v or 0, info.
void eig(Context& c) {
  Reader r(c);
  if (r.small() == kC64) eigAll<float>(c, r);
  else eigAll<double>(c, r);
}
}  // namespace

void addLinalgOrthogonalCommands(std::vector<CommandEntry>& t) {
  t.push_back({"qr", qr});
  t.push_back({"svd", svd});
  t.push_back({"eigh", eigh});
  t.push_back({"eig", eig});
}
