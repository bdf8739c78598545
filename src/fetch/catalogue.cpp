#include "fetch/catalogue.hpp"

#include <algorithm>

namespace ersatz::fetch {
namespace {

// GitHub makes branch archives on demand, and not always with the same bytes, so there is no checksum
// to compare with. `ersatz fetch` counts the images instead.
KnownFile cifake() {
  KnownFile file;
  file.name = "cifake";
  file.title = "CIFAKE: 60,000 photos (REAL) and 60,000 images made by Stable Diffusion 1.4 (FAKE), 32x32, ten classes";
  file.url = "https://github.com/jordan-bird/CIFAKE-Real-and-AI-Generated-Synthetic-Images/archive/refs/heads/main.zip";
  file.page = "https://github.com/jordan-bird/CIFAKE-Real-and-AI-Generated-Synthetic-Images";
  file.size = 110'000'000;
  file.licence = "its authors say: \"This dataset is published under the same MIT license as CIFAR-10\"";
  file.citations = {
      "Krizhevsky, A., & Hinton, G. (2009). Learning multiple layers of features from tiny images.",
      "Bird, J. J., & Lotfi, A. (2024). CIFAKE: Image Classification and Explainable Identification of AI-Generated "
      "Synthetic Images. IEEE Access, 12.",
  };
  file.file_name = "cifake.zip";
  file.data_set = true;
  return file;
}

KnownFile vgg16() {
  KnownFile file;
  file.name = "vgg16";
  file.title = "VGG16 without top, trained on ImageNet, in Keras's format";
  file.url =
      "https://storage.googleapis.com/tensorflow/keras-applications/vgg16/"
      "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5";
  file.page = "https://keras.io/api/applications/vgg/";
  file.size = 58'900'000;
  file.expected.md5 = "6d6bbae143d832006294945121d1f1fc";
  file.licence =
      "Keras says: \"These weights are ported from the ones released by VGG at Oxford under the Creative Commons "
      "Attribution License\"";
  file.citations = {
      "Simonyan, K., & Zisserman, A. (2015). Very Deep Convolutional Networks for Large-Scale Image Recognition. ICLR.",
  };
  file.file_name = "vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5";
  return file;
}

}  // namespace

std::filesystem::path KnownFile::default_path(const std::filesystem::path& cache) const {
  return (data_set ? std::filesystem::path("data") : cache / "weights") / file_name;
}

const std::vector<KnownFile>& known_files() {
  static const std::vector<KnownFile> files{cifake(), vgg16()};
  return files;
}

const KnownFile* find_known_file(std::string_view name) {
  const auto& files = known_files();
  const auto found = std::ranges::find(files, name, &KnownFile::name);
  return found == files.end() ? nullptr : &*found;
}

}  // namespace ersatz::fetch
