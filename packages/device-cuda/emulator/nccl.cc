// The functions of the emulated NCCL: groups, communicators, and what arguments must be.
#include "nccl.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <set>

namespace {

using namespace emulator;

// What was called since ncclGroupStart, to be done at its end: messages are sent before any is waited for.
int depth = 0;
std::vector<std::function<int()>> joins, sends, operations;

// The GPU that is current, that has memory, that a stream belongs to; negative: none.
int currentDevice() {
  static const auto f = driver<int (*)()>("emulatorCurrentDevice");
  return f ? f() : -1;
}
int deviceOf(const void* p, size_t bytes) {
  static const auto f = driver<int (*)(uint64_t, size_t)>("emulatorDeviceOf");
  return f ? f(reinterpret_cast<uint64_t>(p), bytes) : -1;
}
int deviceOfStream(void* stream) {
  static const auto f = driver<int (*)(void*)>("emulatorDeviceOfStream");
  return f ? f(stream) : -1;
}

std::string last;
int refuse(int result, const std::string& why) {
  last = why;
  return result;
}

bool valid(Communicator* c) { return c && std::find(all().begin(), all().end(), c) != all().end() && !c->aborted; }

int join(void** communicator, int ranks, const UniqueId& id, int rank, int device) {
  const std::string folder(id.bytes, strnlen(id.bytes, sizeof id.bytes));
  struct stat info;
  if (folder.rfind("/tmp/chainer-nccl-", 0) != 0 || stat(folder.c_str(), &info) != 0)
    return refuse(invalidArgument, "the unique id is none that ncclGetUniqueId made");
  auto* c = new Communicator;
  c->folder = folder;
  c->ranks = ranks;
  c->rank = rank;
  c->device = device;
  const std::string mine = folder + "/rank" + std::to_string(rank);
  if (there(mine)) return refuse(invalidUsage, "rank " + std::to_string(rank) + " is there already");
  leave(mine, std::to_string(ranks) + " " + std::to_string(getpid()) + ":" + std::to_string(device));
  all().push_back(c);
  *communicator = c;
  return ok;
}
// Waits for the others.
int meet(Communicator* c) {
  std::set<std::string> places;
  for (int r = 0; r < c->ranks; r++) {
    const std::string path = c->folder + "/rank" + std::to_string(r);
    if (!await(*c, path)) return refuse(systemError, "rank " + std::to_string(r) + " did not come");
    const std::string content = taken(path);
    if (atoi(content.c_str()) != c->ranks) return refuse(invalidUsage, "ranks differ in how many they are");
    if (!places.insert(content).second) return refuse(invalidUsage, "Duplicate GPU detected");
  }
  return ok;
}

// Does something now, or at the end of the group.
int later(std::vector<std::function<int()>>& list, std::function<int()> f) {
  if (depth == 0) return f();
  list.push_back(std::move(f));
  return ok;
}

int checked(Communicator* c, const Operation& o, const void* send, size_t sendCount, void* receive, size_t receiveCount, void* stream,
            bool needsSend, bool needsReceive) {
  if (!valid(c)) return refuse(invalidArgument, "the communicator is none, or was destroyed or aborted");
  const size_t size = bytesOf(o.type);
  if (size == 0) return refuse(invalidArgument, "unknown datatype " + std::to_string(o.type));
  if (o.op < 0 || o.op > 4) return refuse(invalidArgument, "unknown operation " + std::to_string(o.op));
  if (o.root < 0 || o.root >= c->ranks) return refuse(invalidArgument, "root " + std::to_string(o.root) + " is no rank");
  if (deviceOfStream(stream) != c->device) return refuse(invalidUsage, "the stream belongs to another GPU than the communicator");
  if (o.count == 0) return ok;
  if (needsSend && deviceOf(send, sendCount * size) != c->device)
    return refuse(invalidArgument, "sendbuff is no memory of the communicator's GPU, or less than is sent");
  if (needsReceive && deviceOf(receive, receiveCount * size) != c->device)
    return refuse(invalidArgument, "recvbuff is no memory of the communicator's GPU, or less than is received");
  const bool alone = depth == 0 && std::count_if(all().begin(), all().end(), [&](Communicator* o) { return o->folder == c->folder; }) > 1;
  if (alone) return refuse(invalidUsage, "one thread that has several ranks must call in a group, or it would wait for itself");
  return ok;
}

Operation operationOf(const char* kind, size_t count, int type, int op, int root) {
  Operation o;
  memset(&o, 0, sizeof o);
  snprintf(o.kind, sizeof o.kind, "%s", kind);
  o.count = count;
  o.type = type;
  o.op = op;
  o.root = root;
  return o;
}

int run(Communicator* c, const Operation& o, const void* send, size_t sendCount, void* receive, size_t receiveCount, void* stream,
        bool needsSend = true, bool needsReceive = true) {
  const int wrong = checked(c, o, send, sendCount, receive, receiveCount, stream, needsSend, needsReceive);
  if (wrong) return wrong;
  const size_t bytes = sendCount * bytesOf(o.type);
  return later(operations, [=] { return collective(*c, o, needsSend ? send : nullptr, needsSend ? bytes : 0, receive, stream); });
}

Communicator* of(void* c) { return static_cast<Communicator*>(c); }

}  // namespace

API ncclGetVersion(int* version) {
  *version = 22307;
  return ok;
}
extern "C" __attribute__((visibility("default"))) const char* ncclGetErrorString(int result) {
  static const char* const names[] = {"no error", "unhandled cuda error", "unhandled system error", "internal error",
                                      "invalid argument", "invalid usage", "remote process exited or there was a network error"};
  return result >= 0 && result < 7 ? names[result] : "unknown result code";
}
extern "C" __attribute__((visibility("default"))) const char* ncclGetLastError(void*) { return last.c_str(); }
API ncclGetUniqueId(UniqueId* id) {
  char pattern[] = "/tmp/chainer-nccl-XXXXXX";
  if (!mkdtemp(pattern)) return systemError;
  memset(id->bytes, 0, sizeof id->bytes);
  strcpy(id->bytes, pattern);
  return ok;
}
API ncclCommInitRankScalable(void** communicator, int ranks, int rank, int ids, UniqueId* id, void* configuration) {
  if (!communicator || !id || ids != 1 || configuration) return refuse(invalidArgument, "communicator, one id and no configuration are expected");
  if (ranks < 1 || rank < 0 || rank >= ranks) return refuse(invalidArgument, "rank " + std::to_string(rank) + " of " + std::to_string(ranks));
  const int device = currentDevice();
  if (device < 0) return refuse(unhandledCuda, "no GPU is current");
  const int wrong = join(communicator, ranks, *id, rank, device);
  if (wrong) return wrong;
  Communicator* c = of(*communicator);
  return later(joins, [=] { return meet(c); });
}
API ncclCommInitAll(void** communicators, int devices, const int* list) {
  UniqueId id;
  if (devices < 1) return refuse(invalidArgument, "no devices");
  int result = ncclGetUniqueId(&id);
  for (int k = 0; k < devices && result == ok; k++) result = join(communicators + k, devices, id, k, list ? list[k] : k);
  for (int k = 0; k < devices && result == ok; k++) result = meet(of(communicators[k]));
  return result;
}
API ncclCommDestroy(void* communicator) {
  Communicator* c = of(communicator);
  if (std::find(all().begin(), all().end(), c) == all().end()) return refuse(invalidArgument, "the communicator is none");
  static const auto wait = driver<void (*)()>("emulatorRunAll");
  wait();
  all().erase(std::find(all().begin(), all().end(), c));
  leave(c->folder + "/gone" + std::to_string(c->rank), "");
  for (int r = 0; r < c->ranks; r++)
    if (!there(c->folder + "/gone" + std::to_string(r))) return ok;
  return system(("rm -rf " + c->folder).c_str()) == 0 ? ok : systemError;
}
API ncclCommAbort(void* communicator) {
  Communicator* c = of(communicator);
  if (std::find(all().begin(), all().end(), c) == all().end()) return refuse(invalidArgument, "the communicator is none");
  c->aborted = true;
  leave(c->folder + "/aborted", "");
  all().erase(std::find(all().begin(), all().end(), c));
  return ok;
}
API ncclCommGetAsyncError(void* communicator, int* result) {
  if (!valid(of(communicator))) return refuse(invalidArgument, "the communicator is none");
  *result = of(communicator)->asyncError;
  return ok;
}
API ncclCommCount(void* communicator, int* count) {
  if (!valid(of(communicator))) return refuse(invalidArgument, "the communicator is none");
  *count = of(communicator)->ranks;
  return ok;
}
API ncclCommUserRank(void* communicator, int* rank) {
  if (!valid(of(communicator))) return refuse(invalidArgument, "the communicator is none");
  *rank = of(communicator)->rank;
  return ok;
}
API ncclGroupStart() {
  depth++;
  return ok;
}
API ncclGroupEnd() {
  if (depth == 0) return refuse(invalidUsage, "ncclGroupEnd without ncclGroupStart");
  if (--depth > 0) return ok;
  int result = ok;
  for (auto* list : {&joins, &sends, &operations}) {
    for (const auto& f : *list)
      if (result == ok) result = f();
    list->clear();
  }
  return result;
}
API ncclAllReduce(const void* send, void* receive, size_t count, int type, int op, void* c, void* stream) {
  return run(of(c), operationOf("allReduce", count, type, op, 0), send, count, receive, count, stream);
}
API ncclReduce(const void* send, void* receive, size_t count, int type, int op, int root, void* c, void* stream) {
  return run(of(c), operationOf("reduce", count, type, op, root), send, count, receive, count, stream, true, valid(of(c)) && of(c)->rank == root);
}
API ncclBroadcast(const void* send, void* receive, size_t count, int type, int root, void* c, void* stream) {
  return run(of(c), operationOf("broadcast", count, type, 0, root), send, count, receive, count, stream, valid(of(c)) && of(c)->rank == root);
}
API ncclAllGather(const void* send, void* receive, size_t count, int type, void* c, void* stream) {
  return run(of(c), operationOf("allGather", count, type, 0, 0), send, count, receive, valid(of(c)) ? count * of(c)->ranks : 0, stream);
}
API ncclReduceScatter(const void* send, void* receive, size_t count, int type, int op, void* c, void* stream) {
  return run(of(c), operationOf("reduceScatter", count, type, op, 0), send, valid(of(c)) ? count * of(c)->ranks : 0, receive, count, stream);
}
API ncclSend(const void* send, size_t count, int type, int peer, void* c, void* stream) {
  const Operation o = operationOf("message", count, type, 0, peer);
  const int wrong = checked(of(c), o, send, count, nullptr, 0, stream, true, false);
  return wrong ? wrong : later(sends, [=] { return message(*of(c), o, send, nullptr, count * bytesOf(type), stream); });
}
API ncclRecv(void* receive, size_t count, int type, int peer, void* c, void* stream) {
  const Operation o = operationOf("message", count, type, 0, peer);
  const int wrong = checked(of(c), o, nullptr, 0, receive, count, stream, false, true);
  return wrong ? wrong : later(operations, [=] { return message(*of(c), o, nullptr, receive, count * bytesOf(type), stream); });
}
