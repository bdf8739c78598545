#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "study/scratch_folder.hpp"

namespace ersatz::testing {

/// A test that stands in a fresh folder, with a cache of its own, as somebody at a terminal does.
class WorkingFolder : public ::testing::Test {
 protected:
  WorkingFolder() : before_(std::filesystem::current_path()) {
    ::setenv("ERSATZ_CACHE", (scratch_ / "cache").c_str(), 1);
    std::filesystem::current_path(scratch_.path());
  }
  ~WorkingFolder() override {
    std::filesystem::current_path(before_);
    ::unsetenv("ERSATZ_CACHE");
  }

  ScratchFolder scratch_;

 private:
  std::filesystem::path before_;
};

}  // namespace ersatz::testing
