// The addon's door: one function that runs a command, and externals whose finalizers run inside garbage collection.
// The experimental version (INT_MAX) is what makes finalizers run inside the collector instead of later, in the event loop.
#define NAPI_EXPERIMENTAL
#define NODE_API_EXPERIMENTAL_NOGC_ENV_OPT_OUT
#define NAPI_VERSION 2147483647
#include <dnnl.h>
#include <node_api.h>
#include <omp.h>

#include <cstdlib>
#include <cstring>
#include <new>
#include <stdexcept>
#include <string>

#include "commands.h"
#include "ops.h"
#include "program.h"
#include "signals.h"

extern "C" void openblas_set_num_threads(int);
extern "C" char* openblas_get_config();

namespace {

napi_value fail(napi_env env, const char* message) {
  napi_throw_error(env, nullptr, message);
  return nullptr;
}

// Throws an error of a class of the library's. Where that cannot be made (a worker is being terminated), an exception is pending already.
napi_value failAs(napi_env env, napi_ref type, const char* message) {
  napi_value constructor, argument, error;
  napi_get_reference_value(env, type, &constructor);
  napi_create_string_utf8(env, message, NAPI_AUTO_LENGTH, &argument);
  if (napi_new_instance(env, constructor, 1, &argument, &error) == napi_ok) napi_throw(env, error);
  return nullptr;
}

// errors(ValueError, IndexError): the classes of what commands complain about as std::domain_error and std::out_of_range.
napi_value errors(napi_env env, napi_callback_info info) {
  napi_value types[2];
  size_t count = 2;
  void* data;
  napi_get_cb_info(env, info, &count, types, nullptr, &data);
  Context& c = *static_cast<Context*>(data);
  napi_create_reference(env, types[0], 1, &c.valueError);
  napi_create_reference(env, types[1], 1, &c.indexError);
  return nullptr;
}

// Runs when the external is collected: inside the collector, so nothing of JavaScript may be touched.
void finalizeBlock(napi_env, void* data, void*) {
  Block* block = static_cast<Block*>(data);
  Pool* pool = block->pool;
  if (block->address != nullptr && !pool->closed) {
    pool->counters()->live -= *block->charged;
    pool->counters()->releases += 1;
    *block->charged = -1;  // tells TypeScript that a slab's cell is free again
    pool->give(block->address, block->size);
  }
  delete block;
  if (--pool->blocks == 0 && pool->closed) delete pool;
}

void finalizeProgram(napi_env, void* data, void*) { delete static_cast<Program*>(data); }

napi_value run(napi_env env, napi_callback_info info) {
  napi_value argument;
  size_t count = 1;
  void* data;
  napi_get_cb_info(env, info, &count, &argument, nullptr, &data);
  int32_t code;
  napi_get_value_int32(env, argument, &code);
  try {
    commands()[code].command(*static_cast<Context*>(data));
  } catch (const std::bad_alloc&) {
    return fail(env, "[cpu] the system has no memory for a kernel's workspace");
  } catch (const std::domain_error& e) {
    return failAs(env, static_cast<Context*>(data)->valueError, e.what());
  } catch (const std::out_of_range& e) {
    return failAs(env, static_cast<Context*>(data)->indexError, e.what());
  } catch (const std::exception& e) {
    return fail(env, e.what());
  }
  return nullptr;
}

// allocate(bytes, cold): D[0] address, D[1] block, D[2] and D[3] base and size of the region; returns the external, or undefined if nothing fits. D[2] holds the
// address of the cell that counts its live bytes before the call, or 0 for one of its own.
napi_value allocate(napi_env env, napi_callback_info info) {
  void* data;
  napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data);
  Context& c = *static_cast<Context*>(data);
  Reader r(c);
  const size_t size = size_t(r.integer());
  const bool cold = r.flag();
  double* cell = r.pointer<double>();
  const double charge = r.number();
  char* address = c.pool->take(size, cold);
  if (address == nullptr) return nullptr;
  Block* block = new Block{c.pool, address, size, nullptr, charge};
  block->charged = cell ? cell : &block->own;
  c.pool->blocks++;
  napi_value external;
  if (napi_create_external(env, block, finalizeBlock, nullptr, &external) != napi_ok) {
    c.pool->give(address, size);
    c.pool->blocks--;
    delete block;
    return fail(env, "[cpu] Node made no handle for an array's memory");
  }
  c.arguments[0] = double(reinterpret_cast<uintptr_t>(address));
  c.arguments[1] = double(reinterpret_cast<uintptr_t>(block));
  const Region& region = c.pool->regions()[size_t(c.pool->regionOf(address))];
  c.arguments[2] = double(reinterpret_cast<uintptr_t>(region.base));
  c.arguments[3] = double(region.size);
  return external;
}

// window(): an ArrayBuffer over D[1] bytes of a region from address D[0] on. Regions live as long as the environment, so
// nothing has to be freed.
napi_value window(napi_env env, napi_callback_info info) {
  void* data;
  napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data);
  Reader r(*static_cast<Context*>(data));
  char* start = r.pointer();
  const size_t bytes = size_t(r.integer());
  napi_value buffer;
  if (napi_create_external_arraybuffer(env, start, bytes, [](napi_env, void*, void*) {}, nullptr, &buffer) != napi_ok) {
    return fail(env, "[cpu] Node made no buffer over a region of memory");
  }
  return buffer;
}

// program(): reads a program from the command buffer, D[0] becomes its address; returns the external that owns it.
napi_value program(napi_env env, napi_callback_info info) {
  void* data;
  napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data);
  Context& c = *static_cast<Context*>(data);
  Program* p;
  try {
    p = Program::read(c);
  } catch (const std::exception& e) {
    return fail(env, e.what());
  }
  napi_value external;
  // Refused while a worker is being terminated.
  if (napi_create_external(env, p, finalizeProgram, nullptr, &external) != napi_ok) {
    delete p;
    return fail(env, "[cpu] Node made no handle for a program");
  }
  c.arguments[0] = double(reinterpret_cast<uintptr_t>(p));
  return external;
}

// Weak references that are clear as soon as a collection has found their object, not at the end of the running job as a WeakRef's.
// weak(object): the number of a new one; strong(number): the object, or undefined; forget(number): the end of it.
napi_value weak(napi_env env, napi_callback_info info) {
  napi_value object, result;
  size_t count = 1;
  napi_get_cb_info(env, info, &count, &object, nullptr, nullptr);
  napi_ref reference;
  if (napi_create_reference(env, object, 0, &reference) != napi_ok) return fail(env, "[cpu] Node made no weak reference");
  napi_create_double(env, double(reinterpret_cast<uintptr_t>(reference)), &result);
  return result;
}

napi_ref referenceOf(napi_env env, napi_callback_info info) {
  napi_value number;
  size_t count = 1;
  napi_get_cb_info(env, info, &count, &number, nullptr, nullptr);
  double address;
  napi_get_value_double(env, number, &address);
  return reinterpret_cast<napi_ref>(static_cast<uintptr_t>(address));
}

napi_value strong(napi_env env, napi_callback_info info) {
  napi_value object = nullptr;
  napi_get_reference_value(env, referenceOf(env, info), &object);
  return object;
}

napi_value forget(napi_env env, napi_callback_info info) {
  napi_delete_reference(env, referenceOf(env, info));
  return nullptr;
}

napi_value threads(napi_env env, napi_callback_info info) {
  void* data;
  napi_value argument;
  size_t count = 1;
  napi_get_cb_info(env, info, &count, &argument, nullptr, &data);
  Context& c = *static_cast<Context*>(data);
  int32_t n;
  napi_get_value_int32(env, argument, &n);
  if (n > 0) {
    c.threads = n;
    omp_set_num_threads(n);
    openblas_set_num_threads(n);
    // The pool's threads start here, with signals blocked for good: they never run a handler.
    const SignalsHeld held;
#pragma omp parallel num_threads(n)
    {}
  }
  napi_value result;
  napi_create_int32(env, c.threads, &result);
  return result;
}

void setFunction(napi_env env, napi_value object, const char* name, napi_callback f, void* data) {
  napi_value value;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, f, data, &value);
  napi_set_named_property(env, object, name, value);
}

template <class Table>
napi_value names(napi_env env, const Table& table) {
  napi_value list;
  napi_create_array_with_length(env, table.size(), &list);
  for (size_t i = 0; i < table.size(); i++) {
    napi_value name;
    napi_create_string_utf8(env, std::string(table[i].name).c_str(), NAPI_AUTO_LENGTH, &name);
    napi_set_element(env, list, uint32_t(i), name);
  }
  return list;
}

napi_value text(napi_env env, const std::string& s) {
  napi_value value;
  napi_create_string_utf8(env, s.c_str(), s.size(), &value);
  return value;
}

// Versions of the libraries that were loaded: {oneDNN: "2.6.3", OpenBLAS: "OpenBLAS 0.3.21 …"}.
napi_value libraries(napi_env env) {
  napi_value object;
  napi_create_object(env, &object);
  const dnnl_version_t* v = dnnl_version();
  const std::string dnnl = std::to_string(v->major) + "." + std::to_string(v->minor) + "." + std::to_string(v->patch);
  napi_set_named_property(env, object, "oneDNN", text(env, dnnl));
  napi_set_named_property(env, object, "OpenBLAS", text(env, openblas_get_config()));
  return object;
}

void closeContext(void* data) {
  Context* c = static_cast<Context*>(data);
  c->pool->closed = true;
  if (c->pool->blocks == 0) delete c->pool;
  // The command buffer stays: the collector may still look at the ArrayBuffers over it.
  delete c;
}

}  // namespace

NAPI_MODULE_INIT() {
  const size_t bytes = kCounterBytes + kCells * 8 + kArguments * 16;
  char* memory = static_cast<char*>(aligned_alloc(64, bytes));
  memset(memory, 0, bytes);
  Context* c = new Context{};
  c->counters = reinterpret_cast<Counters*>(memory);
  double* cells = reinterpret_cast<double*>(memory + kCounterBytes);
  for (size_t i = 0; i < kCells; i++) cells[i] = -1;
  c->arguments = cells + kCells;
  c->bits = reinterpret_cast<int64_t*>(c->arguments);
  c->words = reinterpret_cast<int32_t*>(c->arguments + kArguments);
  c->pool = new Pool(c->counters);
  c->threads = omp_get_max_threads();
  napi_add_env_cleanup_hook(env, closeContext, c);

  napi_value buffer;
  napi_create_external_arraybuffer(env, memory, bytes, [](napi_env, void* p, void*) { free(p); }, nullptr, &buffer);
  napi_set_named_property(env, exports, "buffer", buffer);
  napi_value base;
  napi_create_double(env, double(reinterpret_cast<uintptr_t>(memory)), &base);
  napi_set_named_property(env, exports, "address", base);
  setFunction(env, exports, "run", run, c);
  setFunction(env, exports, "allocate", allocate, c);
  setFunction(env, exports, "window", window, c);
  setFunction(env, exports, "program", program, c);
  setFunction(env, exports, "weak", weak, c);
  setFunction(env, exports, "strong", strong, c);
  setFunction(env, exports, "forget", forget, c);
  setFunction(env, exports, "threads", threads, c);
  setFunction(env, exports, "errors", errors, c);
  napi_set_named_property(env, exports, "commands", names(env, commands()));
  napi_set_named_property(env, exports, "ops", names(env, ops()));
  napi_set_named_property(env, exports, "libraries", libraries(env));
  return exports;
}
