// The driver, emulated: device memory is memory of the host, streams are queues that run when somebody waits for them (and no sooner, so that
// what a program forgets to wait for is not there), and kernels are modules that the emulated NVRTC has compiled with g++.
//
// CHAINER_EMULATOR in the environment changes what there is, as name=value with commas between:
//   devices=N   GPUs (2)             memory=BYTES   of each (4294967296)       version=N   of the driver (13000)
//   peers=0                          GPUs do not reach each other's memory
//   fail=FUNCTION:STATUS             a function that fails
//   collect=1                        kernels do not run and copies to the host are zeros: texts are collected, to be compiled together
#include <dlfcn.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "fibers.h"

#define API extern "C" __attribute__((visibility("default"))) int

namespace {

enum Status { ok = 0, invalidValue = 1, noMemory = 2, notInitialized = 3, noDevice = 100, invalidDevice = 101, invalidImage = 200,
              noContext = 201, peerAccessUnsupported = 217, invalidHandle = 400, notFound = 500, notReady = 600, peerAccessAlreadyEnabled = 704, launchFailed = 719, captureUnsupported = 900,
              captureInvalidated = 901 };

typedef uint64_t Address;

std::recursive_mutex mutex;
typedef std::lock_guard<std::recursive_mutex> Lock;

std::string option(const char* name) {
  const char* all = getenv("CHAINER_EMULATOR");
  const std::string text = all ? all : "";
  const std::string key = std::string(name) + "=";
  for (size_t at = 0; at < text.size();) {
    size_t end = text.find(',', at);
    if (end == std::string::npos) end = text.size();
    if (text.compare(at, key.size(), key) == 0) return text.substr(at + key.size(), end - at - key.size());
    at = end + 1;
  }
  return "";
}
double number(const char* name, double otherwise) {
  const std::string text = option(name);
  return text.empty() ? otherwise : atof(text.c_str());
}
// The status with which a function is to fail; 0: none.
int failing(const char* function) {
  const std::string text = option("fail");
  const size_t colon = text.find(':');
  return colon != std::string::npos && text.substr(0, colon) == function ? atoi(text.c_str() + colon + 1) : 0;
}

// Every entry begins so: one caller at a time, a kernel's fault stays, failures that were asked for.
int fault = 0;
#define ENTER                                           \
  const Lock lock(mutex);                               \
  if (const int asked = failing(__func__)) return asked; \
  if (fault != 0) return fault;

struct Context {
  int device;
  Address used = 0;
  // Contexts whose memory it reaches.
  std::set<Context*> peers = {};
};
// Never moved: their addresses are handles.
std::deque<Context> contexts;
thread_local Context* current = nullptr;

struct Stream;
typedef std::function<void()> Work;

struct Graph {
  std::vector<Work> work;
};

struct Stream {
  std::deque<Work> queue;
  uint64_t queued = 0, done = 0;
  Graph* capturing = nullptr;
  Context* context = nullptr;
  bool relaxed = false;

  void push(Work work) {
    if (capturing) {
      capturing->work.push_back(std::move(work));
      return;
    }
    queue.push_back(std::move(work));
    queued++;
    // Programs that never wait shall not need memory without end.
    if (queue.size() > 4096) run(queued - 2048);
  }
  void run(uint64_t until) {
    while (done < until && !queue.empty()) {
      Work work = std::move(queue.front());
      queue.pop_front();
      done++;
      if (fault == 0) work();
    }
  }
};
std::vector<Stream*> streams;
Stream nullStream;
Stream& streamOf(void* s) { return s ? *static_cast<Stream*>(s) : nullStream; }
void runAll() {
  nullStream.run(nullStream.queued);
  for (Stream* s : streams) s->run(s->queued);
}

// A mark: where it was put last, and when it was passed.
struct Mark {
  Stream* stream = nullptr;
  uint64_t at = 0;
  double time = 0;
};
struct Event {
  Context* context;
  std::shared_ptr<Mark> mark = std::make_shared<Mark>();
  bool timing;
};

double now() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return double(t.tv_sec) * 1e3 + double(t.tv_nsec) / 1e6;
}

// Whether texts are collected: nothing runs.
bool collecting = number("collect", 0) != 0;

// A module as it was given; its library is opened when one of its kernels is to run.
struct Module {
  std::string image;
  Context* context;
  void* library = nullptr;
  std::string prefix;
  emu_module view;

  bool open() {
    if (library) return true;
    typedef int (*Find)(const char*, char*, size_t, char*);
    static const Find find = [] {
      const char* path = getenv("CHAINER_NVRTC");
      void* nvrtc = path ? dlopen(path, RTLD_NOW) : nullptr;
      return nvrtc ? reinterpret_cast<Find>(dlsym(nvrtc, "emulatorLibrary")) : nullptr;
    }();
    char path[4096], names[64];
    if (!find || !find(image.data(), path, sizeof path, names)) return false;
    library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
      fprintf(stderr, "emulator: %s\n", dlerror());
      return false;
    }
    prefix = names;
    view = *static_cast<emu_module*>(dlsym(library, "emu_module_of_this"));
    return true;
  }
};
struct Function {
  Module* module;
  std::string name;
  emu_kernel* kernel = nullptr;
  unsigned shared = 48 * 1024;

  bool find() {
    if (!kernel && module->open()) kernel = static_cast<emu_kernel*>(dlsym(module->library, (module->prefix + name).c_str()));
    return kernel != nullptr;
  }
};

std::map<Address, std::pair<size_t, Context*>> allocations;
std::map<void*, size_t> hostAllocations;

char* at(Address a) { return reinterpret_cast<char*>(a); }

// Whose memory so many bytes at an address are; null: nobody's.
Context* ownerOf(Address a, size_t bytes) {
  auto found = allocations.upper_bound(a);
  if (found == allocations.begin()) return nullptr;
  --found;
  const auto& [size, owner] = found->second;
  return a >= found->first && a + bytes <= found->first + size ? owner : nullptr;
}

// Whether so many bytes at an address are in one allocation.
bool inside(Address a, size_t bytes) {
  if (ownerOf(a, bytes)) return true;
  for (const auto& [p, size] : hostAllocations)
    if (a >= Address(p) && a + bytes <= Address(p) + size) return true;
  return false;
}

}  // namespace

API cuInit(unsigned) {
  ENTER;
  const size_t n = size_t(number("devices", 2));
  if (n == 0) return noDevice;
  while (contexts.size() < n) contexts.push_back({int(contexts.size())});
  return ok;
}
API cuDriverGetVersion(int* version) {
  ENTER;
  *version = int(number("version", 13000));
  return ok;
}
API cuGetErrorName(int status, const char** text) {
  static const std::map<int, const char*> names = {
      {invalidValue, "CUDA_ERROR_INVALID_VALUE"}, {noMemory, "CUDA_ERROR_OUT_OF_MEMORY"}, {noDevice, "CUDA_ERROR_NO_DEVICE"},
      {invalidDevice, "CUDA_ERROR_INVALID_DEVICE"}, {invalidImage, "CUDA_ERROR_INVALID_IMAGE"}, {noContext, "CUDA_ERROR_INVALID_CONTEXT"},
      {invalidHandle, "CUDA_ERROR_INVALID_HANDLE"}, {notFound, "CUDA_ERROR_NOT_FOUND"}, {notReady, "CUDA_ERROR_NOT_READY"},
      {launchFailed, "CUDA_ERROR_LAUNCH_FAILED"}, {captureUnsupported, "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED"},
      {700, "CUDA_ERROR_ILLEGAL_ADDRESS"}, {999, "CUDA_ERROR_UNKNOWN"}};
  const auto found = names.find(status);
  *text = found == names.end() ? nullptr : found->second;
  return found == names.end() ? invalidValue : ok;
}
namespace {
const char* lastFault = "the kernel trapped";
}
API cuGetErrorString(int status, const char** text) {
  *text = status == launchFailed ? lastFault : "emulated driver";
  return ok;
}
API cuDeviceGetCount(int* count) {
  ENTER;
  *count = int(contexts.size());
  return ok;
}
API cuDeviceGet(int* device, int index) {
  ENTER;
  if (index < 0 || size_t(index) >= contexts.size()) return invalidDevice;
  *device = index;
  return ok;
}
API cuDeviceGetName(char* name, int size, int device) {
  ENTER;
  snprintf(name, size_t(size), "emulated GPU %d", device);
  return ok;
}
API cuDeviceGetAttribute(int* value, int attribute, int) {
  ENTER;
  switch (attribute) {
    case 16: *value = 4; break;            // multiprocessors
    case 75: *value = 9; break;            // capability
    case 76: *value = 0; break;
    case 97: *value = 227 * 1024; break;   // shared memory of a block, if asked for
    default: *value = 0;
  }
  return ok;
}
API cuDevicePrimaryCtxRetain(void** context, int device) {
  ENTER;
  *context = &contexts[size_t(device)];
  return ok;
}
API cuCtxSetCurrent(void* context) {
  ENTER;
  current = static_cast<Context*>(context);
  return ok;
}
API cuCtxSynchronize() {
  ENTER;
  runAll();
  return fault;
}
API cuDeviceCanAccessPeer(int* can, int device, int peer) {
  ENTER;
  *can = device != peer && number("peers", 1) != 0;
  return ok;
}
API cuCtxEnablePeerAccess(void* peer, unsigned flags) {
  ENTER;
  Context* other = static_cast<Context*>(peer);
  if (!current || !other || other == current) return noContext;
  if (flags != 0) return invalidValue;
  if (number("peers", 1) == 0) return peerAccessUnsupported;
  return current->peers.insert(other).second ? ok : peerAccessAlreadyEnabled;
}

// --- memory
API cuMemGetInfo_v2(size_t* free, size_t* total) {
  ENTER;
  if (!current) return noContext;
  *total = size_t(number("memory", 4294967296.0));
  *free = *total > current->used ? *total - current->used : 0;
  return ok;
}
API cuMemAlloc_v2(Address* address, size_t bytes) {
  ENTER;
  if (!current) return noContext;
  if (bytes == 0) return invalidValue;
  for (Stream* s : streams)
    if (s->capturing && !s->relaxed) return captureUnsupported;
  if (double(current->used + bytes) > number("memory", 4294967296.0)) return noMemory;
  void* p = aligned_alloc(512, (bytes + 511) / 512 * 512);
  if (!p) return noMemory;
  // Nobody may rely on what is in fresh memory; pages of large pieces stay untouched.
  memset(p, 0xa5, std::min(bytes, size_t(1) << 20));
  current->used += bytes;
  allocations[Address(p)] = {bytes, current};
  *address = Address(p);
  return ok;
}
API cuMemFree_v2(Address address) {
  ENTER;
  const auto found = allocations.find(address);
  if (found == allocations.end()) return invalidValue;
  runAll();
  found->second.second->used -= found->second.first;
  allocations.erase(found);
  free(at(address));
  return fault;
}
API cuMemGetAddressRange_v2(Address* base, size_t* bytes, Address address) {
  ENTER;
  auto found = allocations.upper_bound(address);
  if (found == allocations.begin()) return invalidValue;
  --found;
  if (address >= found->first + found->second.first) return invalidValue;
  *base = found->first;
  *bytes = found->second.first;
  return ok;
}
API cuMemHostAlloc(void** p, size_t bytes, unsigned) {
  ENTER;
  *p = aligned_alloc(4096, (bytes + 4095) / 4096 * 4096);
  memset(*p, 0xa5, bytes);
  hostAllocations[*p] = bytes;
  return ok;
}
API cuMemFreeHost(void* p) {
  ENTER;
  runAll();
  hostAllocations.erase(p);
  free(p);
  return ok;
}
API cuMemcpyHtoDAsync_v2(Address to, const void* from, size_t bytes, void* stream) {
  ENTER;
  if (!inside(to, bytes)) return invalidValue;
  // Ordinary memory is taken at once, pinned memory when the copy's turn comes.
  if (inside(Address(from), bytes)) {
    streamOf(stream).push([=] { memcpy(at(to), from, bytes); });
  } else {
    std::string data(static_cast<const char*>(from), bytes);
    streamOf(stream).push([=] { memcpy(at(to), data.data(), bytes); });
  }
  return ok;
}
API cuMemcpyDtoHAsync_v2(void* to, Address from, size_t bytes, void* stream) {
  ENTER;
  if (!inside(from, bytes)) return invalidValue;
  Stream& s = streamOf(stream);
  s.push([=] { collecting ? memset(to, 0, bytes) : memcpy(to, at(from), bytes); });
  if (!inside(Address(to), bytes)) s.run(s.queued);
  return fault;
}
API cuMemcpyDtoDAsync_v2(Address to, Address from, size_t bytes, void* stream) {
  ENTER;
  if (!inside(to, bytes) || !inside(from, bytes)) return invalidValue;
  streamOf(stream).push([=] { memmove(at(to), at(from), bytes); });
  return ok;
}
API cuMemcpyPeerAsync(Address to, void* toContext, Address from, void* fromContext, size_t bytes, void* stream) {
  ENTER;
  if (ownerOf(to, bytes) != toContext || ownerOf(from, bytes) != fromContext) return invalidValue;
  streamOf(stream).push([=] { memmove(at(to), at(from), bytes); });
  return ok;
}
API cuMemsetD8Async(Address to, unsigned char value, size_t bytes, void* stream) {
  ENTER;
  if (!inside(to, bytes)) return invalidValue;
  streamOf(stream).push([=] { memset(at(to), value, bytes); });
  return ok;
}

// --- streams and events
API cuStreamCreate(void** stream, unsigned) {
  ENTER;
  if (!current) return noContext;
  Stream* s = new Stream;
  s->context = current;
  streams.push_back(s);
  *stream = s;
  return ok;
}
API cuStreamDestroy_v2(void* stream) {
  ENTER;
  // Marks still name it: it stays, empty.
  streamOf(stream).run(streamOf(stream).queued);
  return fault;
}
API cuStreamSynchronize(void* stream) {
  ENTER;
  Stream& s = streamOf(stream);
  if (s.capturing) return captureUnsupported;
  s.run(s.queued);
  return fault;
}
API cuStreamQuery(void* stream) {
  ENTER;
  Stream& s = streamOf(stream);
  if (s.queue.empty()) return ok;
  s.run(s.done + 1);
  return fault ? fault : int(notReady);
}
API cuEventCreate(void** event, unsigned flags) {
  ENTER;
  if (!current) return noContext;
  *event = new Event{current, std::make_shared<Mark>(), (flags & 2) == 0};
  return ok;
}
API cuEventRecord(void* event, void* stream) {
  ENTER;
  Stream& s = streamOf(stream);
  // The default stream is that of the current context.
  if (static_cast<Event*>(event)->context != (stream ? s.context : current)) return invalidHandle;
  auto mark = std::make_shared<Mark>();
  mark->stream = &s;
  s.push([mark] { mark->time = now(); });
  mark->at = s.queued;
  static_cast<Event*>(event)->mark = mark;
  return ok;
}
API cuStreamWaitEvent(void* stream, void* event, unsigned) {
  ENTER;
  const auto mark = static_cast<Event*>(event)->mark;
  if (mark->stream && !mark->stream->capturing) streamOf(stream).push([mark] { mark->stream->run(mark->at); });
  return ok;
}
API cuEventQuery(void* event) {
  ENTER;
  const Mark& mark = *static_cast<Event*>(event)->mark;
  if (!mark.stream || mark.stream->done >= mark.at) return ok;
  mark.stream->run(mark.stream->done + 1);
  return fault ? fault : int(notReady);
}
API cuEventSynchronize(void* event) {
  ENTER;
  const auto mark = static_cast<Event*>(event)->mark;
  if (mark->stream) mark->stream->run(mark->at);
  return fault;
}
API cuEventElapsedTime_v2(float* milliseconds, void* start, void* end) {
  ENTER;
  const Event &a = *static_cast<Event*>(start), &b = *static_cast<Event*>(end);
  if (!a.timing || !b.timing || !a.mark->stream || !b.mark->stream) return invalidHandle;
  if (a.mark->stream->done < a.mark->at || b.mark->stream->done < b.mark->at) return notReady;
  *milliseconds = float(b.mark->time - a.mark->time);
  return ok;
}
API cuEventDestroy_v2(void* event) {
  ENTER;
  delete static_cast<Event*>(event);
  return ok;
}

// --- modules and kernels
API cuModuleLoadData(void** module, const void* image) {
  ENTER;
  if (!current) return noContext;
  // The image is a text, behind its size.
  const char* bytes = static_cast<const char*>(image);
  if (memcmp(bytes, "EMULATED", 8) != 0) return invalidImage;
  Module* m = new Module{std::string(bytes, 24 + strtoull(std::string(bytes + 8, 16).c_str(), nullptr, 10)), current};
  if (!collecting && !m->open()) {
    delete m;
    return invalidImage;
  }
  *module = m;
  return ok;
}
API cuModuleUnload(void* module) {
  ENTER;
  runAll();
  if (void* library = static_cast<Module*>(module)->library) dlclose(library);
  return ok;
}
API cuModuleGetFunction(void** function, void* module, const char* name) {
  ENTER;
  auto* f = new Function{static_cast<Module*>(module), name};
  if (!collecting && !f->find()) {
    delete f;
    return notFound;
  }
  *function = f;
  return ok;
}
API cuModuleGetGlobal_v2(Address* address, size_t* bytes, void* module, const char* name) {
  ENTER;
  Module* m = static_cast<Module*>(module);
  void* found = m->open() ? dlsym(m->library, name) : nullptr;
  if (!found) return notFound;
  if (address) *address = Address(found);
  if (bytes) *bytes = 0;
  return ok;
}
API cuFuncSetAttribute(void* function, int attribute, int value) {
  ENTER;
  if (attribute == 8) static_cast<Function*>(function)->shared = unsigned(value);
  return value > 227 * 1024 ? invalidValue : ok;
}
API cuFuncGetAttribute(int* value, int attribute, void*) {
  ENTER;
  *value = attribute == 0 ? 1024 : 0;
  return ok;
}
API cuLaunchKernel(void* function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz, unsigned shared,
                   void* stream, void** parameters, void** extra) {
  ENTER;
  Function* f = static_cast<Function*>(function);
  if (!current) return noContext;
  const uint64_t threads = uint64_t(bx) * by * bz;
  if (gx == 0 || gy == 0 || gz == 0 || threads == 0 || threads > 1024 || gx > 0x7fffffff || gy > 65535 || gz > 65535) return invalidValue;
  if (shared > f->shared || extra) return invalidValue;
  // A kernel runs on the GPU that it was loaded for.
  if (f->module->context != current || (stream && streamOf(stream).context != current)) return invalidHandle;
  if (collecting) return ok;
  if (!f->find()) return invalidImage;
  // What the parameters are now: their memory is used again.
  auto values = std::make_shared<std::vector<std::vector<uint64_t>>>();
  for (int k = 0; k < f->kernel->count; k++) {
    const size_t size = f->kernel->sizes[k];
    if (size > 32764) return invalidValue;
    std::vector<uint64_t> copy((size + 15) / 8 + 1);
    memcpy(copy.data(), parameters[k], size);
    values->push_back(std::move(copy));
  }
  streamOf(stream).push([=] {
    std::vector<void*> pointers;
    for (auto& v : *values) pointers.push_back(v.data());
    const char* trouble = emulator::runGrid(*f->kernel, f->module->view, pointers.data(), {gx, gy, gz}, {bx, by, bz}, shared);
    if (trouble) {
      lastFault = trouble;
      fault = launchFailed;
    }
  });
  return ok;
}
// A host function in the order of a stream.
API cuLaunchHostFunc(void* stream, void (*f)(void*), void* data) {
  ENTER;
  streamOf(stream).push([=] { f(data); });
  return ok;
}

// --- graphs
API cuStreamBeginCapture_v2(void* stream, int mode) {
  ENTER;
  Stream& s = streamOf(stream);
  if (s.capturing) return invalidValue;
  s.capturing = new Graph;
  s.relaxed = mode == 2;
  return ok;
}
API cuStreamEndCapture(void* stream, void** graph) {
  ENTER;
  Stream& s = streamOf(stream);
  if (!s.capturing) return invalidValue;
  *graph = s.capturing;
  s.capturing = nullptr;
  return ok;
}
API cuStreamIsCapturing(void* stream, int* status) {
  ENTER;
  *status = streamOf(stream).capturing != nullptr;
  return ok;
}
API cuGraphInstantiateWithFlags(void** executable, void* graph, unsigned long long) {
  ENTER;
  *executable = new Graph(*static_cast<Graph*>(graph));
  return ok;
}
API cuGraphLaunch(void* executable, void* stream) {
  ENTER;
  const Graph* g = static_cast<Graph*>(executable);
  const std::vector<Work> work = g->work;
  streamOf(stream).push([work] {
    for (const Work& w : work) w();
  });
  return ok;
}
API cuGraphDestroy(void* graph) {
  ENTER;
  delete static_cast<Graph*>(graph);
  return ok;
}
API cuGraphExecDestroy(void* executable) {
  ENTER;
  delete static_cast<Graph*>(executable);
  return ok;
}

// --- profilers
namespace {
int profiled = 0;
}
API cuProfilerStart() {
  ENTER;
  if (!current) return noContext;
  profiled++;
  return ok;
}
API cuProfilerStop() {
  ENTER;
  if (!current) return noContext;
  profiled = -profiled;
  return ok;
}
// How often a profiler was started; negative when it is stopped.
API emulatorProfiled() { return profiled; }

// What the tests ask the emulator itself: whether texts are only collected; to forget a kernel's fault, as a new process would.
API emulatorCollect(int on) {
  const Lock lock(mutex);
  collecting = on != 0;
  return ok;
}
API emulatorReset() {
  const Lock lock(mutex);
  fault = 0;
  return ok;
}

// What the emulated NCCL asks: places in streams, and whose things are.
#define ASKED extern "C" __attribute__((visibility("default")))
ASKED uint64_t emulatorQueued(void* stream) {
  const Lock lock(mutex);
  return streamOf(stream).queued;
}
ASKED void emulatorRun(void* stream, uint64_t until) {
  const Lock lock(mutex);
  streamOf(stream).run(until);
}
ASKED void emulatorRunAll() {
  const Lock lock(mutex);
  runAll();
}
API emulatorCurrentDevice() { return current ? current->device : -1; }
API emulatorDeviceOf(Address address, size_t bytes) {
  const Lock lock(mutex);
  const Context* owner = ownerOf(address, bytes);
  return owner ? owner->device : -1;
}
API emulatorDeviceOfStream(void* stream) {
  const Context* context = stream ? streamOf(stream).context : current;
  return context ? context->device : -1;
}
