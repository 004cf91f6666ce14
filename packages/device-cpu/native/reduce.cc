// The reduce command: a map program, an associative operation over some axes, a finishing program. Here the job is read and one
// of two ways to walk is chosen.
#include <algorithm>
#include <cstring>

#include "commands.h"
#include "reduce-job.h"

namespace {
using namespace reduction;

// Collapses one of the two nests in place over all its operands.
void collapse(int& nd, int64_t* shape, std::vector<Operand>& ops) {
  int n = 0;
  for (int axis = 0; axis < nd; axis++) {
    if (shape[axis] == 1) continue;
    bool merge = n > 0;
    for (size_t k = 0; merge && k < ops.size(); k++) merge = ops[k].steps[n - 1] == ops[k].steps[axis] * shape[axis];
    if (merge) n--;
    const int64_t extent = merge ? shape[n] * shape[axis] : shape[axis];
    shape[n] = extent;
    for (Operand& o : ops) o.steps[n] = o.steps[axis];
    n++;
  }
  if (n == 0) {
    shape[0] = 1;
    for (Operand& o : ops) o.steps[0] = 0;
    n = 1;
  }
  nd = n;
}

int64_t sizeOf(int nd, const int64_t* shape) {
  int64_t n = 1;
  for (int i = 0; i < nd; i++) n *= shape[i];
  return n;
}

// D: map, post, monoid, class, identity, output type, post scalars (value each), kept and reduced shapes, operands
// (address or scalar; steps along kept axes, then along reduced axes), output (address, steps along kept axes).
void reduce(Context& c) {
  Reader r(c);
  static thread_local Job job;
  job.map = r.pointer<Program>();
  job.post = r.pointer<Program>();
  const int kind = r.small(), cls = r.small();
  job.op = &monoid(kind, cls);
  job.width = job.op->width;
  job.carry = kind == kAddM && cls == kF32s;
  {
    Reader copy = r;
    const uint64_t bits = r.raw();
    job.identity = scalarCell(cls, copy.number(), bits);
  }
  job.outDtype = job.post->outputs[0].dtype;
  job.postScalars.clear();
  for (size_t k = 1; k < job.post->inputs.size(); k++) {
    Reader copy = r;
    const uint64_t bits = r.raw();
    job.postScalars.push_back(scalarCell(job.post->inputs[k].ndim, copy.number(), bits));
  }
  job.keptNd = r.small();
  r.integers(job.kept, job.keptNd);
  job.innerNd = r.small();
  r.integers(job.inner, job.innerNd);
  job.inputs = int(job.map->inputs.size());
  if (job.inputs > 60) throw std::runtime_error("[cpu] a reduction has more than 60 operands");
  job.keptOps.resize(size_t(job.inputs) + 1);
  job.innerOps.resize(size_t(job.inputs));
  job.scalars.assign(size_t(job.inputs), 0);
  for (int k = 0; k < job.inputs; k++) {
    if (job.map->inputs[k].kind == 1) {
      Reader copy = r;
      const uint64_t bits = r.raw();
      job.scalars[k] = scalarCell(job.map->inputs[k].ndim, copy.number(), bits);
      job.keptOps[k].base = nullptr;
      std::fill(job.keptOps[k].steps, job.keptOps[k].steps + job.keptNd, 0);
      std::fill(job.innerOps[k].steps, job.innerOps[k].steps + job.innerNd, 0);
      continue;
    }
    job.keptOps[k].base = r.pointer();
    r.integers(job.keptOps[k].steps, job.keptNd);
    r.integers(job.innerOps[k].steps, job.innerNd);
  }
  job.keptOps[job.inputs].base = r.pointer();
  r.integers(job.keptOps[job.inputs].steps, job.keptNd);

  collapse(job.keptNd, job.kept, job.keptOps);
  collapse(job.innerNd, job.inner, job.innerOps);
  job.keptSize = sizeOf(job.keptNd, job.kept);
  job.innerSize = sizeOf(job.innerNd, job.inner);
  if (job.keptSize == 0) return;

  // Walk along whichever axis lies closer in memory; short reduced runs are walked across.
  int64_t keptStep = INT64_MAX, innerStep = INT64_MAX;
  for (int k = 0; k < job.inputs; k++) {
    if (job.map->inputs[k].kind == 1) continue;
    const int64_t a = std::abs(job.keptOps[k].steps[job.keptNd - 1]);
    if (a != 0 && job.kept[job.keptNd - 1] > 1) keptStep = std::min(keptStep, a);
    for (int axis = 0; axis < job.innerNd; axis++) {
      const int64_t b = std::abs(job.innerOps[k].steps[axis]);
      if (b != 0 && job.inner[axis] > 1) innerStep = std::min(innerStep, b);
    }
  }
  const int64_t row = job.kept[job.keptNd - 1];
  const bool outer = row >= 4 && (keptStep < innerStep || (job.innerSize < 24 && row > job.innerSize));
  if (outer && job.innerSize > 0) reduceOuter(c, job);
  else reduceInner(c, job);
}
}  // namespace

void addReduceCommands(std::vector<CommandEntry>& t) { t.push_back({"reduce", reduce}); }
