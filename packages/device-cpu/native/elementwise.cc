// The elementwise command: a program over one or more lists of operands.
#include <algorithm>

#include "commands.h"
#include "parallel.h"
#include "program.h"
#include "stream.h"

namespace {
// Reads one run from the arguments and binds the program to it. False if there is nothing to compute.
bool readRun(const Program& p, Reader& r, Launch& l) {
  const int inputs = int(p.inputs.size()), count = p.operands();
  const int nd = r.small();
  // The same line as the last time differs in memory and scalars only, unless it is long enough for its results to leave the caches.
  bool known = l.isBound(p.serial) && nd == 1 && !p.raws;
  l.program = &p;
  l.nd = nd;
  const int64_t before = l.size;
  r.integers(l.shape, nd);
  known = known && (l.shape[0] == before || std::max(l.shape[0], before) * 8 < kStreamBytes);
  l.operands.resize(size_t(count));
  l.scalars.resize(size_t(inputs));
  for (int k = 0; k < count; k++) {
    Operand& x = l.operands[k];
    if (k < inputs && p.inputs[k].kind == 1) {
      Reader copy = r;
      const uint64_t bits = r.raw();
      l.scalars[k] = scalarCell(p.inputs[k].ndim, copy.number(), bits);
      x.base = nullptr;
      for (int i = 0; i < nd; i++) x.steps[i] = 0;
      continue;
    }
    x.base = r.pointer();
    if (known) {
      const int64_t step = r.integer();
      known = x.steps[0] == step;
      x.steps[0] = step;
      for (int i = 0; k >= inputs && i < inputs; i++) known = known && l.operands[i].base != x.base;
      continue;
    }
    const bool raw = k < inputs && p.inputs[k].kind == 2;
    r.integers(x.steps, raw ? p.inputs[k].ndim : nd);
  }
  int64_t size = 1;
  for (int i = 0; i < nd; i++) size *= l.shape[i];
  if (size == 0) {
    l.bound = 0;
    return false;
  }
  if (known) {
    l.size = size;
    if (p.coords) l.keepAxes();
    return true;
  }
  if (!p.raws) l.collapse();
  l.bind();
  return true;
}

// Elements [lo, hi) of a run, on this thread.
void evaluate(const Launch& l, int64_t lo, int64_t hi) {
  const int count = l.program->operands();
  char* few[64];
  std::vector<char*> many;
  char** bases = few;
  if (count > 64) {
    many.resize(size_t(count));
    bases = many.data();
  }
  for (int k = 0; k < count; k++) bases[k] = l.operands[k].base;
  Frame& f = threadFrame(0);
  f.begin(l);
  f.evaluate(l, bases, lo, hi, [&](Frame& g, int64_t start, long n) { g.store(l, start, n); });
}

// D: the program, the number of runs, and for each run its shape and operands. All runs are one piece of work: the blocks of all
// of them, one after the other, are what the threads share.
void elementwise(Context& c) {
  Reader r(c);
  const Program& p = *r.pointer<Program>();
  const int runs = r.small();
  static thread_local std::vector<Launch> launches;
  static thread_local std::vector<int64_t> ends;  // blocks up to and with each run
  if (launches.size() < size_t(runs)) launches.resize(size_t(runs));
  ends.clear();
  int64_t blocks = 0, elements = 0;
  for (int i = 0; i < runs; i++) {
    Launch& l = launches[ends.size()];
    if (!readRun(p, r, l)) continue;
    blocks += (l.size + p.block - 1) / p.block;
    elements += l.size;
    ends.push_back(blocks);
  }
  // Other threads have such vectors of their own.
  const std::vector<Launch>& ready = launches;
  const std::vector<int64_t>& until = ends;
  parallelShare(threadsFor(c, double(p.cost) * double(elements)), blocks, 1, [&](int64_t lo, int64_t hi) {
    size_t i = size_t(std::upper_bound(until.begin(), until.end(), lo) - until.begin());
    for (; lo < hi; i++) {
      const int64_t first = i == 0 ? 0 : until[i - 1], last = std::min(hi, until[i]);
      evaluate(ready[i], (lo - first) * p.block, std::min(ready[i].size, (last - first) * p.block));
      lo = last;
    }
  });
}
}  // namespace

void addElementwiseCommands(std::vector<CommandEntry>& t) { t.push_back({"elementwise", elementwise}); }
