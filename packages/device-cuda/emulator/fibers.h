// Runs the threads of a block on one processor.
#pragma once
#include "runtime.h"

namespace emulator {

// Null, or why it ended early.
const char* runGrid(const emu_kernel& kernel, const emu_module& module, void** parameters, emu_dim3 grid, emu_dim3 block, unsigned shared);

}  // namespace emulator
