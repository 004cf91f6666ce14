// NVRTC, emulated: CUDA C is compiled by g++ with a header of the emulator's, to a shared library that the emulated driver loads.
#include <dlfcn.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cctype>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#define API extern "C" __attribute__((visibility("default"))) int

extern char** environ;

namespace {

enum Status { ok = 0, invalidInput = 3, invalidOption = 5, compilation = 6, internalError = 11, badName = 10 };

struct Program {
  std::string text, name, image, log;
  std::vector<std::string> expressions;
};

bool isWord(char c) { return isalnum(static_cast<unsigned char>(c)) || c == '_'; }

size_t skipSpace(const std::string& s, size_t at) {
  while (at < s.size() && isspace(static_cast<unsigned char>(s[at]))) at++;
  return at;
}
std::string wordAt(const std::string& s, size_t at) {
  size_t end = at;
  while (end < s.size() && isWord(s[end])) end++;
  return s.substr(at, end - at);
}
size_t closing(const std::string& s, size_t open) {
  int depth = 0;
  for (size_t at = open; at < s.size(); at++) {
    if (s[at] == '(') depth++;
    if (s[at] == ')' && --depth == 0) return at + 1;
  }
  return s.size();
}

// Names of the kernels of a text that are no templates.
std::vector<std::string> kernelsOf(const std::string& s) {
  std::vector<std::string> names;
  for (size_t at = s.find("__global__"); at != std::string::npos; at = s.find("__global__", at)) {
    // A template ends with '>' in front of its qualifiers.
    size_t before = at;
    while (before > 0 && isspace(static_cast<unsigned char>(s[before - 1]))) before--;
    const bool isTemplate = before > 0 && s[before - 1] == '>';
    at += 10;
    for (size_t p = skipSpace(s, at); p < s.size(); p = skipSpace(s, p)) {
      const std::string word = wordAt(s, p);
      if (word.empty()) break;
      p += word.size();
      const size_t next = skipSpace(s, p);
      if (next < s.size() && s[next] == '(') {
        if (word != "__launch_bounds__") {
          if (!isTemplate) names.push_back(word);
          break;
        }
        p = closing(s, next);
      }
    }
  }
  return names;
}

// `extern __shared__ T name[];` becomes a pointer to what the driver provides, on the same line.
std::string withDynamicShared(std::string s) {
  for (size_t at = s.find("extern"); at != std::string::npos; at = s.find("extern", at + 1)) {
    size_t p = skipSpace(s, at + 6);
    if (s.compare(p, 10, "__shared__") != 0) continue;
    p = skipSpace(s, p + 10);
    if (s.compare(p, 9, "__align__") == 0) p = skipSpace(s, closing(s, s.find('(', p)));
    const size_t end = s.find(';', p), bracket = s.find('[', p);
    if (end == std::string::npos || bracket == std::string::npos || bracket > end) continue;
    size_t last = bracket;
    while (last > p && isspace(static_cast<unsigned char>(s[last - 1]))) last--;
    size_t first = last;
    while (first > p && isWord(s[first - 1])) first--;
    const std::string name = s.substr(first, last - first), type = s.substr(p, first - p);
    s.replace(at, end + 1 - at, type + "* " + name + " = static_cast<" + type + "*>(emu_dynamic());");
  }
  return s;
}

std::string folder() {
  Dl_info info;
  dladdr(reinterpret_cast<void*>(&folder), &info);
  const std::string path = info.dli_fname;
  return path.substr(0, path.rfind('/'));
}

std::string slurp(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// g++'s `name.cu:12:5: error: …` as NVRTC would say it: `name.cu(12): error: …`.
std::string asNvrtc(const std::string& log, const std::string& path, const std::string& name) {
  std::stringstream in(log);
  std::string line, out;
  while (std::getline(in, line)) {
    if (line.compare(0, path.size() + 1, path + ":") == 0) {
      size_t at = path.size() + 1;
      const size_t digits = at;
      while (at < line.size() && isdigit(static_cast<unsigned char>(line[at]))) at++;
      const std::string number = line.substr(digits, at - digits);
      const size_t text = line.find(": ", at);
      // Lines without a number say in which function the next ones are.
      if (number.empty()) continue;
      if (text != std::string::npos) line = name + "(" + number + ")" + line.substr(text);
    }
    out += line + "\n";
  }
  return out;
}

std::string entryOf(size_t k) { return "x" + std::to_string(k); }

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
  std::vector<std::string> command = {"g++", "-x", "c++", "-include", folder() + "/shim.h", "-std=c++17", "-O1", "-fPIC", "-shared",
                                      "-nostdlib", "-w", "-fvisibility=hidden", "-fno-strict-aliasing", "-fwrapv", "-fno-exceptions", "-fno-rtti",
                                      "-fno-threadsafe-statics", "-fno-asynchronous-unwind-tables", "-fno-diagnostics-show-caret"};
  if (const char* compiler = getenv("CXX")) command[0] = compiler;
  for (int k = 0; k < count; k++) {
    const std::string option = options[k];
    if (option.compare(0, 2, "-D") == 0 || option.compare(0, 2, "-I") == 0) command.push_back(option);
    else if (option.compare(0, 2, "--") != 0) {
      p.log = "nvrtc: error: invalid value for option: " + option + "\n";
      return invalidOption;
    }
  }
  char pattern[] = "/tmp/chainer-emulator-XXXXXX";
  if (!mkdtemp(pattern)) return internalError;
  const std::string home = pattern, source = home + "/k.cu", output = home + "/k.so", log = home + "/log";
  std::ofstream file(source);
  file << withDynamicShared(p.text) << "\n";
  for (const std::string& name : kernelsOf(p.text)) file << "EMU_KERNEL(emu_kernel_" << name << ", " << name << ")\n";
  for (size_t k = 0; k < p.expressions.size(); k++)
    file << "EMU_KERNEL(emu_kernel_" << entryOf(k) << ", " << p.expressions[k] << ")\n";
  file.close();
  for (const std::string& more : {source, std::string("-o"), output, std::string("-lm"), std::string("-lgcc"), std::string("-lc")})
    command.push_back(more);
  std::vector<char*> arguments;
  for (std::string& a : command) arguments.push_back(a.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 2, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  pid_t child;
  int status = 0;
  const int spawned = posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (spawned == 0) waitpid(child, &status, 0);
  const bool compiled = spawned == 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  p.log = asNvrtc(slurp(log), source, p.name);
  if (spawned != 0) p.log = "emulator: there is no " + command[0] + "\n";
  if (compiled) {
    const std::string library = slurp(output);
    const uint64_t size = library.size();
    p.image = "EMULATED";
    p.image.append(reinterpret_cast<const char*>(&size), 8);
    p.image += library;
  }
  for (const std::string& path : {source, output, log}) unlink(path.c_str());
  rmdir(home.c_str());
  return compiled ? ok : compilation;
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
