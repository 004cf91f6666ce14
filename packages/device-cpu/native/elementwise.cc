// The elementwise command: D holds the program, the number of runs, and for each run its shape and operands.
#include "commands.h"
#include "parallel.h"
#include "program.h"

namespace {
void runOne(Context& c, const Program& p, Reader& r, Launch& l) {
  const int inputs = int(p.inputs.size()), count = p.operands();
  l.program = &p;
  l.nd = r.small();
  r.integers(l.shape, l.nd);
  l.operands.resize(size_t(count));
  l.scalars.resize(size_t(inputs));
  for (int k = 0; k < count; k++) {
    if (k < inputs && p.inputs[k].kind == 1) {
      Reader copy = r;
      const uint64_t bits = r.raw();
      l.scalars[k] = scalarCell(p.inputs[k].ndim, copy.number(), bits);
      l.operands[k].base = nullptr;
      for (int i = 0; i < l.nd; i++) l.operands[k].steps[i] = 0;
      continue;
    }
    l.operands[k].base = r.pointer();
    const bool raw = k < inputs && p.inputs[k].kind == 2;
    r.integers(l.operands[k].steps, raw ? p.inputs[k].ndim : l.nd);
  }
  int64_t size = 1;
  for (int i = 0; i < l.nd; i++) size *= l.shape[i];
  if (size == 0) return;
  bool raws = false;
  for (const Input& in : p.inputs) raws = raws || in.kind == 2;
  if (!p.coords && !raws) l.collapse();
  l.bind();
  char* bases[64];
  std::vector<char*> many;
  char** base = bases;
  if (count > 64) {
    many.resize(size_t(count));
    base = many.data();
  }
  for (int k = 0; k < count; k++) base[k] = l.operands[k].base;
  const int threads = threadsFor(c, double(p.cost) * double(l.size));
  parallelFor(threads, l.size, 256, [&](int64_t lo, int64_t hi, int) {
    Frame& f = threadFrame(0);
    f.begin(l);
    f.evaluate(l, base, lo, hi, [&](Frame& g, int64_t start, long n) { g.store(l, start, n); });
  });
}

void elementwise(Context& c) {
  Reader r(c);
  const Program& p = *r.pointer<Program>();
  const int runs = r.small();
  static thread_local Launch launch;
  for (int i = 0; i < runs; i++) runOne(c, p, r, launch);
}
}  // namespace

void addElementwiseCommands(std::vector<CommandEntry>& t) { t.push_back({"elementwise", elementwise}); }
