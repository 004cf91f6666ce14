#include "nvrtc-text.h"

#include <cctype>
#include <sstream>

namespace {

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

}  // namespace

namespace emulator {

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

std::string withoutC(std::string s) {
  const std::string c = "extern \"C\"";
  for (size_t at = s.find(c); at != std::string::npos; at = s.find(c, at + 1)) s.replace(at, c.size(), "extern \"C++\"");
  return s;
}

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

}  // namespace emulator
