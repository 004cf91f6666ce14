// Splitting work over threads. An exception in any thread reaches the caller.
//
// Pieces are claimed, not dealt: where another process keeps the second core busy and the helper does not get to run, the caller does its
// piece, too, instead of waiting for it. OpenMP, whose regions end only when every thread has come by, takes several times as long then.
#pragma once
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <exception>
#include <mutex>
#include <vector>

#include "stream.h"

// Calls call(context, k) for k in [0, pieces), on the calling thread and up to pieces - 1 helpers of it.
void runPieces(int pieces, void (*call)(void*, int), void* context);

// Whether the calling thread is working on a piece; what it splits then, it does alone.
bool insidePiece();

// Calls body(lo, hi, thread) over pieces of [0, n), each a multiple of `grain` except the last.
template <class Body>
void parallelFor(int threads, int64_t n, int64_t grain, Body&& body) {
  const int64_t grains = (n + grain - 1) / grain;
  if (threads > grains) threads = int(grains);
  if (threads <= 1 || insidePiece()) {
    if (n > 0) body(int64_t(0), n, 0);
    return;
  }
  std::exception_ptr error;
  std::mutex errorMutex;
  auto piece = [&](int k) {
    const int64_t lo = grains * k / threads * grain;
    int64_t hi = grains * (k + 1) / threads * grain;
    if (hi > n) hi = n;
    try {
      if (lo < hi) body(lo, hi, k);
    } catch (...) {
      const std::lock_guard<std::mutex> lock(errorMutex);
      error = std::current_exception();
    }
  };
  runPieces(threads, [](void* context, int k) { (*static_cast<decltype(piece)*>(context))(k); }, &piece);
  if (error) std::rethrow_exception(error);
}

// The same, in many pieces. A thread that has done its own share goes on with what others have left: threads that share the memory's
// bandwidth unevenly, or wake up late, finish together. Which thread does which piece is not known beforehand, so that sums, which
// would differ in their last bits, do not belong here.
template <class Body>
void parallelShare(int threads, int64_t n, int64_t grain, Body&& body) {
  const int64_t grains = (n + grain - 1) / grain;
  if (threads > grains) threads = int(grains);
  if (threads <= 1) {
    if (n > 0) body(int64_t(0), n);
    return;
  }
  struct alignas(64) Share {
    std::atomic<int64_t> next;
    int64_t end;
  };
  std::vector<Share> shares(static_cast<size_t>(threads));
  for (int t = 0; t < threads; t++) {
    shares[t].next = grains * t / threads;
    shares[t].end = grains * (t + 1) / threads;
  }
  const int64_t piece = std::max<int64_t>(1, grains / (threads * 16));
  parallelFor(threads, threads, 1, [&](int64_t lo, int64_t, int) {
    for (int k = 0; k < threads; k++) {
      Share& s = shares[(lo + k) % threads];
      for (int64_t at = s.next.fetch_add(piece); at < s.end; at = s.next.fetch_add(piece))
        body(at * grain, std::min(n, std::min(s.end, at + piece) * grain));
    }
    // Once a thread, and not once a piece: it waits until all that was written past the caches has arrived.
    streamFence();
  });
}
