#include "pool.h"

#include <sys/mman.h>

#include <algorithm>

namespace {
constexpr size_t kRegion = size_t(256) << 20;
constexpr size_t kPage = 4096;
constexpr size_t kHuge = size_t(2) << 20;

char* reserve(size_t size) {
  void* p = mmap(nullptr, size + kHuge, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (p == MAP_FAILED) return nullptr;
  char* start = static_cast<char*>(p);
  char* aligned = reinterpret_cast<char*>((reinterpret_cast<uintptr_t>(start) + kHuge - 1) & ~(kHuge - 1));
  if (aligned > start) munmap(start, aligned - start);
  char* end = aligned + size;
  if (end < start + size + kHuge) munmap(end, start + size + kHuge - end);
#ifdef MADV_HUGEPAGE
  madvise(aligned, size, MADV_HUGEPAGE);
#endif
  return aligned;
}
}  // namespace

Pool::~Pool() {
  for (const Region& r : regions_) munmap(r.base, r.size);
}

bool Pool::grow(size_t size) {
  size_t want = std::max(kRegion, (size + kHuge - 1) & ~(kHuge - 1));
  char* base = reserve(want);
  if (!base && want > size) {
    want = (size + kPage - 1) & ~(kPage - 1);
    base = reserve(want);
  }
  if (!base) return false;
  regions_.push_back({base, want});
  insert(base, want, false);
  return true;
}

int Pool::regionOf(const char* address) const {
  for (size_t i = 0; i < regions_.size(); i++) {
    if (address >= regions_[i].base && address < regions_[i].base + regions_[i].size) return int(i);
  }
  return -1;
}

void Pool::insert(char* address, size_t size, bool hot) {
  spans_.emplace(address, Free{size, hot});
  bySize_[hot].emplace(size, address);
}

void Pool::erase(Spans::iterator it) {
  bySize_[it->second.hot].erase({it->second.size, it->first});
  spans_.erase(it);
}

char* Pool::take(size_t size, bool cold) {
  bool hot = true;
  auto fit = bySize_[1].lower_bound({size, nullptr});
  if (fit == bySize_[1].end()) {
    if (!cold) return nullptr;
    hot = false;
    fit = bySize_[0].lower_bound({size, nullptr});
    if (fit == bySize_[0].end()) {
      if (!grow(size)) return nullptr;
      fit = bySize_[0].lower_bound({size, nullptr});
    }
    counters_->held += double(size);
  }
  char* address = fit->second;
  size_t whole = fit->first;
  erase(spans_.find(address));
  if (whole > size) insert(address + size, whole - size, hot);
  return address;
}

void Pool::give(char* address, size_t size) {
  auto next = spans_.lower_bound(address);
  // Regions may be neighbours by chance; merging across them would be harmless, but views are per region.
  const int region = regionOf(address);
  if (next != spans_.end() && next->second.hot && address + size == next->first && regionOf(next->first) == region) {
    size += next->second.size;
    auto gone = next++;
    erase(gone);
  }
  if (next != spans_.begin()) {
    auto before = std::prev(next);
    if (before->second.hot && before->first + before->second.size == address && regionOf(before->first) == region) {
      address = before->first;
      size += before->second.size;
      erase(before);
    }
  }
  insert(address, size, true);
}

size_t Pool::cool() {
  std::vector<std::pair<char*, Free>> all(spans_.begin(), spans_.end());
  spans_.clear();
  bySize_[0].clear();
  bySize_[1].clear();
  size_t cooled = 0;
  for (size_t i = 0; i < all.size();) {
    char* address = all[i].first;
    size_t size = 0;
    const int region = regionOf(address);
    for (; i < all.size() && all[i].first == address + size && regionOf(all[i].first) == region; i++) {
      if (all[i].second.hot) cooled += all[i].second.size;
      size += all[i].second.size;
    }
    char* from = reinterpret_cast<char*>((reinterpret_cast<uintptr_t>(address) + kPage - 1) & ~(kPage - 1));
    char* to = reinterpret_cast<char*>(reinterpret_cast<uintptr_t>(address + size) & ~(kPage - 1));
    if (to > from) madvise(from, to - from, MADV_DONTNEED);
    insert(address, size, false);
  }
  counters_->held -= double(cooled);
  return cooled;
}
