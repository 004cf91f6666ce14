// NVRTC, emulated: CUDA C is compiled by g++ with a header of the emulator's, to a shared library that the emulated driver loads.
//
// What stands in an image is the text. While texts are collected (`collect=1` in CHAINER_EMULATOR, or emulatorCollect) nothing is compiled;
// at the end they are compiled together, so that they are there when they are asked for again.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "nvrtc-store.h"
#include "nvrtc-text.h"

#define API extern "C" __attribute__((visibility("default"))) int

namespace {

enum Status { ok = 0, invalidInput = 3, invalidOption = 5, compilation = 6, internalError = 11, badName = 10 };

struct Program {
  std::string text, name, image, log;
  std::vector<std::string> expressions;
};

std::string entryOf(size_t k) { return "x" + std::to_string(k); }

// Texts that wait for being compiled together, by key. Never destroyed, as the last look at it comes when the process ends.
std::map<std::string, emulator::Text>& waiting = *new std::map<std::string, emulator::Text>;

bool collecting = [] {
  const char* options = getenv("CHAINER_EMULATOR");
  return options && strstr(options, "collect=1");
}();

void compileWaiting() {
  std::vector<emulator::Text> texts;
  for (const auto& [key, text] : waiting)
    if (emulator::stored(key).empty()) texts.push_back(text);
  waiting.clear();
  emulator::compileTogether(texts);
}
__attribute__((destructor)) void atTheEnd() { compileWaiting(); }

// An image: a word, its size, and parts as C strings; lists end with an empty one.
std::string imageOf(const emulator::Text& text) {
  std::string image = text.source + '\0';
  for (const std::string& option : text.options) image += option + '\0';
  image += '\0';
  for (const auto& [name, function] : text.kernels) image += name + '\0' + function + '\0';
  image += '\0';
  char head[25];
  snprintf(head, sizeof head, "EMULATED%016zu", image.size());
  return head + image;
}
emulator::Text textOf(const char* image) {
  image += 24;
  emulator::Text text;
  const auto next = [&] {
    const std::string part = image;
    image += part.size() + 1;
    return part;
  };
  text.source = next();
  for (std::string o = next(); !o.empty(); o = next()) text.options.push_back(o);
  for (std::string name = next(); !name.empty(); name = next()) text.kernels.emplace_back(name, next());
  return text;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) const char* nvrtcGetErrorString(int status) {
  switch (status) {
    case ok: return "NVRTC_SUCCESS";
    case invalidInput: return "NVRTC_ERROR_INVALID_INPUT";
    case invalidOption: return "NVRTC_ERROR_INVALID_OPTION";
    case compilation: return "NVRTC_ERROR_COMPILATION";
    default: return "NVRTC_ERROR_INTERNAL_ERROR";
  }
}
// The minor number changes with the emulator, so that what is kept on disk is compiled anew.
API nvrtcVersion(int* major, int* minor) {
  *major = 13;
  *minor = EMULATOR_NUMBER;
  return ok;
}
API nvrtcCreateProgram(void** program, const char* text, const char* name, int headers, const char* const*, const char* const*) {
  if (headers != 0) return invalidInput;
  *program = new Program{text, name ? name : "default_program", "", "", {}};
  return ok;
}
API nvrtcDestroyProgram(void** program) {
  delete static_cast<Program*>(*program);
  *program = nullptr;
  return ok;
}
API nvrtcAddNameExpression(void* program, const char* expression) {
  static_cast<Program*>(program)->expressions.push_back(expression);
  return ok;
}
API nvrtcGetLoweredName(void* program, const char* expression, const char** lowered) {
  Program& p = *static_cast<Program*>(program);
  static std::vector<std::string> known;
  for (size_t k = 0; k < p.expressions.size(); k++) {
    if (p.expressions[k] != expression) continue;
    while (known.size() <= k) known.push_back(entryOf(known.size()));
    *lowered = known[k].c_str();
    return ok;
  }
  return badName;
}
API nvrtcCompileProgram(void* program, int count, const char* const* options) {
  Program& p = *static_cast<Program*>(program);
  emulator::Text text{p.text, {}, {}};
  for (int k = 0; k < count; k++) {
    const std::string option = options[k];
    if (option.compare(0, 2, "-D") == 0 || option.compare(0, 2, "-I") == 0) text.options.push_back(option);
    else if (option.compare(0, 2, "--") != 0) {
      p.log = "nvrtc: error: invalid value for option: " + option + "\n";
      return invalidOption;
    }
  }
  for (const std::string& name : emulator::kernelsOf(p.text)) text.kernels.emplace_back(name, name);
  for (size_t k = 0; k < p.expressions.size(); k++) text.kernels.emplace_back(entryOf(k), p.expressions[k]);
  const std::string key = text.key();
  if (collecting) waiting.emplace(key, text);
  else if (emulator::stored(key).empty() && emulator::compile(text, p.log, p.name).empty()) return compilation;
  p.image = imageOf(text);
  return ok;
}
API nvrtcGetCUBINSize(void* program, size_t* size) {
  *size = static_cast<Program*>(program)->image.size();
  return ok;
}
API nvrtcGetCUBIN(void* program, char* image) {
  const std::string& s = static_cast<Program*>(program)->image;
  memcpy(image, s.data(), s.size());
  return ok;
}
API nvrtcGetProgramLogSize(void* program, size_t* size) {
  *size = static_cast<Program*>(program)->log.size() + 1;
  return ok;
}
API nvrtcGetProgramLog(void* program, char* log) {
  const std::string& s = static_cast<Program*>(program)->log;
  memcpy(log, s.c_str(), s.size() + 1);
  return ok;
}

// What the driver and tests ask: whether texts are only collected; ends by compiling what was.
API emulatorCollect(int on) {
  collecting = on != 0;
  if (!on) compileWaiting();
  return ok;
}
// The library of an image, in memory of the caller's, and its key. Whether there is one.
API emulatorLibrary(const char* image, char* path, size_t size, char* prefix) {
  const emulator::Text text = textOf(image);
  const std::string key = text.key();
  std::string found = emulator::stored(key), log;
  if (found.empty()) found = emulator::compile(text, log, "k.cu");
  if (found.empty()) fprintf(stderr, "emulator: %s", log.c_str());
  snprintf(path, size, "%s", found.c_str());
  strcpy(prefix, emulator::Text::prefix(key).c_str());
  return !found.empty();
}
