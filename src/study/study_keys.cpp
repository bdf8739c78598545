#include "study/study_keys.hpp"

#include <fmt/format.h>

#include "study/training_settings.hpp"

namespace ersatz::study {
namespace {

// Settings of the whole file, of the data and of training sets, which have a form of their own.
const std::vector<StudyKey>& fixed_keys() {
  static const std::vector<StudyKey> keys{
      {"study", "name", "text", "required", "letters, digits, `.`, `_`, `+`, `-`; results go to `out/<name>`"},
      {"study", "classifiers", "list of texts", "required",
       "`nn` (grey pixels), `nn-rgb`, `lenet`, `cifake-cnn`, `convnet`, `vgg16`, `vgg19`; `convnet` may have a width "
       "factor above 0 and up to 4: `convnet:0.25`; the last two may be cut after a block: `vgg16:block3`"},
      {"study", "label", "text", "`\"class\"`",
       "what classifiers learn to predict: `class`, what an image shows, or `source`, which source it is from (below)"},
      {"study", "test_on", "list of texts", "every source that has test images, and every `[test.NAME]`",
       "sources whose test split, and test sets, that each run is tested on"},
      {"study", "real", "text", "`REAL`; else the only source that nothing is trained on; else the first of `test_on`",
       "the source whose images are the real ones: headline, answer, tables and figures say what the others are "
       "worth on its test images"},
      {"study", "seeds", "list of integers from 0, or a text", "`[1]`",
       "one run per seed; `\"until .01, at most 20\"`: seeds are added until intervals are as narrow (below). Seeds "
       "decide the initial weights, the order of images and which images an amount or a limit "
       "takes"},
      {"data", "path", "text", "none",
       "a zip, tar, tar.gz or folder with all sources; relative to the study file. `--data PATH` replaces it"},
      {"data", "sources", "table", "none", "source -> a path of its own, which goes before `path`"},
      {"data", "size", "integer or list of two", "the size of the images, if all have one",
       "images are made this size: `64`, or `[48, 64]` for 48 rows of 64 pixels. `--size` replaces it"},
      {"data", "fit", "text", "`\"crop\"`",
       "what becomes of other proportions: `crop` cuts off what is too long, `squash` changes them, `pad` adds black"},
      {"data", "filter", "text", "`\"bicubic\"`",
       "how pixels are resampled: `nearest`, `box`, `bilinear`, `bicubic` or `lanczos`, as Pillow does it"},
      {"data", "draft", "true/false", "`false`",
       "large JPEGs are decoded at a half, a quarter or an eighth of their size first: faster, but not the same "
       "pixels"},
      {"data", "test", "number or table", "none",
       "what is set aside for testing of sources without a split: a share (`0.2`) or a number of each class (`500`), "
       "by "
       "a hash of the decoded pixels; a table gives one for each source"},
      {"data", "group", "text or table", "none",
       "what stays together on one side of that split: a column of the table of labels, or a regular expression for "
       "the "
       "names; a table gives one for each source"},
      {"data", "labels", "text or table", "`metadata.csv` or `metadata.jsonl` among the images",
       "a CSV with the columns `file_name` and `label`, beside the study file or among the images; a table gives one "
       "for "
       "each source"},
      {"data", "columns", "table", "the usual names",
       "which columns or arrays hold the images (in a table of labels: their names) and the classes: "
       "`{ image = \"pixels\", label = \"fine\" }`; a table of such gives them for each source"},
      {"data", "classes", "table", "none", "class -> other names that it has: `{ automobile = [\"car\", \"auto\"] }`"},
      {"data", "made_from", "table", "none",
       "source -> the source whose images its images were made from: parents among the test images are reported"},
      {"weights", "vgg16", "text", "what `ersatz fetch vgg16` downloaded",
       "file with VGG16's pretrained weights, relative to the study file"},
      {"weights", "vgg19", "text", "none", "the same of VGG19"},
      {"training", "budget", "text", "none",
       "`\"converged\"`, in place of `steps`: each classifier is trained on each training set with more and more steps "
       "until that gains no more (below)"},
      {"training", "first_steps", "integer from 1", "1562", "with `budget` only: the steps of the first rung"},
      {"training", "rungs", "integer from 2 to 6", "3",
       "with `budget` only: at most so many rungs, each with four times the steps of the one before it"},
      {"training", "tolerance", "number in (0, 1)", "0.01",
       "with `budget` only: a rung that gains less validation accuracy than this, with its 95 % interval, is the last"},
      {"training", "tune", "table", "none",
       "`{ trials = 12 }`: each classifier is tried on each training set with several settings, and goes on with those "
       "that are best on its validation images (below)"},
      {"training.tune", "trials", "integer from 2 to 100", "12",
       "settings that are tried on each training set, the study's own first"},
      {"training.tune", "learning_rate", "list of two numbers", "from a third of the study's to three times it",
       "ends of a range: rates are drawn from it evenly in their logarithms; two equal ends: not tried"},
      {"training.tune", "label_smoothing", "list of two numbers", "`[0, 0.1]`",
       "ends of a range, from which it is drawn evenly; two equal ends: not tried"},
      {"training.tune", "augment", "true/false", "`true`",
       "try also whether and how training images are changed: not at all, flip, flip+crop, flip+crop+color, "
       "flip+crop+cutout"},
      {"train.NAME", "sources", "table", "required",
       "source -> how much of its training images, behind the validation part: `\"all\"`, a number of images (`5000`, "
       "chosen as evenly over the classes as they allow) or a fraction of each class (`0.5`). A list of amounts makes "
       "a "
       "grid"},
      {"train.NAME", "replace", "table", "none", "in place of `sources`: one source replaces another, the total stays"},
      {"train.NAME", "add", "table", "none", "in place of `sources`: one source is added to another, which stays"},
      {"train.NAME", "augment", "list", "none", "how the training images are changed while training (below)"},
      {"train.NAME", "draw", "table", "none",
       "source -> the share of every batch that comes from it (below); a pair of numbers goes linearly from the one at "
       "the first step to the other at the last"},
      {"train.NAME", "weight", "table", "none",
       "source -> what its images weigh in the loss, from 0, or a pair as for `draw`; those of other sources weigh 1"},
      {"train.NAME", "match", "text", "none",
       "`\"color\"` or `\"spectrum\"`: the images of the other sources get the colours, or the spectrum, of the real "
       "source's (below)"},
      {"train.NAME", "keep", "table", "none",
       "source -> which of its images are trained on, as a verifier chooses them (below)"},
      {"train.NAME", "labels", "text or table", "none",
       "`\"teacher\"`: the images of other sources than the real one are learned by a teacher's probabilities in place "
       "of "
       "their labels; a table has options: `{ teacher = { share = 0.5 } }` (below)"},
      {"train.NAME", "phases", "list of tables", "none",
       "in place of `sources`: parts of the training, one after the other, each with images of its own (below)"},
      {"train.NAME.keep.SOURCE", "by", "text", "required",
       "`agreement`, `confidence`, `middle`, `hardest`, `nearest`, `farthest`, `distinct` or `random`"},
      {"train.NAME.keep.SOURCE", "share", "number in (0, 1)", "required", "of the images of the amount"},
      {"train.NAME.keep.SOURCE", "per", "text", "`\"class\"`",
       "`class` keeps this share of each class, `all` of all images together"},
      {"train.NAME.keep.SOURCE", "verifier", "text", "`\"lenet\"`",
       "the classifier that learns from the photographs: one without a pretrained network"},
      {"train.NAME.labels.teacher", "share", "number in (0, 1]", "1",
       "of the teacher's probabilities in the soft label; the rest is the image's own label"},
      {"train.NAME.labels.teacher", "temperature", "number above 0", "1",
       "the teacher's probabilities to the power of 1 / `temperature`, made to add up to 1 again"},
      {"train.NAME.labels.teacher", "verifier", "text", "`\"lenet\"`", "as in `keep`"},
      {"train.NAME.phases", "sources", "table", "required", "source -> how much of its training images, one amount"},
      {"train.NAME.phases", "share", "number in (0, 1)", "either of both", "of the steps; shares add up to 1"},
      {"train.NAME.phases", "steps", "integer from 1", "either of both",
       "updates in this phase; those of all phases are the budget"},
      {"train.NAME.phases", "draw", "table", "none",
       "as in `[train.NAME]`; pairs go from the phase's first step to its last"},
      {"train.NAME.phases", "weight", "table", "none", "the same"},
      {"train.NAME.phases", "augment", "list", "that of `[train.NAME]`", "how the phase's images are changed"},
      {"test.NAME", "sources", "table", "required",
       "source -> how much of its test images, one amount; of a number or a fraction the same images in every run"},
      {"test.NAME", "transform", "list", "none",
       "how each image is changed, once and for all: the names and parameters of `augment`, which happen to every "
       "image here"},
  };
  return keys;
}

}  // namespace

std::vector<StudyKey> study_keys() {
  std::vector<StudyKey> keys;
  const auto add_fixed = [&](std::string_view section) {
    for (const StudyKey& key : fixed_keys()) {
      if (key.section == section) keys.push_back(key);
    }
  };
  const auto add_settings = [&](std::string_view section, Place place) {
    for (const Field& field : settings_fields()) {
      if (field.place != place) continue;
      keys.push_back({std::string(section), std::string(field.key), type_text(field), std::string(field.fallback),
                      std::string(field.meaning)});
    }
  };
  add_fixed("study");
  add_fixed("data");
  add_settings("data", Place::data);
  add_fixed("weights");
  add_settings("training", Place::training);
  add_fixed("training");
  add_fixed("training.tune");
  add_fixed("train.NAME");
  for (const Field& field : settings_fields()) {
    if (!field.of_set) continue;
    keys.push_back({"train.NAME", std::string(field.key), type_text(field), "that of `[training]`",
                    "goes before it on this training set"});
  }
  add_fixed("train.NAME.keep.SOURCE");
  add_fixed("train.NAME.labels.teacher");
  add_fixed("train.NAME.phases");
  add_fixed("test.NAME");
  return keys;
}

std::vector<std::string> keys_of(std::string_view section) {
  std::vector<std::string> names;
  for (const StudyKey& key : study_keys()) {
    if (key.section == section) names.push_back(key.key);
  }
  return names;
}

std::string markdown_row(const StudyKey& key) {
  return fmt::format("| `{}` | {} | {} | {} |", key.key, key.type, key.fallback, key.meaning);
}

}  // namespace ersatz::study
