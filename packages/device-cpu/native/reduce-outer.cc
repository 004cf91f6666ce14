// Reducing by rows of accumulators: the last kept axis lies closest in memory. float32 sums go to doubles after some rows.
#include <algorithm>
#include <cstring>

#include "parallel.h"
#include "reduce-job.h"

namespace reduction {
namespace {
constexpr int kSumRows = 64;  // rows added in float32 before they go to the doubles
constexpr int kParts = 8;     // parts of the rows that threads share

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
  for (int64_t i = lo, taken; i < hi; i += taken) {
    taken = 1;
    if (plain) {
      // Rows of the last reduced axis lie a step apart.
      taken = std::min({hi - i, job.inner[last] - coordinate[last], int64_t(kSumRows - pending)});
      job.op->manyRows(acc, p[v.parameter], n, job.innerOps[v.parameter].steps[last] * job.itemsize(v.parameter), taken);
    } else {
      f.evaluate(l, p.data(), 0, n, [&](Frame& g, int64_t at, long m) {
        if (l.levels[value] < 2) job.op->rowsUniform(acc + at * job.width, g.at[value], m);
        else job.op->rows(acc + at * job.width, g.at[value], m);
      });
    }
    pending += int(taken);
    if (pending == kSumRows || i + taken == hi) {
      if (job.carry) {
#pragma GCC ivdep
        for (long k = 0; k < n; k++) carried[k] += double(sums[k]);
        std::fill(sums, sums + n, 0.0f);
      }
      pending = 0;
    }
    for (int axis = last; axis >= 0; axis--) {
      const int64_t by = axis == last ? taken : 1;
      for (int k = 0; k < job.inputs; k++) p[k] += by * job.innerOps[k].steps[axis] * job.itemsize(k);
      if ((coordinate[axis] += by) < job.inner[axis]) break;
      for (int k = 0; k < job.inputs; k++) p[k] -= job.inner[axis] * job.innerOps[k].steps[axis] * job.itemsize(k);
      coordinate[axis] = 0;
    }
  }
}

void startRows(const Job& job, char* acc, double* carried, long n) {
  // A carried sum starts from nothing; the identity is added when it is finished.
  const uint64_t start = job.carry ? 0 : job.identity;
  if (job.width == 1) std::fill_n(reinterpret_cast<uint8_t*>(acc), n, uint8_t(start));
  else if (job.width == 2) std::fill_n(reinterpret_cast<uint16_t*>(acc), n, uint16_t(start));
  else if (job.width == 4) std::fill_n(reinterpret_cast<uint32_t*>(acc), n, uint32_t(start));
  else std::fill_n(reinterpret_cast<uint64_t*>(acc), n, start);
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
  // Where there are few blocks of results and many rows, every thread takes a part of the rows and reads it whole; else blocks are
  // made narrower until there are enough.
  long block = long(std::min<int64_t>(row, kBlock));
  const int64_t wide = (row + block - 1) / block;
  const bool split = threads > 1 && rows * wide < 2 * threads && job.innerSize >= 2 * kSumRows * threads;
  if (threads > 1 && !split && rows * wide < 2 * threads) {
    block = long(std::max<int64_t>(64, (row / (2 * threads) + 63) / 64 * 64));
    block = std::min(block, kBlock);
  }
  const int64_t pieces = (row + block - 1) / block;
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
  Finisher finisher(job);
  // Parts and their order do not depend on the threads, so neither do the results.
  const int64_t part = std::max<int64_t>(kSumRows, (job.innerSize / kParts + kSumRows - 1) / kSumRows * kSumRows);
  const int64_t parts = (job.innerSize + part - 1) / part;
  // Kept from call to call: fresh memory of this size would be paged in every time.
  static thread_local std::vector<double> room;
  const size_t stride = size_t(block + 63) & ~size_t(63);
  if (room.size() < 2 * stride * size_t(parts)) room.resize(2 * stride * size_t(parts));
  char* const acc = reinterpret_cast<char*>(room.data());
  double* const carried = room.data() + stride * size_t(parts);
  char* p[64];
  for (int64_t i = 0; i < rows * pieces; i++) {
    const int64_t from = i % pieces * block;
    const long n = long(std::min<int64_t>(block, row - from));
    pointersAt(job, i / pieces * row + from, p);
    parallelShare(threads, parts, 1, [&](int64_t lo, int64_t hi) {
      Frame& f = threadFrame(0);
      f.begin(l);
      for (int64_t t = lo; t < hi; t++) {
        char* a = acc + size_t(t) * stride * 8;
        double* sums = carried + size_t(t) * stride;
        startRows(job, a, sums, n);
        accumulateRows(job, l, f, p, t * part, std::min(job.innerSize, (t + 1) * part), n, a, sums);
      }
    });
    for (int64_t t = 1; t < parts; t++) {
      const double* more = carried + size_t(t) * stride;
      if (job.carry) {
#pragma GCC ivdep
        for (long k = 0; k < n; k++) carried[k] += more[k];
      } else job.op->rows(acc, acc + size_t(t) * stride * 8, n);
    }
    finishRows(job, finisher, acc, carried, p[job.inputs], outStep, n);
  }
}

}  // namespace reduction
