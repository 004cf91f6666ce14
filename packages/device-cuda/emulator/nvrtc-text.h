// What the emulated NVRTC does to texts: CUDA C that g++ takes, and complaints as NVRTC words them.
#pragma once
#include <string>
#include <vector>

namespace emulator {

// Names of the kernels of a text that are no templates.
std::vector<std::string> kernelsOf(const std::string& text);

// `extern __shared__ T name[];` becomes a pointer to what the driver provides, on the same line.
std::string withDynamicShared(std::string text);

// Every `extern "C"` becomes C++'s, so that texts in namespaces of their own may have kernels of one name.
std::string withoutC(std::string text);

// g++'s `path:12:5: error: …` as NVRTC would say it: `name(12): error: …`.
std::string asNvrtc(const std::string& log, const std::string& path, const std::string& name);

}  // namespace emulator
