#include "data/import/single_file.hpp"

#include <array>
#include <fstream>

#include "data/import/shards.hpp"

namespace ersatz::data {

SingleFile::SingleFile(const std::filesystem::path& path)
    : file_(path), files_{{path.filename().string(), file_.bytes().size()}} {}

bool SingleFile::is_one(const std::filesystem::path& path) {
  const std::string name = path.filename().string();
  if (has_ending(name, ".parquet") || has_ending(name, ".npz")) return true;
  std::array<char, 4> first{};
  return std::ifstream(path, std::ios::binary).read(first.data(), first.size()) &&
         std::string_view(first.data(), first.size()) == "PAR1";
}

void SingleFile::read(const std::vector<bool>& wanted,
                      const std::function<void(std::size_t, const FileContent&)>& take) const {
  if (wanted.at(0)) take(0, {file_.text(), {}});
}

}  // namespace ersatz::data
