// The addon's door to C libraries that are opened at run time: open a library, find a function, call it.
//
// Nothing of CUDA is linked or included: functions are called by address, with the integers, pointers and doubles that TypeScript left
// in the command buffer. On the platforms that this builds for, integers and floating numbers have registers of their own, and what
// does not fit into registers lies on the stack in order, so that one way of calling serves all signatures.
//
// The experimental version (INT_MAX) is what makes finalizers run inside the collector instead of later, in the event loop.
#define NAPI_EXPERIMENTAL
#define NODE_API_EXPERIMENTAL_NOGC_ENV_OPT_OUT
#define NAPI_VERSION 2147483647
#include <dlfcn.h>
#include <node_api.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#if !defined(__x86_64__) && !defined(__aarch64__)
#error "calls by address are written for x86-64 and ARM64 alone"
#endif

namespace {

// Layout of the command buffer, in bytes; src/native.ts has the same numbers.
constexpr size_t kArguments = 1 << 12;  // doubles: what a call reads
constexpr size_t kScratch = 1 << 16;    // bytes: what calls read and write by pointer
constexpr int kInts = 24;
constexpr int kDoubles = 8;

// Most handles that may be alive: blocks of memory on all devices of a thread.
constexpr size_t kHandles = size_t(1) << 22;

struct Env {
  double* arguments;
  // Numbers of handles that the collector found, since TypeScript has looked last: how many, then they.
  int32_t* freed;
  int handles = 0;
  bool closed = false;
};

// A handle carries no pointer but its number: TypeScript knows what it stands for.
struct Handle {
  Env* env;
  int32_t number;
};

napi_value fail(napi_env env, const char* message) {
  napi_throw_error(env, nullptr, message);
  return nullptr;
}

napi_value number(napi_env env, double x) {
  napi_value value;
  napi_create_double(env, x, &value);
  return value;
}

napi_value string(napi_env env, const char* s) {
  napi_value value;
  napi_create_string_utf8(env, s, NAPI_AUTO_LENGTH, &value);
  return value;
}

Env& envOf(napi_env env, napi_callback_info info, napi_value* arguments = nullptr, size_t count = 0) {
  void* data;
  napi_get_cb_info(env, info, &count, arguments, nullptr, &data);
  return *static_cast<Env*>(data);
}

double numberOf(napi_env env, napi_value value) {
  double x = 0;
  napi_get_value_double(env, value, &x);
  return x;
}

template <class T = void>
T* pointerOf(napi_env env, napi_value value) {
  return reinterpret_cast<T*>(static_cast<uintptr_t>(numberOf(env, value)));
}

// A call as the command buffer describes it: address, number of integers, of doubles, then these.
struct Call {
  int64_t (*f)(int64_t, ...);
  int64_t ints[kInts];
  double doubles[kDoubles];

  explicit Call(const double* a) {
    f = reinterpret_cast<decltype(f)>(static_cast<uintptr_t>(a[0]));
    const int m = int(a[1]), n = int(a[2]);
    for (int i = 0; i < kInts; i++) ints[i] = i < m ? int64_t(a[3 + i]) : 0;
    for (int i = 0; i < kDoubles; i++) doubles[i] = i < n ? a[3 + m + i] : 0;
    few = m <= 12;
  }

  int64_t run() const {
    const int64_t* i = ints;
    const double* d = doubles;
    typedef int64_t I;
    typedef double D;
    if (few) {
      typedef I (*Few)(I, I, I, I, I, I, I, I, I, I, I, I, D, D, D, D, D, D, D, D);
      return reinterpret_cast<Few>(f)(i[0], i[1], i[2], i[3], i[4], i[5], i[6], i[7], i[8], i[9], i[10], i[11], d[0], d[1], d[2],
                                      d[3], d[4], d[5], d[6], d[7]);
    }
    typedef I (*Many)(I, I, I, I, I, I, I, I, I, I, I, I, I, I, I, I, I, I, I, I, I, I, I, I, D, D, D, D, D, D, D, D);
    return reinterpret_cast<Many>(f)(i[0], i[1], i[2], i[3], i[4], i[5], i[6], i[7], i[8], i[9], i[10], i[11], i[12], i[13], i[14],
                                     i[15], i[16], i[17], i[18], i[19], i[20], i[21], i[22], i[23], d[0], d[1], d[2], d[3], d[4],
                                     d[5], d[6], d[7]);
  }

 private:
  bool few;
};

// open(path): the library's handle, or the loader's complaint.
napi_value open(napi_env env, napi_callback_info info) {
  napi_value argument;
  envOf(env, info, &argument, 1);
  char path[4096];
  size_t length;
  if (napi_get_value_string_utf8(env, argument, path, sizeof path, &length) != napi_ok)
    return fail(env, "[cuda] open needs a path");
  void* library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    const char* complaint = dlerror();
    return string(env, complaint ? complaint : "the library does not open");
  }
  return number(env, double(reinterpret_cast<uintptr_t>(library)));
}

// symbol(library, name): the function's address, or 0.
napi_value symbol(napi_env env, napi_callback_info info) {
  napi_value arguments[2];
  envOf(env, info, arguments, 2);
  char name[256];
  size_t length;
  if (napi_get_value_string_utf8(env, arguments[1], name, sizeof name, &length) != napi_ok)
    return fail(env, "[cuda] symbol needs a name");
  return number(env, double(reinterpret_cast<uintptr_t>(dlsym(pointerOf(env, arguments[0]), name))));
}

// path(address): the file of the library that holds a function, as the loader knows it.
napi_value path(napi_env env, napi_callback_info info) {
  napi_value argument;
  envOf(env, info, &argument, 1);
  Dl_info found;
  return string(env, dladdr(pointerOf(env, argument), &found) && found.dli_fname ? found.dli_fname : "");
}

// call(): what the function returned. Functions that return a 32-bit status leave the upper half undefined: `status` knows.
napi_value call(napi_env env, napi_callback_info info) {
  Env& e = envOf(env, info);
  return number(env, double(Call(e.arguments).run()));
}

napi_value status(napi_env env, napi_callback_info info) {
  Env& e = envOf(env, info);
  napi_value value;
  napi_create_int32(env, int32_t(Call(e.arguments).run()), &value);
  return value;
}

// Calls, one after the other until one returns anything but 0, in a thread of libuv's pool.
struct Later {
  std::vector<Call> calls;
  int32_t result = 0;
  napi_async_work work;
  napi_deferred deferred;
};

// later(n): a promise of the first status that is not 0, of n calls that lie behind each other in the command buffer.
napi_value later(napi_env env, napi_callback_info info) {
  napi_value argument, promise;
  Env& e = envOf(env, info, &argument, 1);
  Later* l = new Later;
  const double* a = e.arguments;
  for (int n = int(numberOf(env, argument)); n > 0; n--) {
    l->calls.emplace_back(a);
    a += 3 + int(a[1]) + int(a[2]);
  }
  napi_create_promise(env, &l->deferred, &promise);
  napi_create_async_work(
      env, nullptr, string(env, "chainer:cuda"),
      [](napi_env, void* data) {
        Later& l = *static_cast<Later*>(data);
        for (const Call& c : l.calls)
          if ((l.result = int32_t(c.run())) != 0) break;
      },
      [](napi_env env, napi_status, void* data) {
        Later* l = static_cast<Later*>(data);
        napi_value value;
        napi_create_int32(env, l->result, &value);
        napi_resolve_deferred(env, l->deferred, value);
        napi_delete_async_work(env, l->work);
        delete l;
      },
      l, &l->work);
  napi_queue_async_work(env, l->work);
  return promise;
}

// Runs inside the collector, so nothing of JavaScript may be touched.
void finalize(napi_env, void* data, void*) {
  Handle* h = static_cast<Handle*>(data);
  Env* env = h->env;
  if (!env->closed) env->freed[++env->freed[0]] = h->number;
  delete h;
  if (--env->handles == 0 && env->closed) delete env;
}

// handle(number): an object that says so in `freed` when it was collected.
napi_value handle(napi_env env, napi_callback_info info) {
  napi_value argument, external;
  Env& e = envOf(env, info, &argument, 1);
  Handle* h = new Handle{&e, int32_t(numberOf(env, argument))};
  if (napi_create_external(env, h, finalize, nullptr, &external) != napi_ok) {
    delete h;
    return fail(env, "[cuda] Node made no handle for an array's memory");
  }
  e.handles++;
  return external;
}

// window(address, bytes): an ArrayBuffer over memory that the caller keeps.
napi_value window(napi_env env, napi_callback_info info) {
  napi_value arguments[2], buffer;
  envOf(env, info, arguments, 2);
  if (napi_create_external_arraybuffer(env, pointerOf(env, arguments[0]), size_t(numberOf(env, arguments[1])),
                                       [](napi_env, void*, void*) {}, nullptr, &buffer) != napi_ok)
    return fail(env, "[cuda] Node made no buffer over host memory");
  return buffer;
}

// addressOf(view): where a typed array's elements are, for as long as it is referenced.
napi_value addressOf(napi_env env, napi_callback_info info) {
  napi_value argument;
  envOf(env, info, &argument, 1);
  void* data;
  if (napi_get_typedarray_info(env, argument, nullptr, nullptr, &data, nullptr, nullptr) != napi_ok)
    return fail(env, "[cuda] addressOf needs a typed array");
  return number(env, double(reinterpret_cast<uintptr_t>(data)));
}

// text(address): the C string there.
napi_value text(napi_env env, napi_callback_info info) {
  napi_value argument;
  envOf(env, info, &argument, 1);
  const char* s = pointerOf<const char>(env, argument);
  return string(env, s ? s : "");
}

void closeEnv(void* data) {
  Env* e = static_cast<Env*>(data);
  e->closed = true;
  if (e->handles == 0) delete e;
}

}  // namespace

NAPI_MODULE_INIT() {
  const size_t bytes = kArguments * 8 + kScratch;
  char* memory = static_cast<char*>(aligned_alloc(64, bytes));
  // Pages that are never written take no memory.
  int32_t* freed = static_cast<int32_t*>(calloc(kHandles + 1, 4));
  if (memory == nullptr || freed == nullptr) return fail(env, "[cuda] the system has no memory for the command buffer");
  memset(memory, 0, bytes);
  Env* e = new Env{reinterpret_cast<double*>(memory), freed};
  napi_add_env_cleanup_hook(env, closeEnv, e);
  const auto set = [&](const char* name, napi_value value) { napi_set_named_property(env, exports, name, value); };
  const auto setBuffer = [&](const char* name, void* p, size_t size) {
    napi_value buffer;
    // Never freed: finalizers may run after JavaScript has gone.
    napi_create_external_arraybuffer(env, p, size, [](napi_env, void*, void*) {}, nullptr, &buffer);
    set(name, buffer);
  };
  setBuffer("buffer", memory, bytes);
  setBuffer("freed", freed, (kHandles + 1) * 4);
  set("address", number(env, double(reinterpret_cast<uintptr_t>(memory))));
  const auto setFunction = [&](const char* name, napi_callback f) {
    napi_value value;
    napi_create_function(env, name, NAPI_AUTO_LENGTH, f, e, &value);
    set(name, value);
  };
  setFunction("open", open);
  setFunction("symbol", symbol);
  setFunction("path", path);
  setFunction("call", call);
  setFunction("status", status);
  setFunction("later", later);
  setFunction("handle", handle);
  setFunction("window", window);
  setFunction("addressOf", addressOf);
  setFunction("text", text);
  return exports;
}
