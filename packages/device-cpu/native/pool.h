// Memory of one JavaScript environment: regions of address space, best fit, neighbours merged.
//
// Free memory is hot (its pages are there) or cold (only address space). Allocation takes hot memory first; taking cold memory
// is what "asking the system" means, and what the budget in TypeScript decides about. Regions are never unmapped while the
// environment lives, so that typed arrays over them can never dangle.
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

// Numbers that C++ and TypeScript both update, in the command buffer.
struct Counters {
  double live;     // bytes of storages
  double peak;
  double held;     // hot bytes, in use or free
  double releases; // finalizers that gave memory back
};

class Pool;

// What an external points to. It outlives an early release: `address` is then null.
struct Block {
  Pool* pool;
  char* address;
  size_t size;       // bytes taken from the region
  double* charged;   // bytes counted as live for it; a slab's cell, or &own
  double own;
};

struct Region {
  char* base;
  size_t size;
};

class Pool {
 public:
  explicit Pool(Counters* counters) : counters_(counters) {}
  ~Pool();
  Pool(const Pool&) = delete;

  // Null if nothing fits (`cold` false) or the system refuses (`cold` true).
  char* take(size_t size, bool cold);
  void give(char* address, size_t size);
  // Gives the pages of all free memory back to the system; returns how many bytes.
  size_t cool();
  const std::vector<Region>& regions() const { return regions_; }
  int regionOf(const char* address) const;
  Counters* counters() { return counters_; }

  // Blocks that externals still point to; the pool must outlive them.
  size_t blocks = 0;
  bool closed = false;

 private:
  struct Free {
    size_t size;
    bool hot;
  };
  using Spans = std::map<char*, Free>;
  void insert(char* address, size_t size, bool hot);
  void erase(Spans::iterator it);
  bool grow(size_t size);

  Counters* counters_;
  Spans spans_;
  std::set<std::pair<size_t, char*>> bySize_[2];
  std::vector<Region> regions_;
};
