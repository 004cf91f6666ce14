// A scalar program as register bytecode, and its evaluation block by block.
//
// Values live in registers: blocks of a few hundred elements in first-level cache. A value that is the same for a whole launch
// or a whole row is uniform and takes one cell. Dense operands are read and written in place, without a copy to a register.
#pragma once
#include <cstdint>
#include <vector>

#include "context.h"
#include "elements.h"
#include "ops.h"

constexpr int kMaxDims = 32;
constexpr int kRegisterBytes = 4096;

enum class ValueKind : int { Op, Const, Scalar, Load, Coord, Pick };

// The types of registers, and how JavaScript hands over a scalar of each; booleans are 8 bits.
enum ScalarClass : int { kI8s, kU8s, kI16s, kU16s, kI32s, kU32s, kI64s, kU64s, kF32s, kF64s };

struct Value {
  ValueKind kind;
  int width;
  int slot;
  int parameter;  // input of a Load, Scalar or Pick; axis of a Coord
  uint64_t cell;  // of a Const
  int lastUse;    // position of the last instruction that reads it
};

struct Instruction {
  int op;  // -1: the value is a Coord or a Pick
  int value;
  int args[3];
  std::vector<int> indices;  // of a Pick
};

struct Input {
  int kind;  // 0 array, 1 scalar, 2 raw
  int dtype;
  int ndim;
};

struct Output {
  int value;
  int dtype;
  int definedAt;  // position of the instruction that computes it, or -1
};

struct Program {
  std::vector<Input> inputs;
  std::vector<Value> values;
  std::vector<Instruction> code;
  std::vector<Output> outputs;
  int slots = 0;
  int block = 0;  // elements of a register
  float cost = 0; // nanoseconds an element, about
  uint64_t serial = 0;  // no two programs have the same, unlike addresses
  bool coords = false;
  bool raws = false;  // whether an input is read at computed places

  static Program* read(Context&);
  int operands() const { return int(inputs.size() + outputs.size()); }
};

// Cell of a scalar as its compute type.
uint64_t scalarCell(int scalarClass, double value, uint64_t bits);

struct Operand {
  char* base = nullptr;
  int64_t steps[kMaxDims];  // elements
};

// Repeated: the last axis is dense and the one before it stands still, as the channels of blocked images do.
enum class Mode : uint8_t { Scalar, Uniform, Dense, Strided, Scattered, Repeated, Raw };

struct Step {
  BlockFn fn;
  int value, a, b, c;
  int instruction;
};

// A program bound to a loop nest: what to do once, for each row, and for each block.
struct Launch {
  const Program* program = nullptr;
  int nd = 0;
  int64_t shape[kMaxDims];
  int64_t size = 0;
  // Of every axis before any were merged, extent and elements below it: what coordinates follow from. Only of programs that ask for them.
  int64_t extents[kMaxDims], below[kMaxDims];
  bool axesKept = false;
  bool outputs = true;  // false in a reduction, which keeps the values in registers
  bool flat = false;  // blocks run over row ends; else rows are long and blocks stay inside one
  int block = 0;  // elements of a block: those of a register, or any number where no register is needed
  std::vector<Operand> operands;
  std::vector<uint64_t> scalars;  // by input
  std::vector<Mode> modes;
  std::vector<uint8_t> levels;  // by value: 0 once, 1 each row, 2 each block
  std::vector<Step> steps[3];
  std::vector<int> directOutput;  // by value: output that it is written to in place, or -1
  std::vector<uint8_t> streamed;  // by output: whether it is written past the caches
  uint64_t bound = 0;  // serial of the program that it was bound to
  bool apart = false;  // no output lies where an input does

  // Operands, scalars, nd, shape are set; collapses the nest and decides the rest. `axis`-true launches keep all axes.
  void bind(bool rowOnly = false);
  void collapse();
  void keepAxes();
  // Whether all that `bind` would decide is decided: the program, steps and overlaps of a single line are those of the time before.
  bool isBound(uint64_t serial) const { return bound == serial && nd == 1 && apart; }
  BlockFn streamOf(const Step&) const;
  bool needsRegisters() const;
  // Steps of operand k along the last axis.
  int64_t inner(int k) const { return operands[k].steps[nd - 1]; }
};

// One thread's registers.
class Frame {
 public:
  void begin(const Launch&);
  // Evaluates blocks [lo, hi) of the nest in flat order; `sink(frame, position, n, rowPointers)` follows each block.
  template <class Sink>
  void evaluate(const Launch& l, char* const* bases, int64_t lo, int64_t hi, Sink&& sink);
  // Stores outputs of the block that was just evaluated.
  void store(const Launch& l, int64_t start, long n);
  // The block of a value, broadcast if it is uniform.
  const void* block(const Launch& l, int value, long n);

  std::vector<void*> at;  // where each value is
 private:
  void runSteps(const Launch& l, int level, int64_t start, long n);
  void special(const Launch& l, const Step& s, int64_t start, long n);
  void rowStart(const Launch& l);
  void prepare(const Launch& l, int64_t start, long n);
  void scatterRows(const Launch& l, int k, int64_t start, long n, void* reg, bool storing);
  const void* repeatRows(const Launch& l, int v, int64_t start, long n);

  std::vector<uint64_t> cells_;
  char* registers_ = nullptr;
  size_t capacity_ = 0;
  // Registers of repeated loads, which stay as they are along a stretch of positions.
  struct Repeat {
    char* reg;
    int64_t from, to;
  };
  std::vector<Repeat> repeats_;  // by value
  std::vector<char*> row_;   // pointers of the current row's (or launch's) first element
  std::vector<char*> bases_;
};

Frame& threadFrame(int which);

template <class Sink>
void Frame::evaluate(const Launch& l, char* const* bases, int64_t lo, int64_t hi, Sink&& sink) {
  const int operands = l.program->operands();
  const int block = l.block;
  for (int k = 0; k < operands; k++) bases_[k] = bases[k];
  if (l.flat || l.nd == 1) {
    for (int k = 0; k < operands; k++) row_[k] = bases_[k];
    rowStart(l);
    for (int64_t i = lo; i < hi; i += block) {
      const long n = long(hi - i < block ? hi - i : block);
      prepare(l, i, n);
      runSteps(l, 2, i, n);
      sink(*this, i, n);
    }
    return;
  }
  const int64_t extent = l.shape[l.nd - 1];
  for (int64_t row = lo / extent, done = lo; done < hi; row++) {
    const int64_t first = done - row * extent;
    const int64_t last = hi - row * extent < extent ? hi - row * extent : extent;
    for (int k = 0; k < operands; k++) row_[k] = bases_[k];
    int64_t rest = row;
    for (int axis = l.nd - 2; axis >= 0; axis--) {
      const int64_t c = rest % l.shape[axis];
      rest /= l.shape[axis];
      if (c == 0) continue;
      for (int k = 0; k < operands; k++) {
        if (l.modes[k] != Mode::Scalar && l.modes[k] != Mode::Raw) row_[k] += c * l.operands[k].steps[axis];
      }
    }
    rowStart(l);
    for (int64_t i = first; i < last; i += block) {
      const long n = long(last - i < block ? last - i : block);
      prepare(l, i, n);
      runSteps(l, 2, row * extent + i, n);
      sink(*this, i, n);
    }
    done = row * extent + last;
  }
}
