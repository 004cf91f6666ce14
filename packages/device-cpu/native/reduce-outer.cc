// Reducing by rows of accumulators: the last kept axis lies closest in memory. float32 sums go to doubles after some rows.
#include <algorithm>
#include <cstring>

#include "parallel.h"
#include "reduce-job.h"

namespace reduction {
namespace {
constexpr int kSumRows = 32;  // rows added in float32 before they go to the doubles

// Accumulators of one block of kept elements, over reduced positions [lo, hi).
void accumulateRows(const Job& job, const Launch& l, Frame& f, char* const* start, int64_t lo, int64_t hi, long n, char* acc, double* carried) {
  const int value = job.map->outputs[0].value;
  const int last = job.innerNd - 1;
  const Value& v = job.map->values[value];
  const bool plain = job.map->code.empty() && v.kind == ValueKind::Load && l.modes[v.parameter] == Mode::Dense;
  std::vector<char*> p(size_t(job.map->operands()), nullptr);
  std::copy(start, start + job.inputs, p.begin());
  int64_t coordinate[kMaxDims];
  int64_t rest = lo;
  for (int axis = last; axis >= 0; axis--) {
    coordinate[axis] = rest % job.inner[axis];
    rest /= job.inner[axis];
    for (int k = 0; k < job.inputs; k++) p[k] += coordinate[axis] * job.innerOps[k].steps[axis] * job.itemsize(k);
  }
  float* sums = reinterpret_cast<float*>(acc);
  int pending = 0;
  for (int64_t i = lo; i < hi; i++) {
    if (plain) job.op->rows(acc, p[v.parameter], n);
    else {
      f.evaluate(l, p.data(), 0, n, [&](Frame& g, int64_t at, long m) {
        if (l.levels[value] < 2) job.op->rowsUniform(acc + at * job.width, g.at[value], m);
        else job.op->rows(acc + at * job.width, g.at[value], m);
      });
    }
    if (job.carry && (++pending == kSumRows || i + 1 == hi)) {
      for (long k = 0; k < n; k++) carried[k] += double(sums[k]);
      for (long k = 0; k < n; k++) sums[k] = 0;
      pending = 0;
    }
    for (int axis = last; axis >= 0; axis--) {
      for (int k = 0; k < job.inputs; k++) p[k] += job.innerOps[k].steps[axis] * job.itemsize(k);
      if (++coordinate[axis] < job.inner[axis]) break;
      for (int k = 0; k < job.inputs; k++) p[k] -= job.inner[axis] * job.innerOps[k].steps[axis] * job.itemsize(k);
      coordinate[axis] = 0;
    }
  }
}

void startRows(const Job& job, char* acc, double* carried, long n) {
  // A carried sum starts from nothing; the identity is added when it is finished.
  const uint64_t start = job.carry ? 0 : job.identity;
  for (long k = 0; k < n; k++) memcpy(acc + k * job.width, &start, size_t(job.width));
  if (job.carry) std::fill(carried, carried + n, 0.0);
}

void finishRows(const Job& job, Finisher& finisher, char* acc, const double* carried, char* out, int64_t step, long n) {
  if (job.carry) {
    float start;
    memcpy(&start, &job.identity, 4);
    float* sums = reinterpret_cast<float*>(acc);
    for (long k = 0; k < n; k++) sums[k] = float(double(start) + carried[k]);
  }
  finisher.run(acc, out, step, n);
}

}  // namespace

void reduceOuter(const Context& c, const Job& job) {
  const int last = job.keptNd - 1;
  const int64_t row = job.kept[last], rows = job.keptSize / row;
  std::vector<Operand> along(size_t(job.inputs));
  for (int k = 0; k < job.inputs; k++) along[k].steps[0] = job.keptOps[k].steps[last];
  Launch l = mapLaunch(job, 1, &row, along);
  l.bind(true);
  const int64_t outStep = job.keptOps[job.inputs].steps[last];
  const double cost = double(job.map->cost + 0.05f);
  const int threads = threadsFor(c, double(job.keptSize) * double(job.innerSize) * cost);
  constexpr long kBlock = 1024;
  long block = long(std::min<int64_t>(row, kBlock));
  if (threads > 1 && rows * ((row + block - 1) / block) < 2 * threads) {
    block = long(std::max<int64_t>(64, (row / (2 * threads) + 63) / 64 * 64));
    block = std::min(block, kBlock);
  }
  const int64_t pieces = (row + block - 1) / block;
  const bool split = threads > 1 && rows * pieces < threads && job.innerSize >= 4 * threads;
  if (!split) {
    parallelFor(threads, rows * pieces, 1, [&](int64_t lo, int64_t hi, int) {
      Finisher finisher(job);
      Frame& f = threadFrame(0);
      f.begin(l);
      alignas(64) char acc[kBlock * 8];
      double carried[kBlock];
      char* p[64];
      for (int64_t i = lo; i < hi; i++) {
        const int64_t from = i % pieces * block;
        const long n = long(std::min<int64_t>(block, row - from));
        pointersAt(job, i / pieces * row + from, p);
        startRows(job, acc, carried, n);
        accumulateRows(job, l, f, p, 0, job.innerSize, n, acc, carried);
        finishRows(job, finisher, acc, carried, p[job.inputs], outStep, n);
      }
    });
    return;
  }
  // Few kept elements, many rows: every thread takes a part of the rows.
  Finisher finisher(job);
  std::vector<char> acc(size_t(threads) * kBlock * 8);
  std::vector<double> carried(size_t(threads) * kBlock);
  char* p[64];
  for (int64_t i = 0; i < rows * pieces; i++) {
    const int64_t from = i % pieces * block;
    const long n = long(std::min<int64_t>(block, row - from));
    pointersAt(job, i / pieces * row + from, p);
    for (int t = 0; t < threads; t++) startRows(job, &acc[size_t(t) * kBlock * 8], &carried[size_t(t) * kBlock], n);
    parallelFor(threads, job.innerSize, 1, [&](int64_t lo, int64_t hi, int me) {
      Frame& f = threadFrame(0);
      f.begin(l);
      accumulateRows(job, l, f, p, lo, hi, n, &acc[size_t(me) * kBlock * 8], &carried[size_t(me) * kBlock]);
    });
    for (int t = 1; t < threads; t++) {
      if (job.carry) {
        for (long k = 0; k < n; k++) carried[k] += carried[size_t(t) * kBlock + size_t(k)];
      } else job.op->rows(acc.data(), &acc[size_t(t) * kBlock * 8], n);
    }
    finishRows(job, finisher, acc.data(), carried.data(), p[job.inputs], outStep, n);
  }
}

}  // namespace reduction
