#include "nn/safetensors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <utility>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/half.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "nn/bf16.hpp"

namespace ersatz::nn {
namespace {

static_assert(std::endian::native == std::endian::little, "tensors are written as they lie in memory");

constexpr std::size_t kPrefix = 8;
// The format allows 100 MB. A tensor takes about 100 bytes: this is enough for 150,000, and what is read of it takes up
// to twenty times the memory.
constexpr std::uint64_t kLongestHeader = 16'000'000;

enum class Type { f32, f16, bf16 };

std::size_t size_of(Type type) { return type == Type::f32 ? 4 : 2; }

std::vector<float> to_floats(Type type, std::string_view bytes) {
  std::vector<float> values(bytes.size() / size_of(type));
  if (values.empty()) return values;
  if (type == Type::f32) {
    std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::uint16_t bits = 0;
    std::memcpy(&bits, bytes.data() + i * sizeof bits, sizeof bits);
    values[i] = type == Type::f16 ? half_to_float(bits) : to_float(Bf16{bits});
  }
  return values;
}

/// Where a tensor lies in the data behind the header.
struct Extent {
  std::string name;
  Type type = Type::f32;
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0, end = 0;
};

class Reader {
 public:
  explicit Reader(const std::filesystem::path& path) : path_(path), file_(path) {}

  SafeTensors read() {
    SafeTensors content;
    std::vector<Extent> extents = parse_header(content.metadata);
    const std::string_view data = file_.text().substr(kPrefix + header().size());
    check_coverage(extents, data.size());
    for (Extent& extent : extents) {
      const std::string_view bytes = data.substr(extent.begin, extent.end - extent.begin);
      Tensor tensor{std::move(extent.shape), to_floats(extent.type, bytes)};
      content.tensors.emplace_back(std::move(extent.name), std::move(tensor));
    }
    return content;
  }

  std::map<std::string, std::string> read_metadata() {
    std::map<std::string, std::string> metadata;
    parse_header(metadata);
    return metadata;
  }

 private:
  std::string_view header() const {
    const std::string_view bytes = file_.text();
    if (bytes.size() < kPrefix) fail("is too short for a safetensors file");
    std::uint64_t size = 0;
    std::memcpy(&size, bytes.data(), kPrefix);
    if (size > kLongestHeader) {
      fail(fmt::format("has a header of {} bytes; at most {} are read", format_count(size),
                       format_count(kLongestHeader)));
    }
    if (size > bytes.size() - kPrefix) {
      fail(fmt::format("has a header of {} bytes but the file has {}", size, bytes.size()));
    }
    return bytes.substr(kPrefix, size);
  }

  [[noreturn]] void fail(const std::string& reason) const {
    throw Error(fmt::format("{} {}", path_.string(), reason), "the file is damaged or not a safetensors file");
  }

  std::vector<Extent> parse_header(std::map<std::string, std::string>& metadata) const {
    std::vector<Extent> extents;
    const std::string_view text = header();
    Json entries;
    try {
      entries = parse_json(text);
    } catch (const Error& problem) {
      fail(fmt::format("has a header that {}", problem.what()));
    }
    try {
      if (!entries.is_object()) fail("has a header that is no JSON object");
      for (const auto& [name, entry] : entries.items()) {
        if (name == "__metadata__") {
          metadata = entry.get<std::map<std::string, std::string>>();
        } else {
          extents.push_back(parse_entry(name, entry));
        }
      }
    } catch (const Json::exception& problem) {
      fail(fmt::format("has a header that cannot be read: {}", problem.what()));
    }
    return extents;
  }

  Type type_of(const std::string& tensor, const std::string& name) const {
    if (name == "F32") return Type::f32;
    if (name == "F16") return Type::f16;
    if (name == "BF16") return Type::bf16;
    fail(fmt::format("holds {} as {}; F32, F16 and BF16 are read", tensor, name));
  }

  Extent parse_entry(const std::string& name, const Json& entry) const {
    Extent extent{name, type_of(name, entry.at("dtype")), entry.at("shape").get<std::vector<std::int64_t>>()};
    const auto offsets = entry.at("data_offsets").get<std::vector<std::uint64_t>>();
    if (offsets.size() != 2 || offsets[0] > offsets[1]) fail(fmt::format("gives {} impossible offsets", name));
    extent.begin = offsets[0];
    extent.end = offsets[1];
    std::uint64_t size = size_of(extent.type);
    for (const std::int64_t n : extent.shape) {
      if (n < 0 || (n > 0 && size > std::numeric_limits<std::uint64_t>::max() / static_cast<std::uint64_t>(n))) {
        fail(fmt::format("gives {} an impossible shape", name));
      }
      size *= static_cast<std::uint64_t>(n);
    }
    if (size != extent.end - extent.begin) {
      fail(fmt::format("gives {} {} bytes but its shape needs {}", name, extent.end - extent.begin, size));
    }
    return extent;
  }

  void check_coverage(const std::vector<Extent>& extents, std::uint64_t size) const {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> parts;
    for (const Extent& extent : extents) parts.emplace_back(extent.begin, extent.end);
    std::sort(parts.begin(), parts.end());
    std::uint64_t covered = 0;
    for (const auto& [begin, end] : parts) {
      if (begin != covered) fail(begin < covered ? "has tensors that overlap" : "has bytes that belong to no tensor");
      covered = end;
    }
    if (covered > size) fail(fmt::format("is cut short: its tensors need {} bytes and {} are there", covered, size));
    if (covered < size) fail("has bytes left over after its tensors");
  }

  std::filesystem::path path_;
  MappedFile file_;
};

}  // namespace

void write_safetensors(const std::filesystem::path& path, const SafeTensors& content) {
  Json::object_t header;  // filled without a look at the keys before
  header.reserve(content.tensors.size() + 1);
  if (!content.metadata.empty()) header.emplace_back("__metadata__", content.metadata);
  std::uint64_t offset = 0;
  for (const auto& [name, tensor] : content.tensors) {
    const std::uint64_t end = offset + tensor.values.size() * sizeof(float);
    header.emplace_back(name, Json{{"dtype", "F32"}, {"shape", tensor.shape}, {"data_offsets", {offset, end}}});
    offset = end;
  }
  std::string text = Json(std::move(header)).dump();
  text.append((8 - text.size() % 8) % 8, ' ');  // so that the data are aligned
  const std::uint64_t size = text.size();
  AtomicFile file(path);
  file.write(&size, sizeof size);
  file.write(text);
  for (const auto& [name, tensor] : content.tensors) {
    file.write(tensor.values.data(), tensor.values.size() * sizeof(float));
  }
  file.commit();
}

SafeTensors read_safetensors(const std::filesystem::path& path) { return Reader(path).read(); }

std::map<std::string, std::string> read_safetensors_metadata(const std::filesystem::path& path) {
  try {
    return Reader(path).read_metadata();
  } catch (const Error&) {
    return {};
  }
}

}  // namespace ersatz::nn
