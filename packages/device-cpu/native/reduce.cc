// The reduce command: a map program, an associative operation over some axes, a finishing program.
//
// Two ways to walk: along the reduced axes, folding blocks into one number ("inner"), or along the last kept axis, combining
// whole rows of accumulators ("outer"). float32 sums are carried on in double between blocks.
#include <algorithm>
#include <cstring>

#include "commands.h"
#include "monoid.h"
#include "parallel.h"
#include "program.h"

namespace {
constexpr int kSumRows = 32;  // rows added in float32 before they go to the doubles

struct Job {
  const Program* map;
  const Program* post;
  const Monoid* op;
  bool carry;  // float32 sum, carried in double
  int width;
  uint64_t identity;
  std::vector<uint64_t> postScalars;
  int outDtype;
  int inputs;
  int keptNd, innerNd;
  int64_t kept[kMaxDims], inner[kMaxDims];
  int64_t keptSize, innerSize;
  std::vector<Operand> keptOps;   // inputs, then the output; steps in elements along kept axes
  std::vector<Operand> innerOps;  // inputs; along reduced axes
  std::vector<uint64_t> scalars;
  int itemsize(int k) const { return k < inputs ? (map->inputs[k].kind == 1 ? 0 : element(map->inputs[k].dtype).size) : element(outDtype).size; }
};

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

// Finishes n accumulators and stores them along the output.
class Finisher {
 public:
  explicit Finisher(const Job& job) : job_(job) {
    launch_.program = job.post;
    launch_.nd = 1;
    launch_.operands.resize(size_t(job.post->operands()));
    launch_.scalars.assign(1, 0);
    launch_.scalars.insert(launch_.scalars.end(), job.postScalars.begin(), job.postScalars.end());
    launch_.scalars.resize(job.post->inputs.size());
    for (Operand& o : launch_.operands) o.steps[0] = 0;
    launch_.operands[0].steps[0] = 1;
  }
  void run(void* accumulators, char* out, int64_t step, long n) {
    launch_.shape[0] = n;
    const size_t last = launch_.operands.size() - 1;
    launch_.operands[0].base = static_cast<char*>(accumulators);
    launch_.operands[0].steps[0] = 1;
    launch_.operands[last].base = out;
    launch_.operands[last].steps[0] = step;
    launch_.bind();
    Frame& f = threadFrame(1);
    f.begin(launch_);
    bases_.assign(launch_.operands.size(), nullptr);
    bases_[0] = static_cast<char*>(accumulators);
    bases_[last] = out;
    f.evaluate(launch_, bases_.data(), 0, n, [&](Frame& g, int64_t start, long m) { g.store(launch_, start, m); });
  }

 private:
  const Job& job_;
  Launch launch_;
  std::vector<char*> bases_;
};

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

// Pointers of kept element `index`: inputs, then the output.
void pointersAt(const Job& job, int64_t index, char** p) {
  const size_t count = job.keptOps.size();
  for (size_t k = 0; k < count; k++) p[k] = job.keptOps[k].base;
  for (int axis = job.keptNd - 1; axis >= 0; axis--) {
    const int64_t c = index % job.kept[axis];
    index /= job.kept[axis];
    for (size_t k = 0; k < count; k++) p[k] += c * job.keptOps[k].steps[axis] * job.itemsize(int(k));
  }
}

// Folds reduced positions [lo, hi) of one kept element.
void foldRange(const Job& job, const Launch& l, Frame& f, char* const* bases, int64_t lo, int64_t hi, uint64_t& acc, double& carried) {
  const int value = job.map->outputs[0].value;
  f.evaluate(l, bases, lo, hi, [&](Frame& g, int64_t, long n) {
    const void* x = g.block(l, value, n);
    if (job.carry) {
      float part = 0;
      job.op->fold(&part, x, n);
      carried += part;
    } else job.op->fold(&acc, x, n);
  });
}

void combineCarried(const Job& job, uint64_t& acc, double carried) {
  if (!job.carry) return;
  float start;
  memcpy(&start, &acc, 4);
  const float total = float(double(start) + carried);
  memcpy(&acc, &total, 4);
}

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
    // Few results of many elements each: every thread folds a part of each.
    Finisher finisher(job);
    for (int64_t i = 0; i < job.keptSize; i++) {
      pointersAt(job, i, out0);
      std::vector<uint64_t> parts(size_t(threads), job.identity);
      std::vector<double> carried(size_t(threads), 0.0);
      parallelFor(threads, job.innerSize, 4096, [&](int64_t lo, int64_t hi, int me) {
        Frame& f = threadFrame(0);
        f.begin(l);
        std::vector<char*> bases(size_t(job.map->operands()), nullptr);
        std::copy(out0, out0 + job.inputs, bases.begin());
        foldRange(job, l, f, bases.data(), lo, hi, parts[me], carried[me]);
      });
      uint64_t acc = job.identity;
      double sum = 0;
      for (int t = 0; t < threads; t++) {
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
