#include "parallel.h"

#include <omp.h>
#ifdef __linux__
#include <pthread.h>
#include <sched.h>
#endif

#include <atomic>
#include <condition_variable>
#include <memory>
#include <thread>
#include <vector>

#include "signals.h"

namespace {
thread_local bool inside = false;

// Keeps what a piece calls (a product of oneDNN's) on its thread.
class Inside {
 public:
  Inside() : threads_(omp_get_max_threads()) {
    omp_set_num_threads(1);
    inside = true;
  }
  ~Inside() {
    inside = false;
    omp_set_num_threads(threads_);
  }

 private:
  const int threads_;
};

// What a thread does before it sleeps: some microseconds, in which whoever else wants the core may have it.
template <class Ready>
bool spin(Ready ready) {
  for (int turn = 0; turn < 24; turn++) {
    for (int i = 0; i < 24; i++) {
      if (ready()) return true;
#if defined(__x86_64__)
      __builtin_ia32_pause();
#endif
    }
    std::this_thread::yield();
  }
  return ready();
}

// The helpers of one thread. A piece is claimed by taking one off `left`; the job is looked at only after that, and stays as it is until
// all claimed pieces are finished.
class Team {
 public:
  ~Team() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    for (std::thread& t : helpers_) t.join();
  }

  void run(int pieces, void (*call)(void*, int), void* context) {
    while (int(helpers_.size()) < pieces - 1) start();
    call_ = call;
    context_ = context;
    pieces_ = pieces;
    finished_ = 0;
    left_ = pieces;
    if (asleep_ > 0) {
      // A helper that saw no work is either asleep by now or has yet to take the lock, and looks again then.
      {
        const std::lock_guard<std::mutex> lock(mutex_);
        part();
      }
      for (int i = 1; i < pieces; i++) wake_.notify_one();
    }
    {
      const Inside one;
      while (claim()) {
      }
    }
    const auto all = [&] { return finished_ == pieces; };
    if (!spin(all)) {
      std::unique_lock<std::mutex> lock(mutex_);
      waiting_ = true;
      done_.wait(lock, all);
      waiting_ = false;
    }
  }

 private:
  void start() {
    const SignalsHeld held;  // inherited: helpers never run a handler
    const std::lock_guard<std::mutex> lock(mutex_);
    cores_.resize(helpers_.size() + 1, kAwake);
    helpers_.emplace_back([this, me = helpers_.size()] { work(me); });
  }

  // Sends a sleeping helper away that was on this thread's core: on some machines the system wakes it there, however idle the others are.
  void part() {
#ifdef __linux__
    const int here = sched_getcpu();
    for (size_t i = 0; i < helpers_.size(); i++) {
      if (cores_[i] != here) continue;
      const pthread_t helper = helpers_[i].native_handle();
      pthread_getaffinity_np(helper, sizeof allowed_, &allowed_);
      cpu_set_t others = allowed_;
      CPU_CLR(here, &others);
      if (CPU_COUNT(&others) == 0) return;
      pthread_setaffinity_np(helper, sizeof others, &others);
      cores_[i] = kSent;
    }
#endif
  }

  // Does a piece, if there is one.
  bool claim() {
    int k = left_;
    do {
      if (k <= 0) return false;
    } while (!left_.compare_exchange_weak(k, k - 1));
    const int pieces = pieces_;
    call_(context_, pieces - k);
    if (++finished_ == pieces && waiting_) {
      { const std::lock_guard<std::mutex> lock(mutex_); }
      done_.notify_one();
    }
    return true;
  }

  void work(size_t me) {
    omp_set_num_threads(1);
    inside = true;
    const auto ready = [this] { return left_ > 0; };
    for (;;) {
      while (claim()) {
      }
      if (spin(ready)) continue;
      std::unique_lock<std::mutex> lock(mutex_);
#ifdef __linux__
      cores_[me] = sched_getcpu();
#endif
      ++asleep_;
      wake_.wait(lock, [&] { return stopping_ || ready(); });
      --asleep_;
#ifdef __linux__
      // Awake, it may run anywhere again.
      if (cores_[me] == kSent) pthread_setaffinity_np(pthread_self(), sizeof allowed_, &allowed_);
#endif
      cores_[me] = kAwake;
      if (stopping_) return;
    }
  }

  static constexpr int kAwake = -1, kSent = -2;
  std::vector<std::thread> helpers_;
  std::vector<int> cores_;  // by helper, where one sleeps
#ifdef __linux__
  cpu_set_t allowed_;  // cores of a helper that was sent away
#endif
  std::mutex mutex_;
  std::condition_variable wake_, done_;
  bool stopping_ = false;
  void (*call_)(void*, int) = nullptr;
  void* context_ = nullptr;
  int pieces_ = 0;
  std::atomic<int> left_{0}, finished_{0}, asleep_{0};
  std::atomic<bool> waiting_{false};
};
}  // namespace

bool insidePiece() { return inside; }

void runPieces(int pieces, void (*call)(void*, int), void* context) {
  // Each JavaScript thread has a team of its own, which ends with it.
  static thread_local std::unique_ptr<Team> team;
  if (!team) team = std::make_unique<Team>();
  team->run(pieces, call, context);
}
