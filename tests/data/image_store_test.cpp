#include "data/image_store.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstring>

#include "base/error.hpp"
#include "base/files.hpp"
#include "data/data_set.hpp"
#include "data/make_data.hpp"
#include "data/store_format.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz::data {
namespace {

class Store : public ::testing::Test {
 protected:
  Store() {
    const DataSet set =
        testing::open_path(testing::write_tree(scratch_ / "in", testing::cifake_files("", 1, 1)), scratch_ / "cache");
    whole_ = read_file(set.source("REAL").test->path());
    fingerprint_ = set.source("REAL").test->fingerprint();
  }
  std::filesystem::path with(const std::string& bytes) {
    testing::write_plain(scratch_ / "x.images", bytes);
    return scratch_ / "x.images";
  }

  testing::ScratchFolder scratch_;
  std::string whole_, fingerprint_;
  std::size_t refused_ = 0;
};

TEST_F(Store, OpensWhatWasWritten) {
  const ImageStore store(with(whole_));
  EXPECT_EQ(store.size(), 10U);
  EXPECT_EQ(store.fingerprint(), fingerprint_);
  EXPECT_TRUE(is_intact(store));
}

TEST_F(Store, EveryCutIsAnError) {
  for (std::size_t length = 0; length < whole_.size(); length += length < 200 ? 1 : 97) {
    EXPECT_THROW(ImageStore(with(whole_.substr(0, length))), Error) << length;
  }
  EXPECT_THROW(ImageStore(with(whole_ + "x")), Error);
}

// Whatever a header says, opening must end in an error or in a store that can be read through.
TEST_F(Store, NoHeaderLeadsOutsideTheFile) {
  for (std::size_t at = 0; at < offsetof(StoreHeader, fingerprint); ++at) {
    if (at >= offsetof(StoreHeader, extras) && at < offsetof(StoreHeader, count)) continue;
    for (const int with_byte : {0x01, 0x7f, 0x80, 0xff}) {
      std::string bytes = whole_;
      bytes[at] = static_cast<char>(bytes[at] ^ with_byte);
      try {
        EXPECT_FALSE(is_intact(ImageStore(with(bytes)))) << at;
      } catch (const Error&) {
        ++refused_;
      }
    }
  }
  EXPECT_GT(refused_, 300U);
}

TEST_F(Store, NamesOutOfOrderAreAnError) {
  StoreHeader header;
  std::memcpy(&header, whole_.data(), sizeof header);
  std::string bytes = whole_;
  bytes[header.name_ends + 7] = '\x7f';
  EXPECT_THROW(ImageStore(with(bytes)), Error);
}

TEST_F(Store, ChangedPixelsNamesOrLabelsAreNotIntact) {
  StoreHeader header;
  std::memcpy(&header, whole_.data(), sizeof header);
  for (const std::uint64_t at :
       {header.pixels, header.pixels + 10 * 192 - 1, header.labels + 4, header.names, header.pixel_hashes + 3}) {
    std::string bytes = whole_;
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    EXPECT_FALSE(is_intact(ImageStore(with(bytes)))) << at;
  }
}

TEST_F(Store, AMissingFileIsAnError) { EXPECT_THROW(ImageStore(scratch_ / "none.images"), Error); }

}  // namespace
}  // namespace ersatz::data
