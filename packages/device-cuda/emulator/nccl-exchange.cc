#include "nccl.h"

#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace emulator {
namespace {

uint64_t queued(void* stream) {
  static const auto f = driver<uint64_t (*)(void*)>("emulatorQueued");
  return f(stream);
}
void runUntil(void* stream, uint64_t place) {
  static const auto f = driver<void (*)(void*, uint64_t)>("emulatorRun");
  f(stream, place);
}

double seconds() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return double(t.tv_sec) + double(t.tv_nsec) / 1e9;
}

// Runs the streams of this process until a file has been given that one of them gives.
void hurry(const Communicator& c, const std::string& name) {
  for (Communicator* other : all()) {
    if (other->folder != c.folder) continue;
    const auto found = other->given.find(name);
    if (found != other->given.end()) runUntil(found->second.first, found->second.second);
  }
}

std::string nameOf(uint64_t number, int rank) { return "op" + std::to_string(number) + "." + std::to_string(rank); }

void complete(Communicator& c, uint64_t number, const Operation& mine, void* receive) {
  if (c.aborted || c.asyncError) return;
  std::vector<std::string> given;
  for (int r = 0; r < c.ranks; r++) {
    const std::string name = nameOf(number, r), path = c.folder + "/" + name;
    hurry(c, name);
    if (!await(c, path)) {
      c.asyncError = remoteError;
      return;
    }
    const std::string content = taken(path);
    Operation theirs;
    memcpy(&theirs, content.data(), sizeof theirs);
    theirs.from = mine.from;
    if (memcmp(&theirs, &mine, sizeof mine) != 0) {
      c.asyncError = invalidUsage;
      return;
    }
    given.push_back(content.substr(sizeof theirs));
  }
  // Whoever has come to this operation has done with the one before.
  if (number > 0) unlink((c.folder + "/" + nameOf(number - 1, c.rank)).c_str());
  const std::string kind = mine.kind;
  const size_t size = bytesOf(mine.type);
  char* to = static_cast<char*>(receive);
  if (kind == "allReduce" || (kind == "reduce" && c.rank == mine.root)) reduced(mine.type, mine.op, given, 0, mine.count, to);
  if (kind == "reduceScatter") reduced(mine.type, mine.op, given, size_t(c.rank) * mine.count, mine.count, to);
  if (kind == "broadcast") memcpy(to, given[size_t(mine.root)].data(), mine.count * size);
  if (kind == "allGather")
    for (size_t r = 0; r < given.size(); r++) memcpy(to + r * mine.count * size, given[r].data(), mine.count * size);
}

}  // namespace

std::vector<Communicator*>& all() {
  static auto& communicators = *new std::vector<Communicator*>;
  return communicators;
}

void leave(const std::string& path, const std::string& content) {
  const std::string part = path + ".part" + std::to_string(getpid());
  std::ofstream(part, std::ios::binary) << content;
  rename(part.c_str(), path.c_str());
}
bool there(const std::string& path) { return access(path.c_str(), R_OK) == 0; }
std::string taken(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

bool await(const Communicator& c, const std::string& path) {
  const char* options = getenv("CHAINER_EMULATOR");
  const char* asked = options ? strstr(options, "nccl=") : nullptr;
  const double end = seconds() + (asked ? atof(asked + 5) : 60);
  while (!there(path)) {
    if (seconds() > end || there(c.folder + "/aborted")) return false;
    usleep(200);
  }
  return true;
}

int collective(Communicator& c, const Operation& operation, const void* send, size_t sendBytes, void* receive, void* stream) {
  const uint64_t number = c.operations++;
  const std::string name = nameOf(number, c.rank);
  Communicator* const me = &c;
  const bool gave = queue(stream, [=] {
    if (me->aborted || me->asyncError) return;
    std::string content(reinterpret_cast<const char*>(&operation), sizeof operation);
    if (send) content.append(static_cast<const char*>(send), sendBytes);
    leave(me->folder + "/" + name, content);
  });
  if (!gave) return unhandledCuda;
  c.given[name] = {stream, queued(stream)};
  const bool took = queue(stream, [=] {
    complete(*me, number, operation, receive);
    me->given.erase(name);
  });
  return took ? ok : unhandledCuda;
}

int message(Communicator& c, const Operation& operation, const void* send, void* receive, size_t bytes, void* stream) {
  Communicator* const me = &c;
  const int from = send ? c.rank : operation.root, to = send ? operation.root : c.rank;
  const std::string way = "message" + std::to_string(from) + "-" + std::to_string(to);
  const std::string name = way + "." + std::to_string(c.messages[(send ? "s" : "r") + way]++);
  const std::string path = c.folder + "/" + name;
  const bool taking = queue(stream, [=] {
    if (me->aborted || me->asyncError) return;
    if (send) {
      leave(path, std::string(static_cast<const char*>(send), bytes));
      me->given.erase(name);
      return;
    }
    hurry(*me, name);
    if (!await(*me, path)) me->asyncError = remoteError;
    else {
      const std::string content = taken(path);
      if (content.size() != bytes) me->asyncError = invalidUsage;
      else memcpy(receive, content.data(), bytes);
      unlink(path.c_str());
    }
  });
  if (send) c.given[name] = {stream, queued(stream)};
  return taking ? ok : unhandledCuda;
}

}  // namespace emulator
