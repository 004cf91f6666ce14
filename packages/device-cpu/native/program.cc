// Reading a program, and binding it to operands.
#include "program.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <limits>

#include "stream.h"

uint64_t scalarCell(int scalarClass, double value, uint64_t bits) {
  uint64_t cell = 0;
  switch (scalarClass) {
    case kF32s: {
      const float v = float(value);
      memcpy(&cell, &v, 4);
      break;
    }
    case kF64s:
      memcpy(&cell, &value, 8);
      break;
    case kI64s:
    case kU64s:
      cell = bits;
      break;
    default: {
      // The low bytes are those of narrower integers.
      const uint32_t v = uint32_t(int64_t(value));
      memcpy(&cell, &v, 4);
    }
  }
  return cell;
}

// Bytecode in I: counts, inputs (kind, dtype, ndim), values (kind, width, slot, parameter), instructions (op, value, count,
// args), outputs (value, dtype). Constants in D, as scalars are.
Program* Program::read(Context& c) {
  static std::atomic<uint64_t> programs{0};
  const int32_t* w = c.words;
  Reader constants(c);
  auto* p = new Program;
  p->serial = ++programs;
  const int inputs = *w++, values = *w++, instructions = *w++, outputs = *w++;
  p->slots = *w++;
  for (int k = 0; k < inputs; k++, w += 3) {
    p->inputs.push_back({w[0], w[1], w[2]});
    if (w[0] == 2) p->raws = true;
  }
  int widest = 1;
  for (int v = 0; v < values; v++, w += 4) {
    Value value{ValueKind(w[0]), w[1], w[2], w[3], 0, -1};
    widest = std::max(widest, value.width);
    if (value.kind == ValueKind::Const) {
      const Reader copy = constants;
      const uint64_t bits = constants.raw();
      value.cell = scalarCell(value.parameter, Reader(copy).number(), bits);
    }
    if (value.kind == ValueKind::Coord) p->coords = true;
    p->values.push_back(value);
  }
  for (int i = 0; i < instructions; i++) {
    Instruction s{w[0], w[1], {w[1], w[1], w[1]}, {}};
    const int count = w[2];
    w += 3;
    for (int k = 0; k < count; k++) {
      p->values[w[k]].lastUse = i;
      if (s.op < 0) s.indices.push_back(w[k]);
      else s.args[k] = w[k];
    }
    if (s.op >= 0) {
      for (int k = count; k < 3; k++) s.args[k] = s.args[0];
      p->cost += ops()[s.op].cost;
    } else p->cost += 1;
    w += count;
    p->code.push_back(std::move(s));
  }
  for (int k = 0; k < outputs; k++, w += 2) {
    Output out{w[0], w[1], -1};
    for (int i = 0; i < instructions; i++) {
      if (p->code[i].value == out.value) out.definedAt = i;
    }
    p->outputs.push_back(out);
  }
  for (const Input& in : p->inputs) {
    if (in.kind == 0) p->cost += 0.03f * float(element(in.dtype).size);
  }
  for (const Output& out : p->outputs) p->cost += 0.04f * float(element(out.dtype).size);
  p->block = kRegisterBytes / widest;
  return p;
}

void Launch::keepAxes() {
  int64_t elements = 1;
  for (int axis = nd - 1; axis >= 0; axis--) {
    extents[axis] = shape[axis];
    below[axis] = elements;
    elements *= shape[axis];
  }
}

// Drops axes of extent 1, orders axes so that outputs are walked forward, merges neighbours that all operands walk as one.
void Launch::collapse() {
  if (program->coords) {
    keepAxes();
    axesKept = true;
  }
  // One axis has nothing to merge with. Small work notices what this would cost.
  if (nd == 1) return;
  const int count = program->operands();
  int order[kMaxDims], kept = 0;
  for (int axis = 0; axis < nd; axis++) {
    if (shape[axis] != 1) order[kept++] = axis;
  }
  int leader = int(program->inputs.size());
  if (!outputs) {
    const int inputs = count - int(program->outputs.size());
    for (leader = 0; leader < inputs && program->inputs[leader].kind != 0;) leader++;
    if (leader == inputs) leader = count;
  }
  // Coordinates follow from the place in C order, which must stay.
  if (leader < count && !program->coords) {
    const int64_t* steps = operands[leader].steps;
    std::stable_sort(order, order + kept, [&](int a, int b) { return std::abs(steps[a]) > std::abs(steps[b]); });
  }
  int64_t newShape[kMaxDims];
  int n = 0;
  std::vector<Operand>& ops = operands;
  static thread_local std::vector<Operand> sorted;
  sorted = ops;
  for (int i = 0; i < kept; i++) {
    const int axis = order[i];
    bool merge = n > 0;
    for (int k = 0; merge && k < count; k++) merge = sorted[k].steps[n - 1] == ops[k].steps[axis] * shape[axis];
    if (merge) {
      newShape[n - 1] *= shape[axis];
      for (int k = 0; k < count; k++) sorted[k].steps[n - 1] = ops[k].steps[axis];
    } else {
      newShape[n] = shape[axis];
      for (int k = 0; k < count; k++) sorted[k].steps[n] = ops[k].steps[axis];
      n++;
    }
  }
  if (n == 0) {
    newShape[0] = 1;
    for (int k = 0; k < count; k++) sorted[k].steps[0] = 0;
    n = 1;
  }
  nd = n;
  memcpy(shape, newShape, sizeof(int64_t) * size_t(n));
  for (int k = 0; k < count; k++) memcpy(ops[k].steps, sorted[k].steps, sizeof(int64_t) * size_t(n));
}

void Launch::bind(bool rowOnly) {
  const Program& p = *program;
  const int inputs = int(p.inputs.size()), count = p.operands();
  size = 1;
  for (int i = 0; i < nd; i++) size *= shape[i];
  if (p.coords && !axesKept) keepAxes();
  axesKept = false;
  flat = !rowOnly && nd > 1 && shape[nd - 1] < 192;
  bound = p.serial;
  modes.resize(size_t(count));
  for (int k = 0; k < count; k++) {
    const bool output = k >= inputs;
    if (!output && p.inputs[k].kind == 1) {
      modes[k] = Mode::Scalar;
      continue;
    }
    if (!output && p.inputs[k].kind == 2) {
      modes[k] = Mode::Raw;
      continue;
    }
    const Element& e = element(output ? p.outputs[k - inputs].dtype : p.inputs[k].dtype);
    const int64_t* s = operands[k].steps;
    bool dense = true, still = true;
    if (flat) {
      int64_t expected = 1;
      for (int axis = nd - 1; axis >= 0; axis--) {
        dense = dense && (s[axis] == expected || shape[axis] == 1);
        still = still && s[axis] == 0;
        expected *= shape[axis];
      }
      const bool repeated = !output && s[nd - 1] == 1 && s[nd - 2] == 0;
      modes[k] = still && !output ? Mode::Uniform
                 : dense          ? (e.direct ? Mode::Dense : Mode::Strided)
                                  : repeated ? Mode::Repeated : Mode::Scattered;
    } else {
      modes[k] = s[nd - 1] == 0 && !output ? Mode::Uniform : s[nd - 1] == 1 && e.direct ? Mode::Dense : Mode::Strided;
    }
    // From here on steps count bytes, except the innermost and those of a scattered walk, which count elements.
    if (!flat) {
      for (int axis = 0; axis + 1 < nd; axis++) operands[k].steps[axis] *= e.size;
    }
  }

  const int values = int(p.values.size());
  levels.resize(size_t(values));
  directOutput.assign(size_t(values), -1);
  for (auto& s : steps) s.clear();
  for (int v = 0; v < values; v++) {
    const Value& value = p.values[v];
    if (value.kind == ValueKind::Const || value.kind == ValueKind::Scalar) levels[v] = 0;
    else if (value.kind == ValueKind::Load) {
      if (modes[value.parameter] != Mode::Uniform) levels[v] = 2;
      else levels[v] = 1;
    } else levels[v] = 2;
  }
  for (int i = 0; i < int(p.code.size()); i++) {
    const Instruction& s = p.code[i];
    if (s.op < 0) {
      levels[s.value] = 2;
      steps[2].push_back({nullptr, s.value, 0, 0, 0, i});
      continue;
    }
    const OpEntry& entry = ops()[s.op];
    int level = 0, mask = 0;
    for (int k = 0; k < entry.arity; k++) {
      level = std::max(level, int(levels[s.args[k]]));
      if (levels[s.args[k]] < 2) mask |= 1 << k;
    }
    levels[s.value] = uint8_t(level);
    steps[level].push_back({entry.fn[mask], s.value, s.args[0], s.args[1], s.args[2], i});
  }
  // Large results are written past the caches, unless they replace an input, which is in cache then.
  streamed.assign(p.outputs.size(), 0);
  for (int j = 0; outputs && j < int(p.outputs.size()); j++) {
    const Element& e = element(p.outputs[j].dtype);
    bool stream = size * e.size >= kStreamBytes && (modes[inputs + j] == Mode::Dense || (!e.direct && modes[inputs + j] == Mode::Strided && (flat || inner(inputs + j) == 1)));
    for (int k = 0; stream && k < inputs; k++) stream = operands[k].base != operands[inputs + j].base;
    streamed[j] = stream;
  }
  // An input that is stored as it is, and lies where an output goes, is copied before anything is written.
  for (int j = 0; outputs && j < int(p.outputs.size()); j++) {
    const Value& value = p.values[p.outputs[j].value];
    if (value.kind != ValueKind::Load || modes[value.parameter] != Mode::Dense) continue;
    for (int i = inputs; i < count; i++) {
      if (operands[i].base == operands[value.parameter].base) modes[value.parameter] = Mode::Strided;
    }
  }
  // Outputs that can be computed in place in memory. Past the caches, only by the one step that makes them, if its loop can.
  for (int j = 0; outputs && j < int(p.outputs.size()); j++) {
    const Output& out = p.outputs[j];
    if (out.definedAt < 0 || levels[out.value] < 2 || modes[inputs + j] != Mode::Dense || directOutput[out.value] >= 0) continue;
    if (streamed[j]) {
      Step& step = *std::find_if(steps[2].begin(), steps[2].end(), [&](const Step& s) { return s.instruction == out.definedAt; });
      const BlockFn stream = streamOf(step);
      const bool shared = std::count_if(p.outputs.begin(), p.outputs.end(), [&](const Output& o) { return o.value == out.value; }) > 1;
      if (stream == nullptr || shared || p.values[out.value].lastUse > out.definedAt) continue;
      step.fn = stream;
    }
    directOutput[out.value] = j;
    // An input over the same memory that is read after the output is written has to be copied first.
    for (int v = 0; v < values; v++) {
      const Value& value = p.values[v];
      if (value.kind == ValueKind::Load && modes[value.parameter] == Mode::Dense && value.lastUse > out.definedAt &&
          operands[value.parameter].base == operands[inputs + j].base) {
        modes[value.parameter] = Mode::Strided;
      }
    }
  }
  apart = true;
  for (int k = 0; k < inputs; k++) {
    for (int j = inputs; j < count; j++) apart = apart && operands[k].base != operands[j].base;
  }
  block = needsRegisters() ? p.block : std::numeric_limits<int>::max();
}

// The loop of a step that writes past the caches.
BlockFn Launch::streamOf(const Step& step) const {
  const Instruction& s = program->code[size_t(step.instruction)];
  if (s.op < 0) return nullptr;
  const OpEntry& entry = ops()[s.op];
  int mask = 0;
  for (int k = 0; k < entry.arity; k++) mask |= (levels[s.args[k]] < 2) << k;
  return entry.stream[mask];
}

// One step from memory to memory needs none, and several do well to take turns block by block.
bool Launch::needsRegisters() const {
  const Program& p = *program;
  if (!outputs || steps[2].size() != 1 || steps[2][0].fn == nullptr) return true;
  for (const Output& out : p.outputs) {
    if (directOutput[out.value] < 0) return true;
  }
  for (const Value& value : p.values) {
    if (value.kind == ValueKind::Load && modes[value.parameter] != Mode::Dense && modes[value.parameter] != Mode::Uniform) return true;
  }
  return false;
}
