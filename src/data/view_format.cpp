#include "data/view_format.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "data/store_format.hpp"

namespace ersatz::data {
namespace {

Digest fingerprint_of(const ImageStore& parent, std::span<const std::uint32_t> rows,
                      std::span<const std::int32_t> labels) {
  FingerprintBuilder fingerprint(parent.shape(), rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    fingerprint.add(parent.file_name(rows[i]), labels[i], sha256(std::as_bytes(parent.image(rows[i]))));
  }
  return fingerprint.finish();
}

}  // namespace

ViewHeader view_header(std::uint64_t count, std::size_t parent_size) {
  ViewHeader header;
  header.count = count;
  header.parent_size = static_cast<std::uint32_t>(parent_size);
  header.labels = sizeof header;
  header.rows = header.labels + count * sizeof(std::int32_t);
  header.parent = header.rows + count * sizeof(std::uint32_t);
  header.file_size = header.parent + parent_size;
  return header;
}

std::shared_ptr<const ImageStore> make_view(const ImageStore& parent, std::span<const std::uint32_t> rows,
                                            std::span<const std::int32_t> labels) {
  const std::string parent_name = parent.path().filename().string();
  // The parent's name follows from its content, so that the view's does, too.
  Sha256 content;
  content.update(parent_name);
  content.update(rows.data(), rows.size_bytes());
  content.update(labels.data(), labels.size_bytes());
  const auto path = parent.path().parent_path() / fmt::format("view-{}.images", to_hex(content.finish(), 32));
  std::error_code code;
  if (std::filesystem::exists(path, code)) {
    try {
      return std::make_shared<const ImageStore>(path);
    } catch (const Error&) {  // damaged: the new one takes its place
    }
  }
  ViewHeader header = view_header(rows.size(), parent_name.size());
  header.fingerprint = fingerprint_of(parent, rows, labels);
  AtomicFile file(path);
  file.write(&header, sizeof header);
  file.write(labels.data(), labels.size_bytes());
  file.write(rows.data(), rows.size_bytes());
  file.write(parent_name);
  file.commit();
  return std::make_shared<const ImageStore>(path);
}

}  // namespace ersatz::data
