// Convolutions of float32 by oneDNN, forward and both gradients, 1 to 3 spatial axes.
//
// Primitives are made once for each geometry and kept. They choose their own (blocked) layouts, which TypeScript learns from the plan
// and gives to arrays; what lies otherwise in memory is reordered by way of workspaces that are reused.
#include <cstring>
#include <unordered_map>

#include "commands.h"
#include "layouts.h"
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

// One argument of a primitive.
struct Argument {
  memory wanted;
  memory::desc plain;
  int id;  // of the wanted format
  int workspace;
  std::vector<std::pair<int, Reorder>> reorders;  // by the format on the array's side

  Argument(Library& l, const memory::desc& p, const memory::desc& w, int which)
      : wanted(w, l.engine, nullptr), plain(p), id(l.idOf(w)), workspace(which) {}

  bool same(int layout) const { return layout == id && id != kUnstored; }
  void place(Library& l, void* data, int layout) {
    wanted.set_data_handle(same(layout) ? data : l.workspaces[workspace].at_least(wanted.get_desc().get_size()));
  }
  // An array in some format becomes readable.
  void read(Library& l, void* data, int layout) {
    place(l, data, layout);
    if (!same(layout)) between(l, layout, false).execute(l.stream, data, wanted.get_data_handle());
  }
  // What was computed goes to the array.
  void write(Library& l, void* data, int layout) {
    if (!same(layout)) between(l, layout, true).execute(l.stream, wanted.get_data_handle(), data);
  }

 private:
  Reorder& between(Library& l, int layout, bool output) {
    for (auto& r : reorders) {
      if (r.first == layout) return r.second;
    }
    const memory::desc array = layout >= 0 ? l.layouts[size_t(layout)].desc : plain;
    reorders.emplace_back(layout, output ? Reorder(l.engine, wanted.get_desc(), array) : Reorder(l.engine, array, wanted.get_desc()));
    return reorders.back().second;
  }
};

struct Entry {
  Kind kind;
  dnnl::primitive primitive;
  std::vector<Argument> arguments;  // image, weights, output
  int ids[3];                       // formats that arrays should have
  memory bias;
  int64_t batch, channels, inner;  // of the image
};

struct Geometry {
  int nd;
  int64_t n, c, o, groups;
  memory::dims image, weights, output, strides, dilates, left, right;
};

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

dnnl::convolution_backward_weights::primitive_desc weightOf(const Library& l, const Geometry& g, bool bias,
                                                            const dnnl::convolution_forward::primitive_desc& forward) {
  const auto algorithm = dnnl::algorithm::convolution_direct;
  if (bias) {
    return {dnnl::convolution_backward_weights::desc(algorithm, anyOf(g.image), anyOf(g.weights), plainOf({g.o}), anyOf(g.output),
                                                     g.strides, g.dilates, g.left, g.right),
            l.engine, forward};
  }
  return {dnnl::convolution_backward_weights::desc(algorithm, anyOf(g.image), anyOf(g.weights), anyOf(g.output), g.strides, g.dilates,
                                                   g.left, g.right),
          l.engine, forward};
}

Entry make(Library& l, Kind kind, const Geometry& g, bool bias) {
  Entry e;
  e.kind = kind;
  memory::desc image, weights, output;
  const auto forward = forwardOf(l, g, bias && kind != kData);
  if (bias) e.bias = memory(plainOf({g.o}), l.engine, nullptr);
  if (kind == kForward) {
    e.primitive = dnnl::convolution_forward(forward);
    image = forward.src_desc();
    weights = forward.weights_desc();
    output = forward.dst_desc();
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
    const auto pd = weightOf(l, g, bias, forward);
    e.primitive = dnnl::convolution_backward_weights(pd);
    image = pd.src_desc();
    weights = pd.diff_weights_desc();
    output = pd.diff_dst_desc();
  }
  e.arguments.emplace_back(l, plainOf(g.image), image, 0);
  e.arguments.emplace_back(l, plainOf(g.weights), weights, 1);
  e.arguments.emplace_back(l, plainOf(g.output), output, 2);
  // Weights and their gradients lie as the forward pass wants them.
  e.ids[0] = e.arguments[0].id;
  e.ids[1] = l.idOf(forward.weights_desc());
  e.ids[2] = e.arguments[2].id;
  e.batch = g.n;
  e.channels = g.c;
  e.inner = 1;
  for (int i = 0; i < g.nd; i++) e.inner *= g.image[size_t(2 + i)];
  return e;
}

using Entries = std::unordered_map<Key, Entry, Hash>;
Entries& entries() {
  static thread_local Entries e;
  return e;
}

// x in C order (block 1), or [batch, channels/block, inner, block].
void addBias(const Context& c, float* x, const float* b, const Entry& e, int64_t block) {
  const int64_t blocks = e.channels / block, row = e.inner * block;
  parallelFor(threadsFor(c, double(e.batch * blocks * row) * 0.1), e.batch * blocks, 1, [&](int64_t lo, int64_t hi, int) {
    for (int64_t i = lo; i < hi; i++) {
      const float* v = b + i % blocks * block;
      float* to = x + i * row;
      if (block == 1) {
#pragma GCC ivdep
        for (int64_t k = 0; k < e.inner; k++) to[k] += v[0];
        continue;
      }
      for (int64_t k = 0; k < e.inner; k++, to += block) {
#pragma GCC ivdep
        for (int64_t lane = 0; lane < block; lane++) to[lane] += v[lane];
      }
    }
  });
}

// D: kind, axes, the key, whether there is a bias. Leaves the plan's address and the formats of image, weights and output, each a
// number, -1 (C order) or -2 (one that arrays do not keep).
void plan(Context& c) {
  Reader r(c);
  const Kind kind = Kind(r.small());
  const int nd = r.small();
  Key key;
  for (int i = 0; i < 4 + 6 * nd; i++) key.v[i] = r.integer();
  const bool bias = r.flag() && kind != kData;
  key.v[22] = nd;
  key.v[23] = kind;
  key.v[24] = bias;
  key.v[25] = c.threads;  // primitives divide their work when they are made
  Entries& all = entries();
  auto found = all.find(key);
  if (found == all.end()) {
    if (all.size() > 1000) all.clear();
    try {
      found = all.emplace(key, make(library(), kind, geometryOf(nd, key), bias)).first;
    } catch (const dnnl::error& error) {
      throw std::runtime_error(std::string("[convolution] oneDNN: ") + error.what());
    }
  }
  const Entry& e = found->second;
  c.arguments[0] = double(reinterpret_cast<uintptr_t>(&e));
  for (int i = 0; i < 3; i++) c.arguments[1 + i] = e.ids[i];
}

// D: plan; address and format of image, weights and output; bias or its gradient (0 if none).
void convolution(Context& c) {
  Reader r(c);
  Entry& e = *r.pointer<Entry>();
  void* data[3];
  int layout[3];
  for (int i = 0; i < 3; i++) {
    data[i] = r.pointer<void>();
    layout[i] = r.small();
  }
  float* bias = r.pointer<float>();
  Library& l = library();
  const int result = e.kind == kForward ? 2 : e.kind == kData ? 0 : 1;
  try {
    const SignalsHeld held;
    for (int i = 0; i < 3; i++) {
      if (i == result) e.arguments[size_t(i)].place(l, data[i], layout[i]);
      else e.arguments[size_t(i)].read(l, data[i], layout[i]);
    }
    static constexpr int names[3][3] = {{DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST},
                                        {DNNL_ARG_DIFF_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_DST},
                                        {DNNL_ARG_SRC, DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_DST}};
    std::unordered_map<int, memory> arguments;
    for (int i = 0; i < 3; i++) arguments.insert({names[e.kind][i], e.arguments[size_t(i)].wanted});
    if (bias != nullptr && e.kind != kData) {
      e.bias.set_data_handle(bias);
      arguments.insert({e.kind == kForward ? DNNL_ARG_BIAS : DNNL_ARG_DIFF_BIAS, e.bias});
    }
    e.primitive.execute(l.stream, arguments);
    e.arguments[size_t(result)].write(l, data[result], layout[result]);
    l.stream.wait();
  } catch (const dnnl::error& error) {
    throw std::runtime_error(std::string("[convolution] oneDNN: ") + error.what());
  }
  if (e.kind == kData && bias != nullptr)
    addBias(c, static_cast<float*>(data[0]), bias, e, layout[0] >= 0 ? l.layouts[size_t(layout[0])].block : 1);
}
}  // namespace

void addConvolutionCommands(std::vector<CommandEntry>& t) {
  t.push_back({"convolutionPlan", plan});
  t.push_back({"convolution", convolution});
}
