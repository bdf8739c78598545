#include "report/mixture_text.hpp"

#include <gtest/gtest.h>

namespace ersatz::report {
namespace {

using analysis::Mixture;

TEST(MixtureText, SaysWhatIsAdded) {
  Mixture mixture{{{"FAKE", 10000}, {"REAL", 500}}, {}};
  EXPECT_EQ(additions_text(mixture, "REAL"), "10,000 FAKE");
  mixture.augmentation = {data::Flip{}, data::Crop{1, 2, true}};
  EXPECT_EQ(additions_text(mixture, "REAL"), "10,000 FAKE, flip+crop(padding 2)");
  EXPECT_EQ(other_images_text(mixture, "REAL"), "10,000 FAKE");
  mixture.augmentation = {data::Flip{}, data::Crop{}, data::Noise{}};
  EXPECT_EQ(additions_text(mixture, "FAKE"), "500 REAL, flip+crop+noise");
  mixture.augmentation = {data::Flip{}, data::Crop{}, data::Color{}, data::Noise{}};
  EXPECT_EQ(additions_text(mixture, "FAKE"), "500 REAL, flip+crop+2 more");
  EXPECT_EQ(augmentation_text(*mixture.augmentation), "flip+crop+color+noise");
}

TEST(MixtureText, NamesSettingsOfItsOwn) {
  Mixture mixture{{{"FAKE", 10000}, {"REAL", 500}}, {}};
  mixture.own.learning_rate = 0.03;
  mixture.own.label_smoothing = 0.1;
  EXPECT_EQ(additions_text(mixture, "REAL"), "10,000 FAKE, learning rate .03, label smoothing .1");
  mixture.images.erase(mixture.images.begin());
  mixture.own = {};
  mixture.own.momentum = 0;
  EXPECT_EQ(additions_text(mixture, "REAL"), "momentum 0");
}

TEST(MixtureText, OfAnEmptyListIsNone) {
  Mixture mixture{{{"REAL", 500}}, {}};
  EXPECT_EQ(additions_text(mixture, "REAL"), "");
  mixture.augmentation.emplace();
  EXPECT_EQ(additions_text(mixture, "REAL"), "none");
}

}  // namespace
}  // namespace ersatz::report
