#include <fmt/format.h>
#include <webp/decode.h>
#include <webp/demux.h>

#include <algorithm>
#include <memory>

#include "base/error.hpp"
#include "data/codec/format.hpp"
#include "data/codec/orientation.hpp"

namespace ersatz::data {
namespace {

struct DeleteDemuxer {
  void operator()(WebPDemuxer* demuxer) const { WebPDemuxDelete(demuxer); }
};
using Demuxer = std::unique_ptr<WebPDemuxer, DeleteDemuxer>;

/// The frame and chunk iterators of libwebp, given back.
struct Frame : WebPIterator {
  Frame() : WebPIterator{} {}
  ~Frame() { WebPDemuxReleaseIterator(this); }
  Frame(const Frame&) = delete;
  Frame& operator=(const Frame&) = delete;
};
struct Chunk : WebPChunkIterator {
  Chunk() : WebPChunkIterator{} {}
  ~Chunk() { WebPDemuxReleaseChunkIterator(this); }
  Chunk(const Chunk&) = delete;
  Chunk& operator=(const Chunk&) = delete;
};

Error damaged(VP8StatusCode status) {
  if (status == VP8_STATUS_SUSPENDED || status == VP8_STATUS_NOT_ENOUGH_DATA) return Error("is cut short");
  if (status == VP8_STATUS_OUT_OF_MEMORY) return Error("cannot be decoded: not enough memory");
  return Error("cannot be decoded: its WebP data are damaged");
}

Demuxer open(const WebPData& data) {
  WebPDemuxState state = WEBP_DEMUX_PARSE_ERROR;
  Demuxer demuxer(WebPDemuxPartial(&data, &state));
  if (demuxer != nullptr && state == WEBP_DEMUX_DONE) return demuxer;
  throw damaged(state == WEBP_DEMUX_PARSE_ERROR ? VP8_STATUS_BITSTREAM_ERROR : VP8_STATUS_NOT_ENOUGH_DATA);
}

int orientation(const WebPDemuxer* demuxer) {
  Chunk chunk;
  if (WebPDemuxGetChunk(demuxer, "EXIF", 1, &chunk) == 0) return 1;
  return exif_orientation({reinterpret_cast<const char*>(chunk.chunk.bytes), chunk.chunk.size});
}

/// Decodes `frame` to memory of rows of `row_bytes`, where its first pixel goes to `to`.
void decode_frame(const WebPData& frame, WEBP_CSP_MODE mode, ImageShape shape, std::uint8_t* to,
                  std::size_t row_bytes) {
  WebPDecoderConfig config;
  if (WebPInitDecoderConfig(&config) == 0) throw Error("cannot be decoded: libwebp has another version");
  config.output.colorspace = mode;
  config.output.is_external_memory = 1;
  const std::size_t pixel_bytes = mode == MODE_RGB ? 3 : 4;
  config.output.u.RGBA.rgba = to;
  config.output.u.RGBA.stride = static_cast<int>(row_bytes);
  config.output.u.RGBA.size = (static_cast<std::size_t>(shape.height) - 1) * row_bytes + shape.width * pixel_bytes;
  const VP8StatusCode status = WebPDecode(frame.bytes, frame.size, &config);
  if (status != VP8_STATUS_OK) throw damaged(status);
}

}  // namespace

void decode_webp(std::string_view file, Canvas& canvas) {
  const WebPData data{reinterpret_cast<const std::uint8_t*>(file.data()), file.size()};
  WebPBitstreamFeatures features;
  const VP8StatusCode status = WebPGetFeatures(data.bytes, data.size, &features);
  if (status != VP8_STATUS_OK) throw damaged(status);
  const Demuxer demuxer = open(data);
  const ImageShape shape{static_cast<int>(WebPDemuxGetI(demuxer.get(), WEBP_FF_CANVAS_HEIGHT)),
                         static_cast<int>(WebPDemuxGetI(demuxer.get(), WEBP_FF_CANVAS_WIDTH))};
  std::uint8_t* const pixels = canvas.begin({shape, orientation(demuxer.get())});
  if (pixels == nullptr) return;

  Frame frame;
  if (WebPDemuxGetFrame(demuxer.get(), 1, &frame) == 0) throw damaged(VP8_STATUS_BITSTREAM_ERROR);
  if (frame.x_offset < 0 || frame.y_offset < 0 || frame.width < 1 || frame.height < 1 ||
      frame.width > shape.width - frame.x_offset || frame.height > shape.height - frame.y_offset) {
    throw damaged(VP8_STATUS_BITSTREAM_ERROR);
  }
  canvas.remarks.animated = frame.num_frames > 1;
  const ImageShape part{frame.height, frame.width};
  if (features.has_alpha == 0 && part == shape) {
    return decode_frame(frame.fragment, MODE_RGB, part, pixels, std::size_t{3} * shape.width);
  }
  // What a smaller frame leaves free is transparent, or black in a file without alpha.
  const std::size_t count = static_cast<std::size_t>(shape.height) * shape.width;
  const std::size_t row_bytes = std::size_t{4} * shape.width;
  std::uint8_t* const rgba = rgba_room(shape);
  if (part != shape) std::fill_n(rgba, 4 * count, std::uint8_t{0});
  decode_frame(frame.fragment, MODE_RGBA, part, rgba + frame.y_offset * row_bytes + std::size_t{4} * frame.x_offset,
               row_bytes);
  if (features.has_alpha != 0) return lay_over_white(rgba, shape, pixels, canvas.remarks);
  for (std::size_t i = 0; i < count; ++i) std::copy_n(rgba + 4 * i, 3, pixels + 3 * i);
}

}  // namespace ersatz::data
