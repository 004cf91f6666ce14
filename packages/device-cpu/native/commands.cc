#include "commands.h"

namespace {
// Gives a block's memory back before its external is collected: D[0] block.
void release(Context& c) {
  Block* block = Reader(c).pointer<Block>();
  c.pool->give(block->address, block->size);
  block->address = nullptr;
}

// The same for I[0] blocks, listed in D.
void releaseMany(Context& c) {
  Reader r(c);
  const int n = r.small();
  for (int i = 0; i < n; i++) {
    Block* block = r.pointer<Block>();
    c.pool->give(block->address, block->size);
    block->address = nullptr;
  }
}

void cool(Context& c) { c.arguments[0] = double(c.pool->cool()); }
}  // namespace

void addMemoryCommands(std::vector<CommandEntry>& t) {
  t.push_back({"release", release});
  t.push_back({"releaseMany", releaseMany});
  t.push_back({"cool", cool});
}

const std::vector<CommandEntry>& commands() {
  static const std::vector<CommandEntry>* table = [] {
    auto* t = new std::vector<CommandEntry>;
    addMemoryCommands(*t);
    addElementwiseCommands(*t);
    addReduceCommands(*t);
    addCopyCommands(*t);
    addSoftmaxCommands(*t);
    addMatmulCommands(*t);
    addLinalgSolveCommands(*t);
    addLinalgOrthogonalCommands(*t);
    addFftCommands(*t);
    addLayoutCommands(*t);
    addConvolutionCommands(*t);
    addPoolingCommands(*t);
    addIm2colCommands(*t);
    addNormalizationCommands(*t);
    addGroupNormalizationCommands(*t);
    addBlockedNormalizationCommands(*t);
    addBlockedPoolingCommands(*t);
    addLineCommands(*t);
    addSortCommands(*t);
    addNonzeroCommands(*t);
    addIndexingCommands(*t);
    addRandomCommands(*t);
    return t;
  }();
  return *table;
}
