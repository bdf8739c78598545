#include "data/view_format.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "base/damaged_file.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "data/data_set.hpp"
#include "data/make_data.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz::data {
namespace {

namespace fs = std::filesystem;

class View : public ::testing::Test {
 protected:
  testing::ScratchFolder scratch_;
  std::shared_ptr<const ImageStore> whole_ =
      testing::open_path(testing::write_tree(scratch_ / "in", testing::cifake_files("", 1, 1)), scratch_ / "cache")
          .source("REAL")
          .train;
};

// A view whose checksum is right whatever it says.
std::string with_check(std::string bytes) {
  bytes.resize(bytes.size() - 8);
  const std::uint64_t check = checksum(std::as_bytes(std::span(bytes)));
  return bytes.append(reinterpret_cast<const char*>(&check), 8);
}

TEST_F(View, MayHaveStrataBesideItsLabels) {
  const ViewContent plain{whole_, {1, 4, 7}, {0, 0, 0}, {}};
  ViewContent content = plain;
  content.strata = {2, 0, 1};
  const auto view = make_view(content);
  EXPECT_TRUE(std::ranges::equal(view->labels(), content.labels));
  EXPECT_TRUE(std::ranges::equal(view->strata(), content.strata));
  EXPECT_NE(view->path(), make_view(plain)->path());
  EXPECT_TRUE(std::ranges::equal(make_view(plain)->strata(), plain.labels)) << "without any they are the labels";
  EXPECT_TRUE(std::ranges::equal(view->image(1), whole_->image(4)));
  const std::string bytes = read_file(view->path());
  const fs::path cut = view->path().parent_path() / "cut.images";
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    testing::write_plain(cut, bytes.substr(0, length));
    EXPECT_THROW(ImageStore{cut}, Error) << length;
  }
  std::string without = bytes;  // a version without strata has no room for them
  without[8] = 2;
  testing::write_plain(cut, with_check(without));
  EXPECT_THROW(ImageStore{cut}, Error);
}

TEST_F(View, IsAStore) {
  const ViewContent content{whole_, {1, 4, 7}, {0, 0, 1}};
  EXPECT_EQ(find_view(content), nullptr);
  const auto view = make_view(content);
  ASSERT_EQ(view->size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    const std::size_t row = 1 + 3 * i;
    EXPECT_TRUE(std::ranges::equal(view->image(i), whole_->image(row)));
    EXPECT_EQ(view->file_name(i), whole_->file_name(row));
    EXPECT_EQ(view->pixel_hash(i), whole_->pixel_hash(row));
    EXPECT_EQ(view->file_hash(i), whole_->file_hash(row));
  }
  ASSERT_NE(find_view(content), nullptr);
  const std::string bytes = read_file(view->path());
  const fs::path cut = view->path().parent_path() / "cut.images";
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    testing::write_plain(cut, bytes.substr(0, length));
    EXPECT_THROW(ImageStore{cut}, Error) << length;
  }
  std::string disordered = bytes;
  disordered[sizeof(ViewHeader) + 3 * 4] = 7;  // the first row: behind the second
  testing::write_plain(cut, with_check(disordered));
  EXPECT_THROW(ImageStore{cut}, Error);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string flipped = bytes;
    flipped[at] = static_cast<char>(flipped[at] ^ 4);
    testing::write_plain(cut, flipped);
    EXPECT_THROW(ImageStore{cut}, Error) << at;
  }
}

TEST_F(View, AFlippedLabelIsNoticed) {
  const ViewContent content{whole_, {1, 4, 7}, {0, 0, 1}};
  const fs::path path = make_view(content)->path();
  std::string bytes = read_file(path);
  bytes[sizeof(ViewHeader)] = 1;
  testing::write_plain(path, bytes);
  EXPECT_THROW(find_view(content), DamagedFile);
  testing::write_plain(path, with_check(bytes));
  EXPECT_THROW(find_view(content), DamagedFile) << "though it is whole: its name is that of other labels";
  EXPECT_EQ(make_view(content)->labels()[0], 0);
}

TEST_F(View, OfItselfIsDamaged) {
  const fs::path path = make_view({whole_, {1}, {0}})->path();
  std::string bytes = read_file(path);
  const std::string name = whole_->path().filename().string();
  const fs::path self = path.parent_path() / std::string(name.size(), 'x');
  bytes.replace(bytes.size() - 8 - name.size(), name.size(), self.filename().string());
  testing::write_plain(self, with_check(bytes));
  EXPECT_THROW(ImageStore{self}, Error);
}

}  // namespace
}  // namespace ersatz::data
