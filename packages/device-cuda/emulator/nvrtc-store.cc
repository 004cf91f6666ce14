#include "nvrtc-store.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

#include "nvrtc-text.h"

extern char** environ;

namespace emulator {
namespace {

std::string folder() {
  Dl_info info;
  dladdr(reinterpret_cast<void*>(&folder), &info);
  const std::string path = info.dli_fname;
  return path.substr(0, path.rfind('/'));
}

std::string kernelFolder() {
  const std::string path = folder() + "/kernels";
  mkdir(path.c_str(), 0777);
  return path;
}

// FNV-1a.
uint64_t hash(const std::string& text, uint64_t seed) {
  for (const char c : text) seed = (seed ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return seed;
}

std::string slurp(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// The parts of a source that name its kernels for the driver.
std::string entries(const Text& text, const std::string& space) {
  std::string all;
  for (const auto& [name, function] : text.kernels)
    all += "EMU_KERNEL(" + Text::prefix(text.key()) + name + ", " + space + function + ")\n";
  return all;
}

// A run of g++ on a source of its own.
class Run {
 public:
  explicit Run(const std::string& text, const std::vector<std::string>& options) {
    char pattern[] = "/tmp/chainer-emulator-XXXXXX";
    if (!mkdtemp(pattern)) return;
    home = pattern;
    std::ofstream(source()) << text;
    std::vector<std::string> command = {
        "g++", "-x", "c++", "-include", folder() + "/shim.h", "-std=c++17", "-O1", "-fPIC", "-shared", "-nostdlib", "-w",
        "-fvisibility=hidden", "-fno-strict-aliasing", "-fwrapv", "-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics",
        "-fno-asynchronous-unwind-tables", "-fno-diagnostics-show-caret"};
    if (const char* compiler = getenv("CXX")) command[0] = compiler;
    for (const std::string& option : options) command.push_back(option);
    for (const std::string& more : {source(), std::string("-o"), output(), std::string("-lm"), std::string("-lgcc"), std::string("-lc")})
      command.push_back(more);
    std::vector<char*> arguments;
    for (std::string& a : command) arguments.push_back(a.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 2, logPath().c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ) != 0) {
      child = 0;
      log = "emulator: there is no " + command[0] + "\n";
    }
    posix_spawn_file_actions_destroy(&actions);
  }
  Run(const Run&) = delete;

  // Waits for it; whether it succeeded.
  bool wait() {
    if (child == 0) return false;
    int status = 0;
    waitpid(child, &status, 0);
    child = 0;
    log = slurp(logPath());
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }

  ~Run() {
    if (child != 0) wait();
    if (home.empty()) return;
    for (const std::string& path : {source(), output(), logPath()}) unlink(path.c_str());
    rmdir(home.c_str());
  }

  // Moves the library to the folder of all, where its texts find it by links. Its path, or nothing.
  std::string keep(const std::vector<std::string>& keys) const {
    const std::string path = kernelFolder() + "/" + keys.front() + "-" + std::to_string(getpid()) + ".so";
    const std::string part = path + ".part";
    std::ofstream(part, std::ios::binary) << slurp(output());
    if (rename(part.c_str(), path.c_str()) != 0) return "";
    const std::string file = path.substr(path.rfind('/') + 1);
    for (const std::string& key : keys) {
      const std::string link = kernelFolder() + "/" + key, made = link + "-" + std::to_string(getpid());
      unlink(made.c_str());
      if (symlink(file.c_str(), made.c_str()) != 0 || rename(made.c_str(), link.c_str()) != 0) return "";
    }
    return path;
  }

  std::string source() const { return home + "/k.cu"; }
  std::string log;

 private:
  std::string output() const { return home + "/k.so"; }
  std::string logPath() const { return home + "/log"; }
  std::string home;
  pid_t child = 0;
};

// Macros of one text would change the next one, and what is included cannot stand in a namespace.
bool goesWithOthers(const Text& t) {
  return t.options.empty() && t.source.find("#define") == std::string::npos && t.source.find("#include") == std::string::npos;
}

}  // namespace

std::string Text::key() const {
  std::string all = source;
  for (const auto& [name, function] : kernels) all += '\1' + name + '\2' + function;
  for (const std::string& option : options) all += '\3' + option;
  char text[33];
  snprintf(text, sizeof text, "%016llx%016llx", static_cast<unsigned long long>(hash(all, 0xcbf29ce484222325u)),
           static_cast<unsigned long long>(hash(all, 0x9e3779b97f4a7c15u)));
  return text;
}

std::string stored(const std::string& key) {
  const std::string path = folder() + "/kernels/" + key;
  return access(path.c_str(), R_OK) == 0 ? path : "";
}

std::string compile(const Text& text, std::string& log, const std::string& name) {
  Run run(withDynamicShared(text.source) + "\n" + entries(text, ""), text.options);
  const bool compiled = run.wait();
  log = asNvrtc(run.log, run.source(), name);
  return compiled ? run.keep({text.key()}) : "";
}

void compileTogether(const std::vector<Text>& texts) {
  constexpr size_t together = 48, runsAtOnce = 2;
  struct Batch {
    std::vector<std::string> keys;
    Run* run;
  };
  std::vector<Batch> running;
  const auto finish = [&] {
    Batch batch = running.front();
    running.erase(running.begin());
    if (batch.run->wait()) batch.run->keep(batch.keys);
    else fprintf(stderr, "emulator: kernels are compiled one by one, since these do not compile together\n%s", batch.run->log.c_str());
    delete batch.run;
  };
  std::string source;
  std::vector<std::string> keys;
  const auto start = [&] {
    if (keys.empty()) return;
    if (running.size() == runsAtOnce) finish();
    running.push_back({keys, new Run(source, {})});
    source.clear();
    keys.clear();
  };
  for (const Text& text : texts) {
    if (!goesWithOthers(text)) continue;
    const std::string space = "emu_" + text.key();
    source += "namespace " + space + " {\n" + withoutC(withDynamicShared(text.source)) + "\n}\n" + entries(text, space + "::");
    keys.push_back(text.key());
    if (keys.size() == together) start();
  }
  start();
  while (!running.empty()) finish();
}

}  // namespace emulator
