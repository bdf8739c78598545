#include "data/view_format.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "base/error.hpp"
#include "base/files.hpp"
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
  testing::write_plain(cut, disordered);
  EXPECT_THROW(ImageStore{cut}, Error);
}

TEST_F(View, AFlippedLabelIsNoticed) {
  const ViewContent content{whole_, {1, 4, 7}, {0, 0, 1}};
  const fs::path path = make_view(content)->path();
  std::string bytes = read_file(path);
  bytes[sizeof(ViewHeader)] = 1;
  testing::write_plain(path, bytes);
  EXPECT_EQ(find_view(content), nullptr);
  EXPECT_EQ(make_view(content)->labels()[0], 0);
}

TEST_F(View, OfItselfIsDamaged) {
  const fs::path path = make_view({whole_, {1}, {0}})->path();
  std::string bytes = read_file(path);
  const std::string name = whole_->path().filename().string();
  const fs::path self = path.parent_path() / std::string(name.size(), 'x');
  bytes.replace(bytes.size() - name.size(), name.size(), self.filename().string());
  testing::write_plain(self, bytes);
  EXPECT_THROW(ImageStore{self}, Error);
}

}  // namespace
}  // namespace ersatz::data
