#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/isolated_service.hpp"
#include "data/codec/image_form.hpp"

namespace ersatz::data {

/// Decodes image files in a child process in the sandbox (base/sandbox.hpp), where the libraries for their formats can
/// do nothing but decode. A file whose decoder crashes, hangs or tries something else is an Error like any other; the
/// child is then started again. Files go there and pixels come back through memory that both share.
class DecoderProcess {
 public:
  /// Throws NoChildProcess, as the others do when a child has to be started again.
  explicit DecoderProcess(const ImageForm& form) : DecoderProcess(form, decode) {}
  /// With another decoder, as tests have it.
  using Decoder = std::function<MadeImage(std::string_view file, const ImageForm& form, std::uint8_t* pixels)>;
  DecoderProcess(const ImageForm& form, Decoder decoder);
  DecoderProcess(const DecoderProcess&) = delete;
  DecoderProcess& operator=(const DecoderProcess&) = delete;

  /// The size of an image, as image_size() says it.
  ImageShape size(std::string_view file);

  /// What make_image() returned or threw.
  struct Result {
    MadeImage made{};
    ImageShape shape{};  ///< of size()
    enum Kind { fine, error, wrong_size } kind = fine;
    std::string text{}, hint{};  ///< of the Error
    /// Throws the Error or WrongSize, where there was one.
    void require() const;
  };

  /// Makes images of the first of these files, as many as there is room for, at least one. pixels() are valid until the
  /// next call. The first image for which the child ended is the last of those that are returned.
  std::vector<Result> make(const std::vector<std::string_view>& files);
  /// The pixels of image `i` of those that were made last.
  const std::uint8_t* pixels(std::size_t i) const { return memory_->data() + i * form_.shape.bytes(); }

 private:
  static MadeImage decode(std::string_view file, const ImageForm& form, std::uint8_t* pixels) {
    return make_image(file, form, pixels);
  }
  enum class Wanted : std::uint8_t { size, image };
  struct Header;
  std::vector<Result> ask(Wanted wanted, const std::vector<std::string_view>& files);
  std::size_t lay_out(const std::vector<std::string_view>& files, std::string& sizes);
  std::string handle(std::string_view request, const IsolatedProcess::Beat& beat) const;
  void make_room(std::size_t input);

  ImageForm form_;
  Decoder decoder_;
  std::size_t slots_, input_;  ///< images that there is room for; where the room for files begins
  std::unique_ptr<SharedMemory> memory_;
  std::unique_ptr<IsolatedService> service_;
};

}  // namespace ersatz::data
