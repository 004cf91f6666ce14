// Texts that g++ has compiled, or shall compile: libraries in a folder beside the emulator, found by a key of the text.
//
// One run of g++ for one text spends nine tenths of its time on starting and on the linker. So a program may be run twice: first while texts are
// collected and no kernel runs, then for good, when all of them have been compiled together.
#pragma once
#include <string>
#include <vector>

namespace emulator {

struct Text {
  std::string source;
  // Kernels by the names that the driver is asked for, and what they are in the text.
  std::vector<std::pair<std::string, std::string>> kernels;
  std::vector<std::string> options;

  std::string key() const;
  // Names of kernels in the library, as the driver looks for them, begin so.
  static std::string prefix(const std::string& key) { return "emu_kernel_" + key + "_"; }
};

// The library of a text that was compiled before; empty if there is none.
std::string stored(const std::string& key);

// Compiles a text. Its library; empty if it does not compile, and why in `log`.
std::string compile(const Text& text, std::string& log, const std::string& name);

// Compiles texts, many in one run of g++ and two runs at a time. Those of a run that fails are left to be compiled alone.
void compileTogether(const std::vector<Text>& texts);

}  // namespace emulator
