// One thread's evaluation of a bound program.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

#include "program.h"
#include "stream.h"

Frame& threadFrame(int which) {
  static thread_local Frame frames[2];
  return frames[which];
}

void Frame::begin(const Launch& l) {
  const Program& p = *l.program;
  const size_t values = p.values.size();
  size_t repeats = 0;
  for (const Value& value : p.values) repeats += value.kind == ValueKind::Load && l.modes[size_t(value.parameter)] == Mode::Repeated;
  const size_t need = (size_t(p.slots + 2) + repeats) * kRegisterBytes;
  if (need > capacity_) {
    free(registers_);
    registers_ = static_cast<char*>(aligned_alloc(64, need));
    if (!registers_) throw std::bad_alloc();
    capacity_ = need;
  }
  at.resize(values);
  cells_.resize(values);
  repeats_.resize(values);
  char* spare = registers_ + size_t(p.slots + 2) * kRegisterBytes;
  row_.resize(size_t(p.operands()));
  bases_.resize(size_t(p.operands()));
  for (size_t v = 0; v < values; v++) {
    const Value& value = p.values[v];
    if (value.kind == ValueKind::Const) cells_[v] = value.cell;
    else if (value.kind == ValueKind::Scalar) cells_[v] = l.scalars[value.parameter];
    if (value.kind == ValueKind::Load && l.modes[size_t(value.parameter)] == Mode::Repeated) {
      repeats_[v] = {spare, 0, 0};
      spare += kRegisterBytes;
    }
    at[v] = l.levels[v] < 2 ? static_cast<void*>(&cells_[v]) : registers_ + size_t(value.slot) * kRegisterBytes;
  }
  for (const Step& s : l.steps[0]) s.fn(at[s.value], at[s.a], at[s.b], at[s.c], 1);
}

void Frame::rowStart(const Launch& l) {
  const Program& p = *l.program;
  for (size_t k = 0; k < p.inputs.size(); k++) {
    if (l.modes[k] != Mode::Uniform) continue;
    for (size_t v = 0; v < p.values.size(); v++) {
      const Value& value = p.values[v];
      if (value.kind == ValueKind::Load && value.parameter == int(k)) element(p.inputs[k].dtype).load(&cells_[v], row_[k], 1, 1);
    }
  }
  for (const Step& s : l.steps[1]) s.fn(at[s.value], at[s.a], at[s.b], at[s.c], 1);
}

void Frame::prepare(const Launch& l, int64_t start, long n) {
  const Program& p = *l.program;
  const size_t inputs = p.inputs.size();
  for (size_t v = 0; v < p.values.size(); v++) {
    const Value& value = p.values[v];
    if (value.kind == ValueKind::Load) {
      const int k = value.parameter;
      const Element& e = element(p.inputs[k].dtype);
      char* const reg = registers_ + size_t(value.slot) * kRegisterBytes;
      switch (l.modes[k]) {
        case Mode::Dense:
          at[v] = row_[k] + start * e.size;
          break;
        case Mode::Strided: {
          const int64_t step = l.flat ? 1 : l.inner(k);
          e.load(reg, row_[k] + start * step * e.size, step, n);
          at[v] = reg;
          break;
        }
        case Mode::Scattered:
          scatterRows(l, k, start, n, reg, false);
          at[v] = reg;
          break;
        case Mode::Repeated:
          at[v] = const_cast<void*>(repeatRows(l, int(v), start, n));
          break;
        default:
          break;
      }
    }
    const int out = l.directOutput[v];
    if (out >= 0) at[v] = row_[inputs + out] + start * element(p.outputs[out].dtype).size;
  }
}

void Frame::runSteps(const Launch& l, int level, int64_t start, long n) {
  for (const Step& s : l.steps[level]) {
    if (s.fn != nullptr) s.fn(at[s.value], at[s.a], at[s.b], at[s.c], n);
    else special(l, s, start, n);
  }
}

// Coordinates, and elements of raw operands at computed places.
void Frame::special(const Launch& l, const Step& s, int64_t start, long n) {
  const Program& p = *l.program;
  const Value& value = p.values[s.value];
  if (value.kind == ValueKind::Coord) {
    int32_t* r = static_cast<int32_t*>(at[s.value]);
    const int64_t below = l.below[value.parameter], extent = l.extents[value.parameter];
    if (below == 1) {
      int64_t c = start % extent;
      for (long i = 0; i < n; c = 0) {
        const long run = long(extent - c < n - i ? extent - c : n - i);
        for (long k = 0; k < run; k++) r[i + k] = int32_t(c) + int32_t(k);
        i += run;
      }
      return;
    }
    int64_t c = start / below % extent, left = below - start % below;
    for (long i = 0; i < n;) {
      const long run = long(left < n - i ? left : n - i);
      for (long k = 0; k < run; k++) r[i + k] = int32_t(c);
      i += run;
      left = below;
      if (++c == extent) c = 0;
    }
    return;
  }
  int64_t* positions = reinterpret_cast<int64_t*>(registers_ + size_t(p.slots) * kRegisterBytes);
  const std::vector<int>& indices = p.code[s.instruction].indices;
  const Operand& raw = l.operands[value.parameter];
  const int ndim = p.inputs[value.parameter].ndim;
  // One index is a flat position along the last axis; else one index for each axis. A register has room for 512 positions.
  const int half = kRegisterBytes / 8;
  char* out = static_cast<char*>(at[s.value]);
  for (long from = 0; from < n; from += half) {
    const long m = n - from < half ? n - from : half;
    for (long i = 0; i < m; i++) positions[i] = 0;
    for (size_t k = 0; k < indices.size(); k++) {
      const int v = indices[k];
      const int64_t step = indices.size() == 1 ? (ndim > 1 ? 1 : raw.steps[0]) : raw.steps[k];
      const int32_t* index = static_cast<const int32_t*>(at[v]);
      if (l.levels[v] < 2) {
        for (long i = 0; i < m; i++) positions[i] += index[0] * step;
      } else {
        for (long i = 0; i < m; i++) positions[i] += index[from + i] * step;
      }
    }
    element(p.inputs[value.parameter].dtype).pick(out + from * value.width, raw.base, positions, m);
  }
}

// Moves a block that crosses row ends, piece by piece.
void Frame::scatterRows(const Launch& l, int k, int64_t start, long n, void* reg, bool storing) {
  const Program& p = *l.program;
  const size_t inputs = p.inputs.size();
  const Element& e = element(size_t(k) < inputs ? p.inputs[k].dtype : p.outputs[k - inputs].dtype);
  const int64_t* steps = l.operands[k].steps;
  int64_t coordinate[kMaxDims];
  int64_t rest = start, position = 0;
  for (int axis = l.nd - 1; axis >= 0; axis--) {
    coordinate[axis] = rest % l.shape[axis];
    rest /= l.shape[axis];
    position += coordinate[axis] * steps[axis];
  }
  const int last = l.nd - 1;
  char* r = static_cast<char*>(reg);
  for (long i = 0; i < n;) {
    const int64_t room = l.shape[last] - coordinate[last];
    const long run = long(room < n - i ? room : n - i);
    char* memory = row_[k] + position * e.size;
    if (storing) e.store(memory, steps[last], r + i * e.width, run);
    else e.load(r + i * e.width, memory, steps[last], run);
    i += run;
    if (i >= n) break;
    position -= coordinate[last] * steps[last];
    coordinate[last] = 0;
    for (int axis = last - 1; axis >= 0; axis--) {
      position += steps[axis];
      if (++coordinate[axis] < l.shape[axis]) break;
      position -= coordinate[axis] * steps[axis];
      coordinate[axis] = 0;
    }
  }
}

// A block of an operand whose last axis is dense and is the same all along the one before it.
const void* Frame::repeatRows(const Launch& l, int v, int64_t start, long n) {
  Repeat& repeat = repeats_[size_t(v)];
  if (start >= repeat.from && start + n <= repeat.to) return repeat.reg;
  const int k = l.program->values[size_t(v)].parameter;
  const Element& e = element(l.program->inputs[size_t(k)].dtype);
  const int64_t* steps = l.operands[k].steps;
  const int last = l.nd - 1;
  const int64_t lanes = l.shape[last], extent = lanes * l.shape[last - 1];
  for (long i = 0; i < n;) {
    const int64_t inside = (start + i) % extent, lane = inside % lanes, room = extent - inside;
    int64_t rest = (start + i) / extent, position = 0;
    for (int axis = last - 2; axis >= 0; axis--) {
      position += rest % l.shape[axis] * steps[axis];
      rest /= l.shape[axis];
    }
    const long run = long(room < n - i ? room : n - i);
    char* to = repeat.reg + i * e.width;
    const char* from = row_[k] + position * e.size;
    // One period, which starts inside of the lanes; then what is there is doubled.
    long filled = long(lanes - lane < run ? lanes - lane : run);
    e.load(to, from + lane * e.size, 1, filled);
    if (lane > 0 && filled < run) {
      const long head = long(lane < run - filled ? lane : run - filled);
      e.load(to + filled * e.width, from, 1, head);
      filled += head;
    }
    while (filled < run) {
      const long more = filled < run - filled ? filled : run - filled;
      memcpy(to + filled * e.width, to, size_t(more) * size_t(e.width));
      filled += more;
    }
    if (i == 0 && run == n && n % lanes == 0) repeat.from = start, repeat.to = start + room;
    else repeat.from = repeat.to = 0;
    i += run;
  }
  return repeat.reg;
}

const void* Frame::block(const Launch& l, int value, long n) {
  if (l.levels[value] == 2) return at[value];
  char* reg = registers_ + size_t(l.program->slots + 1) * kRegisterBytes;
  const int width = l.program->values[value].width;
  const auto spread = [&](auto type) {
    typedef decltype(type) T;
    std::fill_n(reinterpret_cast<T*>(reg), n, *static_cast<const T*>(at[value]));
  };
  if (width == 1) spread(uint8_t());
  else if (width == 2) spread(uint16_t());
  else if (width == 4) spread(uint32_t());
  else spread(uint64_t());
  return reg;
}

void Frame::store(const Launch& l, int64_t start, long n) {
  const Program& p = *l.program;
  const size_t inputs = p.inputs.size();
  for (size_t j = 0; j < p.outputs.size(); j++) {
    const Output& out = p.outputs[j];
    if (l.directOutput[out.value] == int(j)) continue;
    const Element& e = element(out.dtype);
    const size_t k = inputs + j;
    const void* from = block(l, out.value, n);
    if (l.modes[k] == Mode::Scattered) {
      scatterRows(l, int(k), start, n, const_cast<void*>(from), true);
    } else {
      const int64_t step = l.flat ? 1 : l.inner(int(k));
      char* to = row_[k] + start * step * e.size;
      if (!l.streamed[j]) e.store(to, step, from, n);
      else {
        if (!e.direct) {
          void* reg = registers_ + size_t(p.slots) * kRegisterBytes;
          e.store(reg, 1, from, n);
          from = reg;
        }
        streamCopy(to, from, size_t(n) * size_t(e.size));
      }
    }
  }
}
