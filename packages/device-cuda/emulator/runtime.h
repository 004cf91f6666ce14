// What the emulated driver and a compiled kernel know of each other.
#pragma once

struct emu_dim3 {
  unsigned x, y, z;
};

// Where the running thread stands; the kernel's module has it, the driver writes it.
struct emu_state {
  emu_dim3 thread, block, blockSize, gridSize;
  // Threads of the block that have begun, are alive and are there at all.
  unsigned next, alive, threads;
  unsigned self;
  // Threads that wait for others.
  unsigned waiting;
  unsigned char* dynamic;
  // Lanes of each warp that are alive.
  unsigned* lanes;
};

// What a running thread asks of the driver.
struct emu_runtime {
  void (*barrier)();
  void (*warp)(unsigned mask);
  // A thread has returned while others wait.
  void (*left)();
  void (*trap)();
  // What threads show each other, eight bytes each, in two buffers, and which of them each uses next.
  unsigned long long* slots;
  unsigned char* parity;
};

// A kernel of a module: runs threads from state.next on until all have begun.
struct emu_kernel {
  void (*run)(void** parameters);
  int count;
  const unsigned long* sizes;
};

struct emu_module {
  emu_state* state;
  const emu_runtime** runtime;
};
