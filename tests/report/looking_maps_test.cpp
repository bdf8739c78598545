#include "report/looking_maps.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "base/error.hpp"
#include "base/json.hpp"
#include "report/heat_overlay.hpp"
#include "study/output_layout.hpp"
#include "study/run_record.hpp"
#include "study/scratch_folder.hpp"

namespace ersatz::report {
namespace {

using ::testing::HasSubstr;

class LookingMapFiles : public ::testing::Test {
 protected:
  LookingMapFiles() {
    study::write_test_images(out_.path(), "REAL", {{"a.png", 0}, {"b.png", 1}}, {"a", "b"});
    const std::vector<std::uint8_t> grey(data::ImageShape{8, 8}.bytes(), 128);
    maps_.source = "REAL";
    maps_.maps = {{"lenet-REAL-s1-01234567", 1, false}, {"lenet-FAKE-s1-89abcdef", 0, true}};
    maps_.pictures = make_thumbnails({0, 1, 2, 3}, {8, 8}, [&](std::uint32_t) { return std::span(grey); });
    write_looking_maps(out_.path(), maps_);
  }
  std::string error_with(const std::function<void(Json&)>& change) const {
    const auto file = study::maps_file(out_.path(), "REAL");
    Json value = read_json(file);
    change(value);
    write_json(file, value);
    try {
      return read_looking_maps(out_.path(), "REAL", 2) ? "read" : "nothing";
    } catch (const Error& problem) {
      return problem.what();
    }
  }

  testing::ScratchFolder out_;
  LookingMaps maps_;
};

TEST_F(LookingMapFiles, AreReadAsTheyWereWritten) {
  const auto read = read_looking_maps(out_.path(), "REAL", 2);
  ASSERT_TRUE(read);
  ASSERT_EQ(read->maps.size(), 2U);
  EXPECT_EQ(read->maps[0].run, "lenet-REAL-s1-01234567");
  EXPECT_EQ(read->maps[0].image, 1U);
  EXPECT_FALSE(read->maps[0].flat);
  EXPECT_TRUE(read->maps[1].flat);
  EXPECT_EQ(read->pictures.jpeg, maps_.pictures.jpeg);
}

TEST_F(LookingMapFiles, WhatNobodyWroteIsAnError) {
  EXPECT_THAT(error_with([](Json& value) { value["maps"][0]["image"] = 2; }), HasSubstr("REAL-maps.json"));
  EXPECT_THAT(error_with([](Json& value) { value["maps"][0]["image"] = 1, value["maps"].push_back(value["maps"][0]); }),
              HasSubstr("not two pictures of each map"));
  EXPECT_EQ(error_with([](Json& value) { value["list"] = "of other images"; }), "nothing");
}

TEST(HeatOverlay, LiesOverTheImageAtItsShareAndIsLighterTheMore) {
  const std::vector<std::uint8_t> black(5 * 3, 0);
  const auto overlay = heat_overlay(black, std::vector<float>{0, 0.25F, 0.5F, 0.75F, 1});
  ASSERT_EQ(overlay.size(), black.size());
  double before = 0;
  for (std::size_t i = 0; i < 5; ++i) {
    const double light = 0.299 * overlay[3 * i] + 0.587 * overlay[3 * i + 1] + 0.114 * overlay[3 * i + 2];
    EXPECT_GT(light, before);
    EXPECT_LE(light, 255 * kHeatShare);
    before = light;
  }
  const std::vector<std::uint8_t> white(3, 255);
  for (const std::uint8_t value : heat_overlay(white, std::vector<float>{0})) EXPECT_GE(value, 255 * (1 - kHeatShare));
}

}  // namespace
}  // namespace ersatz::report
