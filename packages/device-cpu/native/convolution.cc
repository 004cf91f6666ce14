// Convolutions of float32 by oneDNN, forward and both gradients, 1 to 3 spatial axes.
//
// Primitives are made once for each geometry and kept. They choose their own (blocked) layouts; what lies plainly in memory is
// reordered into workspaces that are reused.
#include <dnnl.hpp>

#include <cstdlib>
#include <cstring>
#include <new>
#include <unordered_map>

#include "commands.h"
#include "parallel.h"
#include "signals.h"

namespace {
using dnnl::memory;

enum Kind : int { kForward, kData, kWeight };

// N, C, O, groups, then image, kernel, output, stride, pad, dilate for each axis.
struct Key {
  int64_t v[26] = {};
  bool operator==(const Key& o) const { return memcmp(v, o.v, sizeof v) == 0; }
};
struct Hash {
  size_t operator()(const Key& k) const {
    uint64_t h = 1469598103934665603ull;
    for (int64_t x : k.v) h = (h ^ uint64_t(x)) * 1099511628211ull;
    return h;
  }
};

class Workspace {
 public:
  ~Workspace() { free(data_); }
  void* at_least(size_t bytes) {
    if (bytes > size_) {
      free(data_);
      size_ = (bytes + 4095) & ~size_t(4095);
      data_ = aligned_alloc(4096, size_);
      if (!data_) {
        size_ = 0;
        throw std::bad_alloc();
      }
    }
    return data_;
  }

 private:
  void* data_ = nullptr;
  size_t size_ = 0;
};

struct Library {
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
  Workspace workspaces[3];
};

// One argument of a primitive: as it lies in arrays, and as the primitive wants it.
struct Argument {
  memory plain, wanted;
  dnnl::reorder reorder;
  bool same;
  int workspace;

  Argument(const dnnl::engine& e, const memory::desc& p, const memory::desc& w, bool output, int which)
      : plain(p, e, nullptr), wanted(w, e, nullptr), same(p == w), workspace(which) {
    if (!same) reorder = output ? dnnl::reorder(wanted, plain) : dnnl::reorder(plain, wanted);
  }
  void place(Library& l, void* data) {
    plain.set_data_handle(data);
    wanted.set_data_handle(same ? data : l.workspaces[workspace].at_least(wanted.get_desc().get_size()));
  }
  void read(Library& l, void* data) {
    place(l, data);
    if (!same) reorder.execute(l.stream, plain, wanted);
  }
  void write(Library& l) {
    if (!same) reorder.execute(l.stream, wanted, plain);
  }
};

struct Entry {
  dnnl::primitive primitive;
  std::vector<Argument> arguments;  // image, weights, output
  memory bias;
};

struct Geometry {
  int nd;
  int64_t n, c, o, groups;
  memory::dims image, weights, output, strides, dilates, left, right;
};

memory::desc plainOf(const memory::dims& dims) {
  memory::dims strides(dims.size());
  int64_t s = 1;
  for (size_t i = dims.size(); i-- > 0;) {
    strides[i] = s;
    s *= dims[i];
  }
  return memory::desc(dims, memory::data_type::f32, strides);
}
memory::desc anyOf(const memory::dims& dims) { return memory::desc(dims, memory::data_type::f32, memory::format_tag::any); }

Geometry geometryOf(int nd, const Key& k) {
  Geometry g;
  g.nd = nd;
  g.n = k.v[0];
  g.c = k.v[1];
  g.o = k.v[2];
  g.groups = k.v[3];
  g.image = {g.n, g.c};
  g.output = {g.n, g.o};
  if (g.groups > 1) g.weights = {g.groups, g.o / g.groups, g.c / g.groups};
  else g.weights = {g.o, g.c};
  for (int i = 0; i < nd; i++) {
    const int64_t* a = k.v + 4 + 6 * i;
    const int64_t in = a[0], kernel = a[1], out = a[2], stride = a[3], pad = a[4], dilate = a[5];
    g.image.push_back(in);
    g.weights.push_back(kernel);
    g.output.push_back(out);
    g.strides.push_back(stride);
    g.dilates.push_back(dilate - 1);
    g.left.push_back(pad);
    // What the last window needs beyond the image; a remainder that no window reaches is no padding.
    const int64_t right = (out - 1) * stride + (kernel - 1) * dilate + 1 - in - pad;
    g.right.push_back(right < 0 && -right < stride ? 0 : right);
  }
  return g;
}

dnnl::convolution_forward::primitive_desc forwardOf(const Library& l, const Geometry& g, bool bias) {
  const auto kind = dnnl::prop_kind::forward_training;
  const auto algorithm = dnnl::algorithm::convolution_direct;
  if (bias) {
    return {dnnl::convolution_forward::desc(kind, algorithm, anyOf(g.image), anyOf(g.weights), plainOf({g.o}), anyOf(g.output),
                                            g.strides, g.dilates, g.left, g.right),
            l.engine};
  }
  return {dnnl::convolution_forward::desc(kind, algorithm, anyOf(g.image), anyOf(g.weights), anyOf(g.output), g.strides, g.dilates,
                                          g.left, g.right),
          l.engine};
}

Entry make(const Library& l, Kind kind, const Geometry& g, bool bias) {
  Entry e;
  memory::desc image, weights, output;
  const auto forward = forwardOf(l, g, bias && kind == kForward);
  if (kind == kForward) {
    e.primitive = dnnl::convolution_forward(forward);
    image = forward.src_desc();
    weights = forward.weights_desc();
    output = forward.dst_desc();
    if (bias) e.bias = memory(forward.bias_desc(), l.engine, nullptr);
  } else if (kind == kData) {
    const dnnl::convolution_backward_data::primitive_desc pd(
        dnnl::convolution_backward_data::desc(dnnl::algorithm::convolution_direct, anyOf(g.image), anyOf(g.weights), anyOf(g.output),
                                              g.strides, g.dilates, g.left, g.right),
        l.engine, forward);
    e.primitive = dnnl::convolution_backward_data(pd);
    image = pd.diff_src_desc();
    weights = pd.weights_desc();
    output = pd.diff_dst_desc();
  } else {
    const dnnl::convolution_backward_weights::primitive_desc pd(
        dnnl::convolution_backward_weights::desc(dnnl::algorithm::convolution_direct, anyOf(g.image), anyOf(g.weights),
                                                 anyOf(g.output), g.strides, g.dilates, g.left, g.right),
        l.engine, forward);
    e.primitive = dnnl::convolution_backward_weights(pd);
    image = pd.src_desc();
    weights = pd.diff_weights_desc();
    output = pd.diff_dst_desc();
  }
  e.arguments.emplace_back(l.engine, plainOf(g.image), image, kind == kData, 0);
  e.arguments.emplace_back(l.engine, plainOf(g.weights), weights, kind == kWeight, 1);
  e.arguments.emplace_back(l.engine, plainOf(g.output), output, kind == kForward, 2);
  return e;
}

struct State {
  Library library;
  std::unordered_map<Key, Entry, Hash> entries;
};

State& state() {
  static thread_local State s;
  return s;
}

void addBias(const Context& c, float* x, const float* b, int64_t n, int64_t channels, int64_t inner) {
  parallelFor(threadsFor(c, double(n * channels * inner) * 0.1), n * channels, 1, [&](int64_t lo, int64_t hi, int) {
    for (int64_t i = lo; i < hi; i++) {
      const float v = b[i % channels];
      float* row = x + i * inner;
#pragma GCC ivdep
      for (int64_t k = 0; k < inner; k++) row[k] += v;
    }
  });
}

// D: kind, axes, the key, then image, weights, output, bias (0 if none).
void convolution(Context& c) {
  Reader r(c);
  const Kind kind = Kind(r.small());
  const int nd = r.small();
  Key key;
  for (int i = 0; i < 4 + 6 * nd; i++) key.v[i] = r.integer();
  void* image = r.pointer<void>();
  void* weights = r.pointer<void>();
  void* output = r.pointer<void>();
  float* bias = r.pointer<float>();
  key.v[22] = nd;
  key.v[23] = kind;
  key.v[24] = kind == kForward && bias != nullptr;
  key.v[25] = c.threads;  // primitives divide their work when they are made
  State& s = state();
  Library& l = s.library;
  try {
    auto found = s.entries.find(key);
    if (found == s.entries.end()) {
      if (s.entries.size() > 1000) s.entries.clear();
      found = s.entries.emplace(key, make(l, kind, geometryOf(nd, key), bias != nullptr)).first;
    }
    const SignalsHeld held;
    Entry& e = found->second;
    Argument &x = e.arguments[0], &w = e.arguments[1], &y = e.arguments[2];
    std::unordered_map<int, memory> arguments;
    if (kind == kForward) {
      x.read(l, image);
      w.read(l, weights);
      y.place(l, output);
      arguments = {{DNNL_ARG_SRC, x.wanted}, {DNNL_ARG_WEIGHTS, w.wanted}, {DNNL_ARG_DST, y.wanted}};
      if (bias != nullptr) {
        e.bias.set_data_handle(bias);
        arguments.insert({DNNL_ARG_BIAS, e.bias});
      }
      e.primitive.execute(l.stream, arguments);
      y.write(l);
    } else if (kind == kData) {
      w.read(l, weights);
      y.read(l, output);
      x.place(l, image);
      arguments = {{DNNL_ARG_DIFF_DST, y.wanted}, {DNNL_ARG_WEIGHTS, w.wanted}, {DNNL_ARG_DIFF_SRC, x.wanted}};
      e.primitive.execute(l.stream, arguments);
      x.write(l);
    } else {
      x.read(l, image);
      y.read(l, output);
      w.place(l, weights);
      arguments = {{DNNL_ARG_SRC, x.wanted}, {DNNL_ARG_DIFF_DST, y.wanted}, {DNNL_ARG_DIFF_WEIGHTS, w.wanted}};
      e.primitive.execute(l.stream, arguments);
      w.write(l);
    }
    l.stream.wait();
  } catch (const dnnl::error& error) {
    throw std::runtime_error(std::string("[convolution] oneDNN: ") + error.what());
  }
  if (kind == kData && bias != nullptr) {
    int64_t inner = 1;
    for (int i = 0; i < nd; i++) inner *= key.v[4 + 6 * i];
    addBias(c, static_cast<float*>(image), bias, key.v[0], key.v[1], inner);
  }
}
}  // namespace

void addConvolutionCommands(std::vector<CommandEntry>& t) { t.push_back({"convolution", convolution}); }
