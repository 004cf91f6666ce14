// What the two ways of reducing share: the job, its map program bound to one nest, and the finishing of accumulators.
#pragma once
#include <vector>

#include "context.h"
#include "monoid.h"
#include "program.h"

namespace reduction {

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

// The map program over one of the nests, with values left in registers.
Launch mapLaunch(const Job& job, int nd, const int64_t* shape, const std::vector<Operand>& ops);

// Pointers of kept element `index`: inputs, then the output.
void pointersAt(const Job& job, int64_t index, char** p);

// Along the reduced axes: blocks are folded into one number.
void reduceInner(const Context& c, const Job& job);
// Along the last kept axis: whole rows of accumulators are combined.
void reduceOuter(const Context& c, const Job& job);

}  // namespace reduction
