// Opaque layouts: blocked formats of oneDNN in which arrays of four-byte elements may lie. TypeScript knows them by number.
#pragma once
#include <dnnl.hpp>

#include <cstdlib>
#include <map>
#include <new>
#include <vector>

constexpr int kPlain = -1;     // C order
constexpr int kUnstored = -2;  // a format with padding, or another that no array is kept in

struct Layout {
  dnnl::memory::desc desc;
  // Channels in one block, 8 or 16, where the format is [N, C/block, ..., block]; else 0.
  int64_t block;
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

// Elements on their way from one format to another.
struct Reorder {
  dnnl::memory source, target;
  dnnl::reorder primitive;

  Reorder(const dnnl::engine& e, const dnnl::memory::desc& from, const dnnl::memory::desc& to)
      : source(from, e, nullptr), target(to, e, nullptr), primitive(source, target) {}
  void execute(dnnl::stream& stream, void* from, void* to) {
    source.set_data_handle(from);
    target.set_data_handle(to);
    primitive.execute(stream, source, target);
  }
};

// What one thread shares among its primitives.
struct Library {
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream{engine};
  Workspace workspaces[3];
  std::vector<Layout> layouts;
  // By the numbers of both formats.
  std::map<std::pair<int, int>, Reorder> reorders;

  // Number of a format: kPlain where its bytes are those of C order.
  int idOf(const dnnl::memory::desc& desc);
};

Library& library();

// C order.
dnnl::memory::desc plainOf(const dnnl::memory::dims& dims);
