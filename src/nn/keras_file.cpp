#include "nn/keras_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <hdf5.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace ersatz::nn {
namespace {

constexpr hsize_t kMostNames = 10'000;
constexpr std::size_t kLongestName = 4096;
constexpr char kWeight[] = ".weight", kBias[] = ".bias";

/// An HDF5 handle with the function that closes it.
class Handle {
 public:
  using Close = herr_t (*)(hid_t);
  Handle(hid_t id, Close close) : id_(id), close_(close) {}
  ~Handle() {
    if (id_ >= 0) close_(id_);
  }
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Handle& operator=(Handle&&) = delete;

  explicit operator bool() const { return id_ >= 0; }
  hid_t get() const { return id_; }

 private:
  hid_t id_;
  Close close_;
};

/// Bytes that HDF5 takes for a file of its "core" driver, as they lie: without these functions it would copy them.
class Image {
 public:
  explicit Image(std::string_view bytes) : start_(const_cast<char*>(bytes.data())), size_(bytes.size()) {}

  /// Opens it to be read only; nothing of the file system is looked at.
  Handle open() {
    const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    H5FD_file_image_callbacks_t functions{give, pass, nullptr, keep, copy, forget, this};
    H5Pset_fapl_core(access.get(), 1 << 16, false);
    H5Pset_file_image_callbacks(access.get(), &functions);
    H5Pset_file_image(access.get(), start_, size_);
    return {H5Fopen("/image", H5F_ACC_RDONLY, access.get()), H5Fclose};
  }

 private:
  using Op = H5FD_file_image_op_t;
  static void* give(std::size_t size, Op, void* image) {
    const auto* const own = static_cast<Image*>(image);
    return size == own->size_ ? own->start_ : nullptr;
  }
  static void* pass(void* to, const void* from, std::size_t size, Op, void*) {
    return to == from ? to : std::memcpy(to, from, size);
  }
  static herr_t keep(void*, Op, void*) { return 0; }
  static void* copy(void* image) { return image; }
  static herr_t forget(void*) { return 0; }

  char* start_;
  std::size_t size_;
};

class KerasFile {
 public:
  KerasFile(std::string_view bytes, const std::filesystem::path& path, const std::vector<ParameterSpec>& wanted)
      : path_(path.string()), image_(bytes), file_(image_.open()), wanted_(wanted) {
    if (!file_) fail("cannot be opened as an HDF5 file: it is damaged or cut short");
  }

  NamedTensors read() const {
    NamedTensors tensors;
    for (const std::string& layer : names(root(), "layer_names")) {
      if (find_wanted(layer + kWeight) == nullptr && find_wanted(layer + kBias) == nullptr) continue;
      const Handle group(H5Gopen2(root().get(), layer.c_str(), H5P_DEFAULT), H5Gclose);
      if (!group) fail(fmt::format("lists the layer {} but has no group of that name", layer));
      for (const std::string& weight : names(group, "weight_names")) add(tensors, layer, group, weight);
    }
    return tensors;
  }

 private:
  [[noreturn]] void fail(const std::string& reason) const {
    throw Error(fmt::format("{} {}", path_, reason),
                "a Keras weights file (.h5) with layer_names and weight_names is needed");
  }

  // Files of whole models keep the weights in a group of their own.
  const Handle& root() const {
    if (!weights_group_) {
      const bool whole_model = H5Lexists(file_.get(), "model_weights", H5P_DEFAULT) > 0;
      weights_group_ =
          std::make_unique<Handle>(H5Gopen2(file_.get(), whole_model ? "model_weights" : "/", H5P_DEFAULT), H5Gclose);
      if (!*weights_group_) fail("has no root group");
    }
    return *weights_group_;
  }

  // A list of strings kept as an attribute: of fixed or of variable length.
  std::vector<std::string> names(const Handle& where, const char* attribute_name) const {
    const Handle attribute(H5Aopen(where.get(), attribute_name, H5P_DEFAULT), H5Aclose);
    if (!attribute) fail(fmt::format("has no attribute {}", attribute_name));
    const Handle type(H5Aget_type(attribute.get()), H5Tclose), space(H5Aget_space(attribute.get()), H5Sclose);
    if (!type || H5Tget_class(type.get()) != H5T_STRING)
      fail(fmt::format("has a {} that is no list of strings", attribute_name));
    const hssize_t count = H5Sget_simple_extent_npoints(space.get());
    if (count < 0 || static_cast<hsize_t>(count) > kMostNames)
      fail(fmt::format("has a {} of impossible length", attribute_name));
    std::vector<std::string> list;
    if (count == 0) return list;
    if (H5Tis_variable_str(type.get()) > 0) {
      std::vector<char*> texts(static_cast<std::size_t>(count), nullptr);
      if (H5Aread(attribute.get(), type.get(), texts.data()) < 0)
        fail(fmt::format("has a {} that cannot be read", attribute_name));
      for (const char* text : texts) {
        const std::size_t length = text == nullptr ? 0 : std::strlen(text);
        if (length > kLongestName) fail(fmt::format("has names of {} bytes in {}", length, attribute_name));
        list.emplace_back(text == nullptr ? "" : text, length);
      }
      H5Dvlen_reclaim(type.get(), space.get(), H5P_DEFAULT, texts.data());
    } else {
      const std::size_t width = H5Tget_size(type.get());
      if (width == 0 || width > kLongestName) fail(fmt::format("has names of {} bytes in {}", width, attribute_name));
      std::string bytes(width * static_cast<std::size_t>(count), '\0');
      if (H5Aread(attribute.get(), type.get(), bytes.data()) < 0)
        fail(fmt::format("has a {} that cannot be read", attribute_name));
      for (std::size_t at = 0; at < bytes.size(); at += width) {
        const std::string name = bytes.substr(at, width);
        list.push_back(name.substr(0, name.find('\0')));  // padded with zeros
      }
    }
    return list;
  }

  void add(NamedTensors& tensors, const std::string& layer, const Handle& group, const std::string& weight) const {
    const Handle dataset(H5Dopen2(group.get(), weight.c_str(), H5P_DEFAULT), H5Dclose);
    if (!dataset) fail(fmt::format("lists the weight {} of layer {} but does not hold it", weight, layer));
    const Handle type(H5Dget_type(dataset.get()), H5Tclose), space(H5Dget_space(dataset.get()), H5Sclose);
    if (H5Tget_class(type.get()) != H5T_FLOAT)
      fail(fmt::format("holds {} as something else than floating point", weight));
    const int rank = H5Sget_simple_extent_ndims(space.get());
    if (rank != 1 && rank != 2 && rank != 4)
      fail(fmt::format("holds {} with {} dimensions; 1, 2 or 4 are read", weight, rank));
    hsize_t dims[4] = {};
    H5Sget_simple_extent_dims(space.get(), dims, nullptr);
    const std::string name = layer + (rank == 1 ? kBias : kWeight);
    const ParameterSpec* wanted = find_wanted(name);
    if (wanted == nullptr) return;
    if (std::any_of(tensors.begin(), tensors.end(), [&](const auto& tensor) { return tensor.first == name; })) {
      fail(fmt::format("holds {} twice", name));
    }
    // Before any memory is taken: a file of 3 kB may claim any size.
    if (const auto shape = pytorch_shape(dims, rank); shape != wanted->shape) {
      fail(fmt::format("holds {} [{}], but [{}] is needed", name, fmt::join(shape, ", "),
                       fmt::join(wanted->shape, ", ")));
    }
    std::vector<float> values(element_count(wanted->shape));
    if (H5Dread(dataset.get(), H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0) {
      fail(fmt::format("is cut short or damaged in {}", weight));
    }
    tensors.emplace_back(name, to_pytorch(std::move(values), dims, rank));
  }

  const ParameterSpec* find_wanted(const std::string& name) const {
    const auto found =
        std::find_if(wanted_.begin(), wanted_.end(), [&](const auto& spec) { return spec.name == name; });
    return found == wanted_.end() ? nullptr : &*found;
  }

  // [h, w, in, out] -> [out, in, h, w]; [in, out] -> [out, in].
  static std::vector<std::int64_t> pytorch_shape(const hsize_t* dims, int rank) {
    std::vector<std::int64_t> shape;
    for (const int i : {rank - 1, rank - 2, 0, 1}) {
      if (static_cast<int>(shape.size()) < rank) shape.push_back(static_cast<std::int64_t>(dims[i]));
    }
    return shape;
  }

  static Tensor to_pytorch(std::vector<float> values, const hsize_t* dims, int rank) {
    if (rank == 1) return {pytorch_shape(dims, rank), std::move(values)};
    const std::size_t area = rank == 4 ? dims[0] * dims[1] : 1;
    const std::size_t in = dims[rank - 2], out = dims[rank - 1];
    Tensor tensor{pytorch_shape(dims, rank), std::vector<float>(values.size())};
    for (std::size_t position = 0; position < area; ++position) {
      for (std::size_t i = 0; i < in; ++i) {
        for (std::size_t o = 0; o < out; ++o) {
          tensor.values[(o * in + i) * area + position] = values[(position * in + i) * out + o];
        }
      }
    }
    return tensor;
  }

  std::string path_;
  Image image_;
  Handle file_;
  const std::vector<ParameterSpec>& wanted_;
  mutable std::unique_ptr<Handle> weights_group_;
};

}  // namespace

bool is_hdf5(const std::filesystem::path& path) {
  constexpr std::string_view kSignature{"\x89HDF\r\n\x1a\n", 8};
  std::string start(kSignature.size(), '\0');
  std::ifstream(path, std::ios::binary).read(start.data(), static_cast<std::streamsize>(start.size()));
  return start == kSignature;
}

NamedTensors read_keras(std::string_view bytes, const std::filesystem::path& path,
                        const std::vector<ParameterSpec>& wanted) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);  // the library would print its own errors
  H5PLset_loading_state(0);                     // and look for plugins, for filters that it does not have
  return KerasFile(bytes, path, wanted).read();
}

NamedTensors read_keras_in_sandbox(std::string_view bytes, const std::filesystem::path& path,
                                   const std::vector<ParameterSpec>& wanted, IsolationLimits limits) {
  limits.sandbox = true;
  IsolatedStream stream(
      [&](IsolatedOutput& out) {
        for (const auto& [name, tensor] : read_keras(bytes, path, wanted)) {
          for (std::uint32_t i = 0; i < wanted.size(); ++i) {
            if (wanted[i].name == name) out.value(i);
          }
          out.write(tensor.values.data(), tensor.values.size() * sizeof(float));
        }
      },
      limits);
  NamedTensors tensors;
  std::vector<bool> there(wanted.size(), false);
  while (!stream.at_end()) {
    const auto i = stream.value<std::uint32_t>();
    if (i >= wanted.size() || there[i]) throw IsolatedFailure("the child process wrote what nobody asked for");
    there[i] = true;
    Tensor tensor{wanted[i].shape, std::vector<float>(element_count(wanted[i].shape))};
    stream.read_all(reinterpret_cast<char*>(tensor.values.data()), tensor.values.size() * sizeof(float));
    tensors.emplace_back(wanted[i].name, std::move(tensor));
  }
  return tensors;
}

}  // namespace ersatz::nn
