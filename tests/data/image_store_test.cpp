#include "data/image_store.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "base/damaged_file.hpp"
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
    std::fill_n(bytes.begin() + sizeof(StoreHeader), sizeof(StoreChecks), '\0');  // else it does not open at all
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    EXPECT_FALSE(is_intact(ImageStore(with(bytes)))) << at;
  }
}

// Whatever bit of a store turns over: an error when it is opened, or when the image is asked for, or nothing changes.
TEST_F(Store, EveryFlippedBitIsNoticed) {
  std::size_t noticed = 0;
  for (std::size_t at = 0; at < whole_.size(); ++at) {
    std::string bytes = whole_;
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << at % 8));
    const auto path = with(bytes);
    try {
      const ImageStore store(path);
      for (std::size_t i = 0; i < store.size(); ++i) store.image(i);
      EXPECT_TRUE(is_intact(store)) << at;
      EXPECT_TRUE(at >= sizeof(StoreHeader) + sizeof(StoreChecks)) << "unused bytes lie behind the header, not in it";
    } catch (const DamagedFile& damage) {
      EXPECT_EQ(damage.path(), path);
      ++noticed;
    } catch (const Error&) {  // another version, or no store at all
      ++noticed;
    }
  }
  StoreHeader header;
  std::memcpy(&header, whole_.data(), sizeof header);
  EXPECT_GE(noticed, sizeof header + sizeof(StoreChecks) + 10 * 192 + whole_.size() - header.labels);
}

TEST_F(Store, OnlyTheImageThatIsDamagedIsRefused) {
  std::string bytes = whole_;
  bytes[4096 + 3 * 192 + 17] ^= 1;
  const ImageStore store(with(bytes));
  for (std::size_t i = 0; i < store.size(); ++i) {
    if (i == 3) {
      EXPECT_THROW(store.image(i), DamagedFile);
      EXPECT_THROW(store.image(i), DamagedFile) << "not only the first time";
    } else {
      EXPECT_NO_THROW(store.image(i));
    }
  }
}

// Versions up to 0.2 wrote no checksums, but hashes of the pixels.
TEST_F(Store, OfAnOlderVersionIsCheckedByItsHashes) {
  std::string bytes = whole_;
  std::fill_n(bytes.begin() + sizeof(StoreHeader), sizeof(StoreChecks), '\0');
  EXPECT_TRUE(is_intact(ImageStore(with(bytes))));
  bytes[4096 + 3 * 192 + 17] ^= 1;
  const ImageStore store(with(bytes));
  EXPECT_NO_THROW(store.image(2));
  EXPECT_THROW(store.image(3), DamagedFile);
}

TEST_F(Store, AMissingFileIsAnError) { EXPECT_THROW(ImageStore(scratch_ / "none.images"), Error); }

}  // namespace
}  // namespace ersatz::data
