#include "nn/safetensors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"

namespace ersatz::nn {
namespace {

static_assert(std::endian::native == std::endian::little, "tensors are written as they lie in memory");

constexpr std::size_t kPrefix = 8;
constexpr std::uint64_t kLongestHeader = 100'000'000;  // the format's own limit

/// Where a tensor lies in the data behind the header.
struct Extent {
  std::string name;
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0, end = 0;
};

class Reader {
 public:
  explicit Reader(const std::filesystem::path& path) : path_(path), file_(path) {}

  SafeTensors read() {
    const std::string_view bytes = file_.text();
    if (bytes.size() < kPrefix) fail("is too short for a safetensors file");
    std::uint64_t header_size = 0;
    std::memcpy(&header_size, bytes.data(), kPrefix);
    if (header_size > kLongestHeader)
      fail(fmt::format("has a header of {} bytes, more than the format allows", header_size));
    if (header_size > bytes.size() - kPrefix) {
      fail(fmt::format("has a header of {} bytes but the file has {}", header_size, bytes.size()));
    }
    const std::string_view data = bytes.substr(kPrefix + header_size);
    SafeTensors content;
    std::vector<Extent> extents = parse_header(bytes.substr(kPrefix, header_size), content.metadata);
    check_coverage(extents, data.size());
    for (Extent& extent : extents) {
      Tensor tensor{std::move(extent.shape), std::vector<float>((extent.end - extent.begin) / sizeof(float))};
      if (!tensor.values.empty())
        std::memcpy(tensor.values.data(), data.data() + extent.begin, extent.end - extent.begin);
      content.tensors.emplace_back(std::move(extent.name), std::move(tensor));
    }
    return content;
  }

 private:
  [[noreturn]] void fail(const std::string& reason) const {
    throw Error(fmt::format("{} {}", path_.string(), reason), "the file is damaged or not a safetensors file");
  }

  std::vector<Extent> parse_header(std::string_view text, std::map<std::string, std::string>& metadata) const {
    std::vector<Extent> extents;
    try {
      const Json header = Json::parse(text);
      if (!header.is_object()) fail("has a header that is no JSON object");
      for (const auto& [name, entry] : header.items()) {
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

  Extent parse_entry(const std::string& name, const Json& entry) const {
    const auto type = entry.at("dtype").get<std::string>();
    if (type != "F32") fail(fmt::format("holds {} as {}; only F32 is read", name, type));
    Extent extent{name, entry.at("shape").get<std::vector<std::int64_t>>()};
    const auto offsets = entry.at("data_offsets").get<std::vector<std::uint64_t>>();
    if (offsets.size() != 2 || offsets[0] > offsets[1]) fail(fmt::format("gives {} impossible offsets", name));
    extent.begin = offsets[0];
    extent.end = offsets[1];
    std::uint64_t size = sizeof(float);
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
  Json header = Json::object();
  if (!content.metadata.empty()) header["__metadata__"] = content.metadata;
  std::uint64_t offset = 0;
  for (const auto& [name, tensor] : content.tensors) {
    const std::uint64_t end = offset + tensor.values.size() * sizeof(float);
    header[name] = {{"dtype", "F32"}, {"shape", tensor.shape}, {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string text = header.dump();
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

}  // namespace ersatz::nn
