// BLAS and LAPACK under one name for all four types, as far as linear algebra needs them. LAPACK wants columns together where our rows
// are: a matrix that it is given is the transpose of ours. It is called as Fortran is, the lengths of texts at the end.
#pragma once
#include <cblas.h>

#include <algorithm>
#include <complex>
#include <memory>
#include <stdexcept>
#include <string>

#define CHAINER_LAPACK_COMMON(p, T)                                                                                      \
  void p##potrf_(const char*, const int*, T*, const int*, int*, size_t);                                                 \
  void p##gelqf_(const int*, const int*, T*, const int*, T*, T*, const int*, int*);
#define CHAINER_LAPACK_REAL(p, T)                                                                                        \
  CHAINER_LAPACK_COMMON(p, T)                                                                                            \
  void p##orglq_(const int*, const int*, const int*, T*, const int*, const T*, T*, const int*, int*);                    \
  void p##gesdd_(const char*, const int*, const int*, T*, const int*, T*, T*, const int*, T*, const int*, T*,            \
                 const int*, int*, int*, size_t);                                                                        \
  void p##syevd_(const char*, const char*, const int*, T*, const int*, T*, T*, const int*, int*, const int*, int*,       \
                 size_t, size_t);                                                                                        \
  void p##geev_(const char*, const char*, const int*, T*, const int*, T*, T*, T*, const int*, T*, const int*, T*,        \
                const int*, int*, size_t, size_t);
#define CHAINER_LAPACK_COMPLEX(p, T, R)                                                                                  \
  CHAINER_LAPACK_COMMON(p, T)                                                                                            \
  void p##unglq_(const int*, const int*, const int*, T*, const int*, const T*, T*, const int*, int*);                    \
  void p##gesdd_(const char*, const int*, const int*, T*, const int*, R*, T*, const int*, T*, const int*, T*,            \
                 const int*, R*, int*, int*, size_t);                                                                    \
  void p##heevd_(const char*, const char*, const int*, T*, const int*, R*, T*, const int*, R*, const int*, int*,         \
                 const int*, int*, size_t, size_t);                                                                      \
  void p##geev_(const char*, const char*, const int*, T*, const int*, T*, T*, const int*, T*, const int*, T*,            \
                const int*, R*, int*, size_t, size_t);
extern "C" {
CHAINER_LAPACK_REAL(s, float)
CHAINER_LAPACK_REAL(d, double)
CHAINER_LAPACK_COMPLEX(c, std::complex<float>, float)
CHAINER_LAPACK_COMPLEX(z, std::complex<double>, double)
}

namespace lapack {
template <class T>
struct RealOf {
  using type = T;
};
template <class R>
struct RealOf<std::complex<R>> {
  using type = R;
};
template <class T>
using Real = typename RealOf<T>::type;

// A code below 0 blames an argument, which is ours to get right or too large for 32-bit integers.
inline int checked(int info, const char* name) {
  if (info < 0)
    throw std::runtime_error(std::string("[cpu] LAPACK's ") + name + " refused its argument " + std::to_string(-info) +
                             ": the matrix may be too large for it");
  return info;
}

// Calls f(workspace, its size) twice: -1 asks how large it should be. The answer is a float, which may have been rounded down.
template <class T, class F>
int withWork(const char* name, F f) {
  T best;
  checked(f(&best, -1), name);
  const int size = int(double(std::real(best)) * (1 + 1e-6)) + 1;
  const std::unique_ptr<T[]> work(new T[size_t(size)]);
  return checked(f(work.get(), size), name);
}

// Members of each type. What differs between real and complex: names, and a workspace of real numbers.
#define CHAINER_LAPACK_METHODS(p, T, unitary)                                                                            \
  static int potrf(char triangle, int n, T* a) {                                                                         \
    int info = 0;                                                                                                        \
    p##potrf_(&triangle, &n, a, &n, &info, 1);                                                                           \
    return checked(info, "potrf");                                                                                       \
  }                                                                                                                      \
  static void gelqf(int m, int n, T* a, T* tau) {                                                                        \
    withWork<T>("gelqf", [&](T* work, int size) {                                                                        \
      int info = 0;                                                                                                      \
      p##gelqf_(&m, &n, a, &m, tau, work, &size, &info);                                                                 \
      return info;                                                                                                       \
    });                                                                                                                  \
  }                                                                                                                      \
  static void rowsOfQ(int m, int n, int k, T* a, const T* tau) {                                                         \
    withWork<T>("orglq", [&](T* work, int size) {                                                                        \
      int info = 0;                                                                                                      \
      p##unitary##lq_(&m, &n, &k, a, &m, tau, work, &size, &info);                                                       \
      return info;                                                                                                       \
    });                                                                                                                  \
  }

template <class T>
struct Lapack;

#define CHAINER_LAPACK_FOR_REAL(p, T)                                                                                    \
  template <>                                                                                                            \
  struct Lapack<T> {                                                                                                     \
    CHAINER_LAPACK_METHODS(p, T, org)                                                                                    \
    static int gesdd(char job, int m, int n, T* a, T* s, T* u, int ldu, T* vh, int ldvh) {                               \
      const std::unique_ptr<int[]> places(new int[8 * size_t(std::min(m, n))]);                                          \
      return withWork<T>("gesdd", [&](T* work, int size) {                                                               \
        int info = 0;                                                                                                    \
        p##gesdd_(&job, &m, &n, a, &m, s, u, &ldu, vh, &ldvh, work, &size, places.get(), &info, 1);                      \
        return info;                                                                                                     \
      });                                                                                                                \
    }                                                                                                                    \
    static int eigh(char triangle, int n, T* a, T* w) {                                                                  \
      const int placesSize = 5 * n + 3;                                                                                  \
      const std::unique_ptr<int[]> places(new int[size_t(placesSize)]);                                                  \
      return withWork<T>("syevd", [&](T* work, int size) {                                                               \
        int info = 0;                                                                                                    \
        p##syevd_("V", &triangle, &n, a, &n, w, work, &size, places.get(), &placesSize, &info, 1, 1);                    \
        return info;                                                                                                     \
      });                                                                                                                \
    }                                                                                                                    \
    static int leftEigenvectors(bool wanted, int n, T* a, T* wr, T* wi, T* vectors) {                                    \
      const int none = 1;                                                                                                \
      return withWork<T>("geev", [&](T* work, int size) {                                                                \
        int info = 0;                                                                                                    \
        p##geev_(wanted ? "V" : "N", "N", &n, a, &n, wr, wi, vectors, wanted ? &n : &none, nullptr, &none, work, &size,  \
                 &info, 1, 1);                                                                                           \
        return info;                                                                                                     \
      });                                                                                                                \
    }                                                                                                                    \
  };
#define CHAINER_LAPACK_FOR_COMPLEX(p, T, R)                                                                              \
  template <>                                                                                                            \
  struct Lapack<T> {                                                                                                     \
    CHAINER_LAPACK_METHODS(p, T, ung)                                                                                    \
    static int gesdd(char job, int m, int n, T* a, R* s, T* u, int ldu, T* vh, int ldvh) {                               \
      const size_t least = size_t(std::min(m, n)), most = size_t(std::max(m, n));                                        \
      const std::unique_ptr<int[]> places(new int[8 * least]);                                                           \
      const std::unique_ptr<R[]> reals(                                                                                  \
          new R[job == 'N' ? 7 * least : least * std::max(5 * least + 7, 2 * most + 2 * least + 1)]);                    \
      return withWork<T>("gesdd", [&](T* work, int size) {                                                               \
        int info = 0;                                                                                                    \
        p##gesdd_(&job, &m, &n, a, &m, s, u, &ldu, vh, &ldvh, work, &size, reals.get(), places.get(), &info, 1);         \
        return info;                                                                                                     \
      });                                                                                                                \
    }                                                                                                                    \
    static int eigh(char triangle, int n, T* a, R* w) {                                                                  \
      const int placesSize = 5 * n + 3, realsSize = 2 * n * n + 5 * n + 1;                                               \
      const std::unique_ptr<int[]> places(new int[size_t(placesSize)]);                                                  \
      const std::unique_ptr<R[]> reals(new R[size_t(realsSize)]);                                                        \
      return withWork<T>("heevd", [&](T* work, int size) {                                                               \
        int info = 0;                                                                                                    \
        p##heevd_("V", &triangle, &n, a, &n, w, work, &size, reals.get(), &realsSize, places.get(), &placesSize, &info,  \
                  1, 1);                                                                                                 \
        return info;                                                                                                     \
      });                                                                                                                \
    }                                                                                                                    \
    static int leftEigenvectors(bool wanted, int n, T* a, T* w, T* vectors) {                                            \
      const std::unique_ptr<R[]> reals(new R[2 * size_t(n)]);                                                            \
      const int none = 1;                                                                                                \
      return withWork<T>("geev", [&](T* work, int size) {                                                                \
        int info = 0;                                                                                                    \
        p##geev_(wanted ? "V" : "N", "N", &n, a, &n, w, vectors, wanted ? &n : &none, nullptr, &none, work, &size,       \
                 reals.get(), &info, 1, 1);                                                                              \
        return info;                                                                                                     \
      });                                                                                                                \
    }                                                                                                                    \
  };

CHAINER_LAPACK_FOR_REAL(s, float)
CHAINER_LAPACK_FOR_REAL(d, double)
CHAINER_LAPACK_FOR_COMPLEX(c, std::complex<float>, float)
CHAINER_LAPACK_FOR_COMPLEX(z, std::complex<double>, double)
}  // namespace lapack
