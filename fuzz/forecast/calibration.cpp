// The speeds that the cache folder remembers. Whatever stands there, forecasts go on: nothing is thrown.

#include "forecast/calibration.hpp"

#include "input.hpp"

namespace fuzzing = ersatz::fuzzing;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzzing::ScratchFolder scratch;
  scratch.write("calibration.json", fuzzing::text_of(data, size));
  ersatz::forecast::Calibration calibration(scratch.path(), {"processor", "program"});
  ersatz::study::RunSpec run;
  run.classifier = "nn";
  const auto speed = calibration.classifier_speed("nn");
  calibration.feature_speed("vgg16");
  calibration.mean_epochs(run);
  calibration.remember_epochs(run, 3);
  fuzzing::require(calibration.mean_epochs(run).has_value());
  if (speed) calibration.set("nn", *speed);
  calibration.save();
  return 0;
}
