// What one JavaScript environment owns in C++: its command buffer and its memory. A command reads its arguments from the buffer.
#pragma once
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "pool.h"

// Layout of the command buffer, in bytes; TypeScript has the same numbers in command.ts.
constexpr size_t kCounterBytes = 64;
constexpr size_t kCells = 4096;         // doubles: live bytes of each slab
constexpr size_t kArguments = 1 << 15;  // doubles

struct napi_ref__;

struct Context {
  double* arguments;   // D: what a command reads
  int64_t* bits;       // the same memory, for 64-bit integers
  int32_t* words;      // I: bytecode and other lists
  Counters* counters;
  Pool* pool;
  int threads;
  napi_ref__ *valueError, *indexError;  // classes of the library's, for complaints about what the caller gave
};

using Command = void (*)(Context&);

struct CommandEntry {
  const char* name;
  Command command;
};

// A reader of the arguments, in order.
class Reader {
 public:
  explicit Reader(const Context& c, size_t at = 0) : p_(c.arguments + at) {}
  double number() { return *p_++; }
  int64_t integer() { return int64_t(*p_++); }
  int small() { return int(*p_++); }
  bool flag() { return *p_++ != 0; }
  uint64_t raw() {
    uint64_t v;
    __builtin_memcpy(&v, p_++, 8);
    return v;
  }
  template <class T = char>
  T* pointer() {
    return reinterpret_cast<T*>(static_cast<uintptr_t>(*p_++));
  }
  void integers(int64_t* out, int n) {
    for (int i = 0; i < n; i++) out[i] = integer();
  }

 private:
  const double* p_;
};

// Whether work of that many nanoseconds is worth a second thread, and how many. Starting threads takes some microseconds, and
// far more where other processes keep the cores busy.
inline int threadsFor(const Context& c, double nanoseconds) {
  if (c.threads <= 1 || nanoseconds < 30000) return 1;
  const int wanted = int(nanoseconds / 12000);
  return wanted < c.threads ? wanted : c.threads;
}

// Element types, in the order of core/dtype.ts.
enum DType : int { kBool, kI8, kI16, kI32, kI64, kU8, kU16, kU32, kU64, kF16, kBF16, kF32, kF64, kC64, kC128 };
