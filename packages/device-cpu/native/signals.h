// oneDNN's products keep data where the stack pointer points: a signal handler that runs on that stack corrupts the heap. While
// one of these lives, signals wait; they are delivered right after. Threads of the OpenMP pool are started with signals blocked.
#pragma once
#include <csignal>

class SignalsHeld {
 public:
  SignalsHeld() {
#ifndef _WIN32
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
#endif
  }
  ~SignalsHeld() {
#ifndef _WIN32
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
#endif
  }
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;

#ifndef _WIN32
 private:
  sigset_t before_;
#endif
};
