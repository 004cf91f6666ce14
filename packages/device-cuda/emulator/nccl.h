// NCCL, emulated: ranks of one or several processes meet in a folder, where each leaves what it gives in files.
//
// A rank's part of an operation is two pieces of work in its stream: it gives, then it takes what the others have given. Those of this process
// whose streams have not come to it are run until there; for those of others it waits, as kernels of NCCL do.
#pragma once
#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "library.h"

namespace emulator {

// ncclResult_t
enum Result { ok = 0, unhandledCuda = 1, systemError = 2, internalError = 3, invalidArgument = 4, invalidUsage = 5, remoteError = 6 };

// ncclUniqueId: the folder's name.
struct UniqueId {
  char bytes[128];
};

struct Communicator {
  static constexpr int alive = 0x4e43434c;
  int magic = alive;
  std::string folder;
  int ranks = 0, rank = 0, device = 0;
  // The stream and place by which its operation k has been given, for the others of this process.
  std::map<std::string, std::pair<void*, uint64_t>> given;
  uint64_t operations = 0;
  std::map<std::string, uint64_t> messages;
  int asyncError = ok;
  bool aborted = false;
};

// What an operation is; ranks must agree.
struct Operation {
  char kind[16];
  uint64_t count;
  int32_t type, op, root, from;
};

// Queues a rank's part of an operation of all. `send` may be null where a rank gives nothing.
int collective(Communicator& c, const Operation& operation, const void* send, size_t sendBytes, void* receive, void* stream);
// Queues one half of a message between two ranks.
int message(Communicator& c, const Operation& operation, const void* send, void* receive, size_t bytes, void* stream);

// The result of a reduction over what ranks have given, each `count` elements from `at` on.
bool reduced(int type, int op, const std::vector<std::string>& given, size_t at, size_t count, void* result);
size_t bytesOf(int type);

// Files of a folder, whole or not there at all.
void leave(const std::string& path, const std::string& content);
bool there(const std::string& path);
std::string taken(const std::string& path);

// Communicators of this process.
std::vector<Communicator*>& all();
// Waits until something is there; false if that takes longer than `nccl=SECONDS` in CHAINER_EMULATOR says (60), or a rank has given up.
bool await(const Communicator& c, const std::string& path);

}  // namespace emulator
