// A thread runs until it returns or waits for others. As long as none waits, one fiber runs all threads of a block, as a loop; a thread that
// waits keeps its fiber, and another one goes on with the threads that have not begun.
#include "fibers.h"

#include <sys/mman.h>
#include <ucontext.h>

#include <cstdlib>
#include <cstring>
#include <vector>

namespace {

constexpr size_t kStack = size_t(256) << 10;
constexpr unsigned kMostThreads = 1024;

#if defined(__x86_64__)
// Saves what a function must preserve, and goes on where another stack was left.
extern "C" void emu_switch(void** from, void* to);
asm(R"(
.text
.type emu_switch,@function
emu_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
)");
typedef void* Place;
void jump(Place& from, Place& to) { emu_switch(&from, to); }
void begin(Place& place, char* stack, void (*f)()) {
  void** top = reinterpret_cast<void**>(stack + kStack);
  *--top = nullptr;  // what f would return to: it never does
  *--top = reinterpret_cast<void*>(f);
  top -= 6;
  memset(top, 0, 6 * sizeof(void*));
  place = top;
}
#else
typedef ucontext_t Place;
void jump(Place& from, Place& to) { swapcontext(&from, &to); }
void begin(Place& place, char* stack, void (*f)()) {
  getcontext(&place);
  place.uc_stack.ss_sp = stack;
  place.uc_stack.ss_size = kStack;
  place.uc_link = nullptr;
  makecontext(&place, f, 0);
}
#endif

enum class Wait { none, block, warp };

struct Fiber {
  Place place;
  char* stack;
  Wait wait = Wait::none;
  unsigned thread = 0;
  unsigned mask = 0;
};

// Everything about the block that is running.
struct Block {
  const emu_kernel* kernel;
  emu_state* state;
  void** parameters;
  Place scheduler;
  Fiber* current = nullptr;
  std::vector<Fiber*> spare, ready, waiting;
  // Lanes of each warp that are alive, and that wait for their warp; threads that wait for the block.
  unsigned lanes[kMostThreads / 32], arrived[kMostThreads / 32];
  unsigned atBlock;
  unsigned long long slots[2 * kMostThreads];
  unsigned char parity[kMostThreads];
  const char* fault = nullptr;
};
Block here;

void suspend() { jump(here.current->place, here.scheduler); }

bool blockComplete() { return here.state->next == here.state->threads && here.atBlock == here.state->alive; }
bool warpComplete(const Fiber& f) { return (here.lanes[f.thread >> 5] & f.mask & ~here.arrived[f.thread >> 5]) == 0; }

// Lets those go on for whom everybody has come.
void release() {
  const bool all = blockComplete();
  std::vector<Fiber*> still;
  unsigned gone[kMostThreads / 32] = {};
  for (Fiber* f : here.waiting) {
    if (f->wait == Wait::block ? all : warpComplete(*f)) {
      if (f->wait == Wait::block) here.atBlock--;
      else gone[f->thread >> 5] |= 1u << (f->thread & 31);
      f->wait = Wait::none;
      here.ready.push_back(f);
    } else {
      still.push_back(f);
    }
  }
  for (unsigned w = 0; w * 32 < here.state->threads; w++) here.arrived[w] &= ~gone[w];
  here.waiting.swap(still);
  here.state->waiting = unsigned(here.waiting.size());
}

void await(Wait wait, unsigned mask) {
  Fiber* f = here.current;
  f->wait = wait;
  f->thread = here.state->self;
  f->mask = mask;
  here.waiting.push_back(f);
  here.state->waiting = unsigned(here.waiting.size());
  if (wait == Wait::block) here.atBlock++;
  else here.arrived[f->thread >> 5] |= 1u << (f->thread & 31);
  if (wait == Wait::block ? blockComplete() : warpComplete(*f)) release();
  suspend();
}

void barrier() { await(Wait::block, 0); }
void warp(unsigned mask) { await(Wait::warp, mask); }
void left() { release(); }
void trap() {
  here.fault = "the kernel trapped";
  suspend();
}

const emu_runtime runtime = {barrier, warp, left, trap, here.slots, here.parity};

void fiberMain() {
  for (;;) {
    here.kernel->run(here.parameters);
    here.spare.push_back(here.current);
    suspend();
  }
}

Fiber* fresh() {
  if (!here.spare.empty()) {
    Fiber* f = here.spare.back();
    here.spare.pop_back();
    return f;
  }
  Fiber* f = new Fiber;
  f->stack = static_cast<char*>(mmap(nullptr, kStack, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
  if (f->stack == MAP_FAILED) abort();
  begin(f->place, f->stack, fiberMain);
  return f;
}

void go(Fiber* f) {
  here.current = f;
  jump(here.scheduler, f->place);
}

void runBlock() {
  emu_state& s = *here.state;
  s.next = s.waiting = 0;
  s.alive = s.threads;
  for (unsigned w = 0; w * 32 < s.threads; w++)
    here.lanes[w] = s.threads - w * 32 >= 32 ? ~0u : (1u << (s.threads - w * 32)) - 1;
  memset(here.parity, 0, s.threads);
  memset(here.arrived, 0, sizeof here.arrived);
  here.atBlock = 0;
  while (here.fault == nullptr) {
    if (!here.ready.empty()) {
      // In the order of arrival.
      std::vector<Fiber*> now;
      now.swap(here.ready);
      for (Fiber* f : now) {
        if (here.fault != nullptr) break;
        go(f);
      }
    } else if (s.next < s.threads) {
      go(fresh());
    } else if (!here.waiting.empty()) {
      release();
      if (here.ready.empty()) here.fault = "threads wait at barriers that others have left behind or passed by";
    } else {
      return;
    }
  }
}

}  // namespace

namespace emulator {

const char* runGrid(const emu_kernel& kernel, const emu_module& module, void** parameters, emu_dim3 grid, emu_dim3 block, unsigned shared) {
  static std::vector<unsigned char> dynamic;
  if (dynamic.size() < size_t(shared) + 64) dynamic.resize(size_t(shared) + 64);
  here.kernel = &kernel;
  here.state = module.state;
  here.parameters = parameters;
  here.fault = nullptr;
  *module.runtime = &runtime;
  emu_state& s = *module.state;
  s.blockSize = block;
  s.gridSize = grid;
  s.threads = block.x * block.y * block.z;
  s.lanes = here.lanes;
  s.dynamic = reinterpret_cast<unsigned char*>((reinterpret_cast<size_t>(dynamic.data()) + 63) & ~size_t(63));
  for (unsigned z = 0; z < grid.z; z++)
    for (unsigned y = 0; y < grid.y; y++)
      for (unsigned x = 0; x < grid.x && here.fault == nullptr; x++) {
        s.block = {x, y, z};
        // What an earlier block left in shared memory is nothing to rely on.
        memset(s.dynamic, 0xa5, shared);
        runBlock();
      }
  if (here.fault != nullptr) {
    // Stacks of threads that never end are given up.
    here.waiting.clear();
    here.ready.clear();
  }
  return here.fault;
}

}  // namespace emulator
