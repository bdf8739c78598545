// Packs that nobody packed: each is one clear error, and nothing is left behind.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "analysis/fake_study.hpp"
#include "base/error.hpp"
#include "base/json.hpp"
#include "base/npy_integers.hpp"
#include "data/archive/tar_xz.hpp"
#include "study/pack.hpp"
#include "study/pack_format.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz::study {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

using Files = std::vector<std::pair<std::string, std::string>>;  // in the order of the archive

class HostilePack : public ::testing::Test {
 protected:
  HostilePack() {
    study_.classifiers = {"nn"};
    study_.test_images = 20;
    study_.test_on = study_.sources;
    study_.write();
    write_pack(study_.folder(), folder_ / "good", {});
    data::read_tar_xz(folder_ / "good",
                      {[](const std::string&, std::uint64_t) { return true; },
                       [&](const std::string& name, std::string_view bytes) { files_.emplace_back(name, bytes); }});
    run_ = "fake-study/runs/" + study_.run_folder(0).filename().string() + "/";
  }

  std::string& file(const std::string& name) {
    const auto found = std::ranges::find(files_, name, &Files::value_type::first);
    EXPECT_NE(found, files_.end()) << name;
    return found->second;
  }
  void add(const std::string& name, const std::string& bytes) {
    files_.emplace_back(name, bytes);
    std::sort(files_.begin() + 1, files_.end());
  }
  void change(const std::string& name, const std::function<void(Json&)>& how) {
    Json value = parse_json(file(name));
    how(value);
    file(name) = value.dump();
  }
  // pack.json, so that it fits what else there is.
  void mend() {
    PackDigest digest;
    for (std::size_t i = 1; i < files_.size(); ++i) {
      const auto& [name, bytes] = files_[i];
      digest.add(name.substr(name.find('/') + 1), bytes);
    }
    files_.front().second = to_text(digest.finish("fake-study"));
  }
  void write() const {
    fs::remove(folder_ / "bad");
    data::TarXzWriter writer(folder_ / "bad");
    for (const auto& [name, bytes] : files_) writer.add(name, bytes);
    writer.commit();
  }
  // The error of unpacking it, after which nothing is there but what was.
  std::string error() const {
    write();
    std::string text;
    try {
      unpack(folder_ / "bad", folder_ / "new/out");
    } catch (const Error& problem) {
      text = problem.what();
      EXPECT_THAT(text, HasSubstr((folder_ / "bad").string()));
    }
    std::size_t names = 0;
    for (const auto& entry : fs::directory_iterator(folder_.path())) names += !entry.path().empty();
    EXPECT_EQ(names, 2U) << "good and bad";
    return text;
  }

  FakeStudy study_;
  testing::ScratchFolder folder_;
  Files files_;
  std::string run_;
};

TEST_F(HostilePack, TheHelpersMakeAGoodOne) {
  mend();
  write();
  EXPECT_EQ(unpack(folder_ / "bad", folder_ / "out"), "fake-study");
  EXPECT_EQ(read_file(folder_ / "bad"), read_file(folder_ / "good"));
}

TEST_F(HostilePack, NamesThatNoPackHas) {
  const Files good = files_;
  for (const std::string name :
       {"fake-study/../evil", "fake-study/data/../../evil-test.csv", "fake-study/runs/x/../../../run.json",
        "fake-study/runs/../run.json", "fake-study/runs/.partial-x/run.json", "fake-study/runs/x/model.safetensors",
        "fake-study/runs/x/y/run.json", "fake-study/zzz", "fake-study//etc/passwd", "fake-study/runs/a\nb/run.json",
        "fake-study/runs//run.json", "fake-study/data/-test.csv.gz", "fake-study/runs/x/classes-.npy",
        "fake-study/figures/a.svg"}) {
    files_ = good;
    add(name, "{}");
    mend();
    EXPECT_THAT(error(), ::testing::AnyOf(HasSubstr("which no pack has"), HasSubstr("where no such file belongs")))
        << name;
  }
  for (const std::string name : {"/etc/passwd", "other/study.json", "study.json", "../study.json"}) {
    files_ = good;
    files_.emplace_back(name, "{}");
    EXPECT_THAT(error(), HasSubstr("where no such file belongs")) << name;
  }
}

TEST_F(HostilePack, FilesThatComeTwiceOrInAnotherOrder) {
  files_.push_back(files_.back());
  mend();
  EXPECT_THAT(error(), HasSubstr("study.json where no such file belongs"));
  files_.pop_back();
  std::swap(files_[1], files_[2]);
  mend();
  EXPECT_THAT(error(), HasSubstr("where no such file belongs"));
  std::swap(files_[1], files_[2]);
  files_.push_back(files_.front());
  EXPECT_THAT(error(), HasSubstr("where no such file belongs"));
}

TEST_F(HostilePack, FilesThatAreNotThoseOfItsManifest) {
  const Files good = files_;
  file("fake-study/study.json") += " ";
  EXPECT_THAT(error(), HasSubstr("holds more than it says"));
  files_ = good;
  file("fake-study/study.json").back() = ' ';
  EXPECT_THAT(error(), HasSubstr("its files are not those that it was made of"));
  files_ = good;
  files_.pop_back();
  EXPECT_THAT(error(), HasSubstr("its files are not those that it was made of"));
  files_ = good;
  add(run_ + "model_card.txt", "");
  EXPECT_THAT(error(), HasSubstr("holds more than it says"));
}

TEST_F(HostilePack, ManifestsThatAreNone) {
  const std::string name = "fake-study/pack.json";
  const std::string good = file(name);
  file(name) = "{";
  EXPECT_THAT(error(), HasSubstr("is not valid JSON"));
  file(name) = "{}";
  EXPECT_THAT(error(), HasSubstr("its pack.json is not as ersatz writes it"));
  file(name) = good;
  change(name, [](Json& value) { value["format"] = 2; });
  EXPECT_THAT(error(), HasSubstr("it is a pack of format 2, which this version does not read (it reads 1)"));
  file(name) = good;
  change(name, [](Json& value) { value["files"] = 2'000'000; });
  EXPECT_THAT(error(), HasSubstr("a pack has at most 1,000,000"));
  file(name) = good;
  change(name, [](Json& value) { value["bytes"] = std::uint64_t{1} << 40; });
  EXPECT_THAT(error(), HasSubstr("a pack has at most 1,000,000"));
  file(name) = good;
  change(name, [](Json& value) { value["study"] = "other"; });
  EXPECT_THAT(error(), HasSubstr("its folder is not called other"));
  file(name) = std::string(100'000, ' ');
  EXPECT_THAT(error(), HasSubstr("has 100000 bytes, more than any has"));
  files_.erase(files_.begin());
  EXPECT_THAT(error(), HasSubstr("is no pack: it does not begin with pack.json"));
}

TEST_F(HostilePack, RunsThatNobodyPacked) {
  const Files good = files_;
  const auto error_with = [&](const std::function<void()>& how) {
    files_ = good;
    how();
    mend();
    return error();
  };
  const std::string record = run_ + "run.json", classes = run_ + "classes-REAL.npy";
  EXPECT_THAT(error_with([&] { change(record, [](Json& value) { value["seed"] = 5; }); }),
              HasSubstr("its settings are those of nn-REAL-s5-"));
  EXPECT_THAT(error_with([&] { change(record, [](Json& value) { value.erase("packed"); }); }), HasSubstr("is damaged"));
  EXPECT_THAT(error_with([&] { change(record, [](Json& value) { value["format"] = 7; }); }),
              HasSubstr("format 7 is not one that this version reads"));
  EXPECT_THAT(error_with([&] { file(classes).back() = 1; }), HasSubstr("its SHA-256 is not the one in run.json"));
  const auto of_any_hash = [&](const std::string& bytes) {
    return error_with([&] {
      file(classes) = bytes;
      change(record, [](Json& value) { value["sha256"].erase("classes-REAL.npy"); });
    });
  };
  const std::vector<std::int32_t> beyond(20, 10), few(19, 1);
  EXPECT_THAT(of_any_hash(npy_of_integers(beyond, 10)), HasSubstr("image 0 is of class 10, but there are 10 classes"));
  EXPECT_THAT(of_any_hash(npy_of_integers(few, 10)), HasSubstr("has 19 rows"));
  EXPECT_THAT(of_any_hash("no array"), HasSubstr("is not a NumPy array"));
  EXPECT_THAT(error_with([&] { change("fake-study/study.json", [](Json& value) { value["format"] = 9; }); }),
              HasSubstr("format 9 is not one that this version reads (1)"));
  EXPECT_THAT(error_with([&] { change("fake-study/study.json", [](Json& value) { value["name"] = "x"; }); }),
              HasSubstr("is of the study x, not fake-study"));
  EXPECT_THAT(error_with([&] { files_.pop_back(); }), HasSubstr("holds no study.json"));
  EXPECT_THAT(error_with([&] { std::erase_if(files_, [&](const auto& one) { return one.first == classes; }); }),
              HasSubstr("classes-REAL.npy"));
}

TEST_F(HostilePack, CutShortOrFlippedAnywhere) {
  const std::string good = read_file(folder_ / "good");
  std::size_t tried = 0;
  for (std::size_t i = 0; i < good.size(); i += 1 + good.size() / 150) {
    for (const bool cut : {true, false}) {
      std::string bytes = cut ? good.substr(0, i) : good;
      if (!cut) bytes[i] = static_cast<char>(bytes[i] ^ 1);
      write_file(folder_ / "bad", bytes);
      EXPECT_THROW(unpack(folder_ / "bad", folder_ / "out"), Error) << i << (cut ? " cut" : " flipped");
      EXPECT_FALSE(fs::exists(folder_ / "out"));
      EXPECT_THROW(FolderOrPack(folder_ / "bad"), Error);
      ++tried;
    }
  }
  EXPECT_GT(tried, 200U);
  std::size_t names = 0;
  for (const auto& entry : fs::directory_iterator(folder_.path())) names += !entry.path().empty();
  EXPECT_EQ(names, 2U) << "nothing is left behind";
}

}  // namespace
}  // namespace ersatz::study
