#include "layouts.h"

#include "commands.h"
#include "signals.h"

using dnnl::memory;

namespace {
const dnnl_blocking_desc_t& blockingOf(const memory::desc& d) { return d.data.format_desc.blocking; }

bool padded(const memory::desc& d) {
  for (int i = 0; i < d.data.ndims; i++) {
    if (d.data.padded_dims[i] != d.data.dims[i]) return true;
  }
  return d.data.offset0 != 0 || d.data.extra.flags != 0;
}

// The size of a channel's block in [N, C/block, ..., block]; 0 for other formats.
int64_t channelBlock(const memory::desc& d) {
  const auto& b = blockingOf(d);
  if (d.data.ndims < 3 || b.inner_nblks != 1 || b.inner_idxs[0] != 1) return 0;
  const int64_t block = b.inner_blks[0];
  if (block != 8 && block != 16) return 0;
  int64_t step = block;
  for (int i = d.data.ndims; i-- > 0;) {
    if (b.strides[i] != step) return 0;
    step *= i == 1 ? d.data.dims[1] / block : d.data.dims[i];
  }
  return block;
}

// Axes of size 1 have steps that mean nothing, so formats of one order of bytes differ in them: they are set to what C order has.
bool dense(const memory::desc& d) {
  const auto& b = blockingOf(d);
  if (b.inner_nblks != 0) return false;
  int64_t step = 1;
  for (int i = d.data.ndims; i-- > 0;) {
    if (d.data.dims[i] != 1 && b.strides[i] != step) return false;
    step *= d.data.dims[i];
  }
  return true;
}
}  // namespace

memory::desc plainOf(const memory::dims& dims) {
  memory::dims strides(dims.size());
  int64_t s = 1;
  for (size_t i = dims.size(); i-- > 0;) {
    strides[i] = s;
    s *= dims[i];
  }
  return memory::desc(dims, memory::data_type::f32, strides);
}

int Library::idOf(const memory::desc& desc) {
  if (desc.data.format_kind != dnnl_blocked || padded(desc)) return kUnstored;
  if (dense(desc)) return kPlain;
  const int64_t block = channelBlock(desc);
  int64_t inner = 1;
  for (int i = 2; i < desc.data.ndims; i++) inner *= desc.data.dims[i];
  if (block != 0 && inner == 1) return kPlain;
  for (size_t i = 0; i < layouts.size(); i++) {
    if (layouts[i].desc == desc) return int(i);
  }
  layouts.push_back({desc, block});
  return int(layouts.size()) - 1;
}

Library& library() {
  static thread_local Library l;
  return l;
}

namespace {
// D[0] a layout; becomes its number of axes, the first axis' size, the channel block, the number of inner blocks, (axis, size) of each
// from the outermost on, and the axes from the one with the greatest step to that with the least.
void describeLayout(Context& c) {
  const memory::desc& d = library().layouts[size_t(c.arguments[0])].desc;
  const auto& b = blockingOf(d);
  double* out = c.arguments;
  *out++ = d.data.ndims;
  *out++ = double(d.data.dims[0]);
  *out++ = double(channelBlock(d));
  *out++ = b.inner_nblks;
  for (int i = 0; i < b.inner_nblks; i++) {
    *out++ = double(b.inner_idxs[i]);
    *out++ = double(b.inner_blks[i]);
  }
  int axes[DNNL_MAX_NDIMS];
  for (int i = 0; i < d.data.ndims; i++) {
    int at = i;
    for (; at > 0 && b.strides[axes[at - 1]] < b.strides[i]; at--) axes[at] = axes[at - 1];
    axes[at] = i;
  }
  for (int i = 0; i < d.data.ndims; i++) *out++ = axes[i];
}

// D: block, axes, sizes of [N, C, ...]. Leaves the number of [N, C/block, ..., block].
void blockedLayout(Context& c) {
  Reader r(c);
  const int64_t block = r.integer();
  memory::dims dims(size_t(r.small()));
  for (auto& d : dims) d = r.integer();
  using tag = memory::format_tag;
  const tag tags[2][3] = {{tag::nCw8c, tag::nChw8c, tag::nCdhw8c}, {tag::nCw16c, tag::nChw16c, tag::nCdhw16c}};
  c.arguments[0] = library().idOf(memory::desc(dims, memory::data_type::f32, tags[block == 16][dims.size() - 3]));
}

// D: from, to (numbers of layouts, or -1 for C order), source, target.
void reorder(Context& c) {
  Reader r(c);
  const int from = r.small(), to = r.small();
  void* source = r.pointer<void>();
  void* target = r.pointer<void>();
  Library& l = library();
  const SignalsHeld held;
  try {
    auto found = l.reorders.find({from, to});
    if (found == l.reorders.end()) {
      if (l.reorders.size() > 2000) l.reorders.clear();
      const memory::desc& known = l.layouts[size_t(from >= 0 ? from : to)].desc;
      const memory::desc plain = plainOf(known.dims());
      auto descOf = [&](int id) { return id >= 0 ? l.layouts[size_t(id)].desc : plain; };
      found = l.reorders.emplace(std::make_pair(from, to), Reorder(l.engine, descOf(from), descOf(to))).first;
    }
    found->second.execute(l.stream, source, target);
    l.stream.wait();
  } catch (const dnnl::error& error) {
    throw std::runtime_error(std::string("[reorder] oneDNN: ") + error.what());
  }
}
}  // namespace

void addLayoutCommands(std::vector<CommandEntry>& t) {
  t.push_back({"describeLayout", describeLayout});
  t.push_back({"blockedLayout", blockedLayout});
  t.push_back({"reorder", reorder});
}
