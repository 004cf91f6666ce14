// Keeps a library that uses OpenMP to the calling thread while it lives.
#pragma once
#include <omp.h>

#include "context.h"

class Serial {
 public:
  Serial(const Context& c, bool on) : threads_(on && c.threads > 1 ? c.threads : 0) {
    if (threads_ > 0) omp_set_num_threads(1);
  }
  ~Serial() {
    if (threads_ > 0) omp_set_num_threads(threads_);
  }
  Serial(const Serial&) = delete;
  Serial& operator=(const Serial&) = delete;

 private:
  const int threads_;
};
