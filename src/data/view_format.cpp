#include "data/view_format.hpp"

#include <fmt/format.h>

#include "base/damaged_file.hpp"
#include "base/files.hpp"
#include "data/store_format.hpp"

namespace ersatz::data {
namespace {

// The parent's name follows from its content, so that the view's does, too.
std::filesystem::path path_of(const ViewContent& content) {
  Sha256 hash;
  hash.update(content.parent->path().filename().string());
  hash.update(content.rows.data(), content.rows.size() * sizeof(std::uint32_t));
  hash.update(content.labels.data(), content.labels.size() * sizeof(std::int32_t));
  hash.update(content.strata.data(), content.strata.size() * sizeof(std::int32_t));
  return content.parent->path().parent_path() / fmt::format("view-{}.images", to_hex(hash.finish(), 32));
}

ViewHeader header_of(const ViewContent& content) {
  return view_header(content.rows.size(), content.parent->path().filename().string().size(), !content.strata.empty());
}

// All of the file behind its header.
std::string body_of(const ViewContent& content) {
  std::string body;
  body.append(reinterpret_cast<const char*>(content.labels.data()), content.labels.size() * sizeof(std::int32_t));
  body.append(reinterpret_cast<const char*>(content.rows.data()), content.rows.size() * sizeof(std::uint32_t));
  body.append(reinterpret_cast<const char*>(content.strata.data()), content.strata.size() * sizeof(std::int32_t));
  return body + content.parent->path().filename().string();
}

Digest fingerprint_of(const ViewContent& content) {
  FingerprintBuilder fingerprint(content.parent->shape(), content.rows.size());
  for (std::size_t i = 0; i < content.rows.size(); ++i) {
    const std::uint32_t row = content.rows[i];
    fingerprint.add(content.parent->file_name(row), content.labels[i],
                    sha256(std::as_bytes(content.parent->image(row))));
  }
  return fingerprint.finish();
}

}  // namespace

ViewHeader view_header(std::uint64_t count, std::size_t parent_size, bool strata) {
  ViewHeader header;
  if (strata) header.version = kViewVersionWithStrata;
  header.count = count;
  header.parent_size = static_cast<std::uint32_t>(parent_size);
  header.labels = sizeof header;
  header.rows = header.labels + count * sizeof(std::int32_t);
  header.parent = header.rows + count * (sizeof(std::uint32_t) + (strata ? sizeof(std::int32_t) : 0));
  header.file_size = header.parent + parent_size + sizeof(std::uint64_t);
  return header;
}

std::shared_ptr<const ImageStore> find_view(const ViewContent& content) {
  const std::filesystem::path path = path_of(content);
  std::error_code code;
  if (!std::filesystem::exists(path, code)) return nullptr;
  try {
    auto view = std::make_shared<const ImageStore>(path);
    // Its name follows from these, and so it is right as a whole.
    const std::string body = body_of(content);
    if (MappedFile(path).text().substr(sizeof(ViewHeader), body.size()) == body) return view;
  } catch (const DamagedFile&) {
    throw;
  } catch (const Error&) {
    return nullptr;
  }
  throw DamagedFile(path, fmt::format("{} is damaged: it shows other images than its name says", path.string()));
}

std::shared_ptr<const ImageStore> make_view(const ViewContent& content) {
  const std::filesystem::path path = path_of(content);
  ViewHeader header = header_of(content);
  header.fingerprint = fingerprint_of(content);
  std::string bytes(reinterpret_cast<const char*>(&header), sizeof header);
  bytes += body_of(content);
  const std::uint64_t check = checksum(std::as_bytes(std::span(bytes)));
  bytes.append(reinterpret_cast<const char*>(&check), sizeof check);
  write_file(path, bytes);
  return std::make_shared<const ImageStore>(path);
}

}  // namespace ersatz::data
