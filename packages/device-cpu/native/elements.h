// Moving elements between memory (any element type, any step) and registers (compute types, dense).
#pragma once
#include <cstdint>

// reg[i] = memory[i * step]; memory[i * step] = reg[i]. Steps count elements.
using LoadFn = void (*)(void* reg, const void* memory, int64_t step, long n);
using StoreFn = void (*)(void* memory, int64_t step, const void* reg, long n);
// reg[i] = memory[positions[i]].
using PickFn = void (*)(void* reg, const void* memory, const int64_t* positions, long n);

struct Element {
  int size;      // bytes in memory
  int width;     // bytes in a register
  bool direct;   // the same in memory as in a register
  LoadFn load;
  StoreFn store;
  PickFn pick;
};

// By dtype number; complex types have no entry.
const Element& element(int dtype);

float halfToFloat(uint16_t bits);
uint16_t floatToHalf(float x);
