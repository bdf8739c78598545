// `ersatz predict`, `explain` and `export`: trained classifiers and images that are in no study.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "base/json.hpp"
#include "base/npy.hpp"
#include "cli/program.hpp"
#include "data/codec/decode.hpp"
#include "data/codec/encode_png.hpp"
#include "nn/safetensors.hpp"
#include "study/run_status.hpp"
#include "study/scratch_folder.hpp"
#include "study/tiny_data.hpp"

namespace ersatz {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using testing::Outcome;

class ModelCommands : public ::testing::Test {
 protected:
  ModelCommands() {
    testing::write_tiny_source(folder_ / "data", {"A", 20, 6, 0});
    testing::write_tiny_source(folder_ / "data", {"B", 20, 6, 0});
    write_file(folder_ / "tiny.toml",
               "[study]\nname = \"tiny\"\nclassifiers = [\"lenet\", \"nn\"]\nseeds = [2, 1]\n[data]\npath = \"data\"\n"
               "[training]\nsteps = 20\nbatch = 8\nprecision = \"f32\"\n[train.A]\nsources = { A = 20 }\n");
    const Outcome done =
        testing::run_ersatz({"run", folder_ / "tiny.toml", "--out", out_, "--cache", folder_ / "cache"});
    EXPECT_EQ(done.code, 0) << done.err;
  }
  fs::path run_of(const std::string& beginning) const {
    for (const auto& run : study::read_finished_runs(out_).runs) {
      if (run.id().starts_with(beginning)) return run.folder;
    }
    ADD_FAILURE() << beginning;
    return {};
  }
  std::vector<std::string> test_images() const {
    std::vector<std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / "data/test/A")) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
    std::ranges::sort(files);
    return files;
  }
  static Json parse(const Outcome& done) {
    EXPECT_EQ(done.code, 0) << done.err;
    return parse_json(done.out);
  }

  testing::ScratchFolder folder_;
  const fs::path out_ = folder_ / "out";
};

TEST_F(ModelCommands, PredictsTestImagesAsTheRunDid) {
  for (const char* beginning : {"lenet-A-s2", "nn-A-s1"}) {
    const fs::path run = run_of(beginning);
    const Json said = parse(testing::run_ersatz({"predict", run, folder_ / "data/test/A", "--json"}));
    const Matrix written = read_npy(run / "predictions-A.npy");
    ASSERT_EQ(said["images"].size(), written.rows);
    for (std::size_t i = 0; i < written.rows; ++i) {
      std::size_t c = 0;
      for (const auto& [name, share] : said["images"][i]["predictions"][0]["probabilities"].items()) {
        EXPECT_NEAR(share.get<double>(), written.values[i * written.columns + c++], 1e-6) << name;
      }
    }
  }
}

TEST_F(ModelCommands, AStudysFolderIsTheFirstSeedOfEachOfItsClassifiers) {
  const Json said = parse(testing::run_ersatz({"predict", out_, test_images().front(), "--json"}));
  ASSERT_EQ(said["models"].size(), 2U);
  EXPECT_THAT(said["models"][0]["name"].get<std::string>(), HasSubstr("lenet-A-s2"));
  EXPECT_THAT(said["models"][1]["name"].get<std::string>(), HasSubstr("nn-A-s2"));
  const Outcome text = testing::run_ersatz({"predict", out_, test_images().front()});
  EXPECT_THAT(text.out, AllOf(HasSubstr("LeNet, A"), HasSubstr("NN, A"), HasSubstr(test_images().front())));
}

TEST_F(ModelCommands, AModelFileIsEnoughAndSizesAreMadeTheSame) {
  const fs::path model = folder_ / "moved.safetensors";
  fs::copy_file(run_of("lenet") / "model.safetensors", model);
  const data::ImageShape large{20, 30};
  write_file(folder_ / "large.png", data::encode_png(std::vector<std::uint8_t>(large.bytes(), 200), large));
  const Outcome done = testing::run_ersatz({"predict", model, folder_ / "large.png"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(done.out, AllOf(HasSubstr("LeNet"), HasSubstr("large.png")));
  EXPECT_THAT(done.err, ContainsRegex("note: 1 image was resized to [0-9]+ x [0-9]+ pixels \\(crop, bicubic\\)"));
}

TEST_F(ModelCommands, AModelThatDoesNotSayItsImagesSizeIsToldIt) {
  auto content = nn::read_safetensors(run_of("lenet") / "model.safetensors");
  const Json image = parse_json(content.metadata.at("image"));
  content.metadata.erase("image");
  nn::write_safetensors(folder_ / "old.safetensors", content);
  const Outcome done = testing::run_ersatz({"predict", folder_ / "old.safetensors", test_images().front()});
  EXPECT_EQ(done.code, 2);
  EXPECT_THAT(done.err, AllOf(HasSubstr("does not say which size its images have"), HasSubstr("--size")));
  const std::string size = std::to_string(image.at("height").get<int>());
  const Outcome told =
      testing::run_ersatz({"predict", folder_ / "old.safetensors", test_images().front(), "--size", size});
  EXPECT_EQ(told.code, 0) << told.err;
}

TEST_F(ModelCommands, BrokenImagesAreNamedAndTheOthersPredicted) {
  write_file(folder_ / "broken.png", "no image");
  const Outcome done = testing::run_ersatz({"predict", run_of("nn"), folder_ / "broken.png", test_images().front()});
  EXPECT_EQ(done.code, 2);
  EXPECT_THAT(done.out, HasSubstr(test_images().front()));
  EXPECT_THAT(done.err, HasSubstr("broken.png is not a JPEG, PNG, WebP, GIF or BMP image"));
}

TEST_F(ModelCommands, WhatIsMissingIsOneError) {
  const auto error = [](const std::vector<std::string>& words) {
    const Outcome done = testing::run_ersatz(words);
    EXPECT_EQ(done.code, 2);
    return done.err;
  };
  EXPECT_THAT(error({"predict", test_images().front()}), HasSubstr("no model is named"));
  EXPECT_THAT(error({"predict", out_}), HasSubstr("no image is named"));
  EXPECT_THAT(error({"predict", out_, folder_ / "nothing.png"}), HasSubstr("there is no file or folder "));
  EXPECT_THAT(error({"explain", run_of("nn"), test_images().front(), "-o", folder_ / "x.png"}),
              HasSubstr("NN, A: it has no convolution"));
  EXPECT_THAT(error({"explain", run_of("lenet"), test_images().front(), "--class", "zzz", "-o", folder_ / "x.png"}),
              HasSubstr("has no class \"zzz\""));
  EXPECT_THAT(error({"export", out_, "--onnx", folder_ / "x.onnx"}), HasSubstr("holds 2 models"));
  EXPECT_FALSE(fs::exists(folder_ / "x.png"));
  EXPECT_FALSE(fs::exists(folder_ / "x.onnx"));
}

TEST_F(ModelCommands, ExplainsImagesSideBySide) {
  const auto images = test_images();
  const Outcome done = testing::run_ersatz({"explain", out_, images.at(0), images.at(1), "-o", folder_ / "where.png"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("where 1 classifier looks in 2 images"));
  EXPECT_THAT(done.err, HasSubstr("NN, A is left out: it has no convolution"));
  data::Picture picture;
  data::decode_image(read_file(folder_ / "where.png"), picture);
  EXPECT_GT(picture.shape.width, 2 * 64);
  EXPECT_GT(picture.shape.height, 2 * 64);
}

TEST_F(ModelCommands, ExportsARunsModel) {
  const Outcome done = testing::run_ersatz({"export", run_of("lenet"), "--onnx", folder_ / "lenet.onnx"});
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(done.out, AllOf(HasSubstr("pixels, uint8 [N, "), HasSubstr("probabilities and logits, float32")));
  EXPECT_THAT(read_file(folder_ / "lenet.onnx"), HasSubstr("LeNet, A"));
}

TEST_F(ModelCommands, OutputsThatWouldReplaceSomethingElseAreRefused) {
  const fs::path run = run_of("lenet"), image = folder_ / "own.png", pipe = folder_ / "pipe";
  fs::copy_file(test_images().front(), image);
  const std::string model = read_file(run / "model.safetensors"), pixels = read_file(image);
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const auto error = [](const std::vector<std::string>& words) {
    const Outcome done = testing::run_ersatz(words);
    EXPECT_EQ(done.code, 2);
    return done.err;
  };
  EXPECT_THAT(error({"export", run, "--onnx", run / "model.safetensors"}),
              HasSubstr("is also read, and would be lost"));
  EXPECT_THAT(error({"explain", run, image, "-o", image}), HasSubstr("is also read, and would be lost"));
  EXPECT_THAT(error({"export", run, "--onnx", pipe}), HasSubstr("is not a plain file"));
  EXPECT_THAT(error({"export", run, "--onnx", folder_ / "no/where.onnx"}), HasSubstr("there is no folder"));
  EXPECT_THAT(error({"explain", run, image, "-o", folder_ / "where.jpg"}), HasSubstr("does not end in .png"));
  EXPECT_THAT(error({"predict", run, pipe}), HasSubstr("is no file and no folder"));
  EXPECT_EQ(read_file(run / "model.safetensors"), model);
  EXPECT_EQ(read_file(image), pixels);
  EXPECT_FALSE(fs::exists(folder_ / "no"));
}

TEST_F(ModelCommands, ModelsThatCannotBeAreRefusedByAllThree) {
  const auto whole = nn::read_safetensors(run_of("lenet") / "model.safetensors");
  const fs::path changed = folder_ / "changed.safetensors";
  const auto expect = [&](const nn::SafeTensors& content, const char* message) {
    nn::write_safetensors(changed, content);
    for (const std::vector<std::string>& words : {std::vector<std::string>{"predict", changed, test_images().front()},
                                                  {"explain", changed, test_images().front(), "-o", folder_ / "x.png"},
                                                  {"export", changed, "--onnx", folder_ / "x.onnx"}}) {
      const Outcome done = testing::run_ersatz(words);
      EXPECT_EQ(done.code, 2) << words.front();
      EXPECT_THAT(done.err, AllOf(HasSubstr("changed.safetensors"), HasSubstr(message)));
    }
    EXPECT_FALSE(fs::exists(folder_ / "x.png"));
    EXPECT_FALSE(fs::exists(folder_ / "x.onnx"));
  };
  auto content = whole;
  content.tensors.back().second.values.front() = std::nanf("");
  expect(content, "holds values that are not numbers");
  content = whole;
  content.tensors.pop_back();
  expect(content, "has no fc2.bias");
  content = whole;
  std::swap(content.tensors[4].second.shape[0], content.tensors[4].second.shape[1]);
  expect(content, "fc1.weight has the shape");
  content = whole;
  content.metadata["image"] = R"({"height": 16384, "width": 16384})";
  expect(content, "its images have an impossible size");
}

}  // namespace
}  // namespace ersatz
