// The table of block operations. Bytecode names an entry by its position, which TypeScript learns by name.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

// d[i] = op(a[i], b[i], c[i]) for n elements; an argument that the variant declares uniform is read at [0] only.
using BlockFn = void (*)(void* d, const void* a, const void* b, const void* c, long n);

struct OpEntry {
  std::string name;
  int arity;
  int width;        // bytes of one result
  float cost;       // nanoseconds an element, about
  BlockFn fn[8];    // by mask: bit k set when argument k is uniform
  BlockFn stream[8] = {};  // the same, writing past the caches; null where there is none
};

const std::vector<OpEntry>& ops();

using OpTable = std::vector<OpEntry>;
void addFloatOps(OpTable&);
void addMathOps(OpTable&);
void addScalarMathOps(OpTable&);
void addIntegerOps(OpTable&);
void addDivisionOps(OpTable&);
void addCastOps(OpTable&);
void addSelectOps(OpTable&);
