// Reducing along the reduced axes. float32 sums are carried in double.
#include <algorithm>
#include <cstring>

#include "parallel.h"
#include "reduce-job.h"

namespace reduction {

Launch mapLaunch(const Job& job, int nd, const int64_t* shape, const std::vector<Operand>& ops) {
  Launch l;
  l.program = job.map;
  l.outputs = false;
  l.nd = nd;
  memcpy(l.shape, shape, sizeof(int64_t) * size_t(nd));
  l.operands.assign(ops.begin(), ops.begin() + job.inputs);
  l.operands.resize(size_t(job.map->operands()));
  for (size_t k = size_t(job.inputs); k < l.operands.size(); k++) {
    for (int i = 0; i < nd; i++) l.operands[k].steps[i] = 0;
  }
  l.scalars = job.scalars;
  return l;
}

void pointersAt(const Job& job, int64_t index, char** p) {
  const size_t count = job.keptOps.size();
  for (size_t k = 0; k < count; k++) p[k] = job.keptOps[k].base;
  for (int axis = job.keptNd - 1; axis >= 0; axis--) {
    const int64_t c = index % job.kept[axis];
    index /= job.kept[axis];
    for (size_t k = 0; k < count; k++) p[k] += c * job.keptOps[k].steps[axis] * job.itemsize(int(k));
  }
}

namespace {
constexpr int64_t kFoldOnce = 4096;    // elements that are summed before they go to the rest
constexpr int64_t kPart = 1 << 15;     // elements, at least, of a part that a thread folds at a time

// Folds n elements that lie in memory as they are, or 16-bit floats.
void foldRun(const Job& job, const Element& e, const char* x, int64_t n, uint64_t& acc, double& carried) {
  if (e.direct) {
    if (job.carry) carried += carriedSum(reinterpret_cast<const float*>(x), long(n));
    else for (int64_t at = 0; at < n; at += kFoldOnce) job.op->fold(&acc, x + at * job.width, long(std::min(kFoldOnce, n - at)));
    return;
  }
  alignas(64) float few[1024];
  for (int64_t at = 0; at < n; at += 1024) {
    const long count = long(std::min<int64_t>(1024, n - at));
    e.load(few, x + at * e.size, 1, count);
    if (job.carry) carried += carriedSum(few, count);
    else job.op->fold(&acc, few, count);
  }
}

// Folds reduced positions [lo, hi) of one kept element.
void foldRange(const Job& job, const Launch& l, Frame& f, char* const* bases, int64_t lo, int64_t hi, uint64_t& acc, double& carried) {
  const int value = job.map->outputs[0].value;
  const Value& v = job.map->values[value];
  if (v.kind == ValueKind::Load) {
    const Element& e = element(job.map->inputs[v.parameter].dtype);
    const Mode mode = l.modes[v.parameter];
    const char* const x = bases[v.parameter];
    if (l.flat ? mode == Mode::Dense || (mode == Mode::Strided && !e.direct) : l.inner(v.parameter) == 1) {
      if (l.flat || l.nd == 1) return foldRun(job, e, x + lo * e.size, hi - lo, acc, carried);
      const int64_t extent = l.shape[l.nd - 1];
      for (int64_t at = lo; at < hi;) {
        const char* row = x;
        int64_t rest = at / extent;
        for (int axis = l.nd - 2; axis >= 0; axis--) {
          row += rest % l.shape[axis] * l.operands[v.parameter].steps[axis];
          rest /= l.shape[axis];
        }
        const int64_t n = std::min(extent - at % extent, hi - at);
        foldRun(job, e, row + at % extent * e.size, n, acc, carried);
        at += n;
      }
      return;
    }
  }
  f.evaluate(l, bases, lo, hi, [&](Frame& g, int64_t, long n) {
    const void* x = g.block(l, value, n);
    if (job.carry) carried += carriedSum(static_cast<const float*>(x), n);
    else job.op->fold(&acc, x, n);
  });
}

void combineCarried(const Job& job, uint64_t& acc, double carried) {
  if (!job.carry) return;
  float start;
  memcpy(&start, &acc, 4);
  const float total = float(double(start) + carried);
  memcpy(&acc, &total, 4);
}

}  // namespace

void reduceInner(const Context& c, const Job& job) {
  Launch l = mapLaunch(job, job.innerNd, job.inner, job.innerOps);
  l.collapse();
  l.bind();
  const double cost = double(job.map->cost + 0.05f);
  const double work = double(job.keptSize) * (double(job.innerSize) * cost + 60);
  const int threads = threadsFor(c, work);
  char* out0[64];
  const bool split = threads > 1 && job.keptSize < 2 * threads;
  if (split) {
    // Few results of many elements each: threads fold parts of each. The parts and their order do not depend on the threads, so
    // neither do the results.
    Finisher finisher(job);
    const int64_t part = std::max(kPart, (job.innerSize / 128 + kFoldOnce - 1) / kFoldOnce * kFoldOnce);
    const int64_t count = (job.innerSize + part - 1) / part;
    for (int64_t i = 0; i < job.keptSize; i++) {
      pointersAt(job, i, out0);
      std::vector<uint64_t> parts(size_t(count), job.identity);
      std::vector<double> carried(size_t(count), 0.0);
      parallelShare(threads, count, 1, [&](int64_t lo, int64_t hi) {
        Frame& f = threadFrame(0);
        f.begin(l);
        std::vector<char*> bases(size_t(job.map->operands()), nullptr);
        std::copy(out0, out0 + job.inputs, bases.begin());
        for (int64_t t = lo; t < hi; t++)
          foldRange(job, l, f, bases.data(), t * part, std::min(job.innerSize, (t + 1) * part), parts[t], carried[t]);
      });
      uint64_t acc = job.identity;
      double sum = 0;
      for (int64_t t = 0; t < count; t++) {
        if (job.carry) sum += carried[t];
        else job.op->rows(&acc, &parts[t], 1);
      }
      combineCarried(job, acc, sum);
      finisher.run(&acc, out0[job.inputs], 0, 1);
    }
    return;
  }
  const int64_t row = job.kept[job.keptNd - 1];
  const int64_t outStep = job.keptOps[job.inputs].steps[job.keptNd - 1];
  parallelFor(threads, job.keptSize, 1, [&](int64_t lo, int64_t hi, int) {
    Finisher finisher(job);
    Frame& f = threadFrame(0);
    f.begin(l);
    alignas(64) char results[kRegisterBytes];
    const int capacity = kRegisterBytes / 8;
    char* p[64];
    std::vector<char*> bases(size_t(job.map->operands()), nullptr);
    for (int64_t i = lo; i < hi;) {
      // Results that are neighbours along the last kept axis are finished together.
      const int64_t room = std::min<int64_t>(row - i % row, std::min<int64_t>(hi - i, capacity));
      char* out = nullptr;
      for (int64_t k = 0; k < room; k++) {
        if (k == 0) {
          pointersAt(job, i, p);
          out = p[job.inputs];
        } else {
          for (int j = 0; j < job.inputs; j++) p[j] += job.keptOps[j].steps[job.keptNd - 1] * job.itemsize(j);
        }
        std::copy(p, p + job.inputs, bases.begin());
        uint64_t acc = job.identity;
        double carried = 0;
        foldRange(job, l, f, bases.data(), 0, job.innerSize, acc, carried);
        combineCarried(job, acc, carried);
        memcpy(results + k * job.width, &acc, size_t(job.width));
      }
      finisher.run(results, out, outStep, long(room));
      i += room;
    }
  });
}

}  // namespace reduction
