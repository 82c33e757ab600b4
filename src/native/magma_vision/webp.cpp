#include <webp/decode.h>
#include <webp/encode.h>

#include "image.h"

namespace magma {

void DecodeWebp(Bytes bytes, cv::Mat& rgb) {
  WebPDecoderConfig config;
  if (!WebPInitDecoderConfig(&config)) throw std::runtime_error("libwebp is older than its header");
  config.output.colorspace = MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA.rgba = rgb.data;
  config.output.u.RGBA.stride = static_cast<int>(rgb.step);
  config.output.u.RGBA.size = rgb.step * rgb.rows;
  if (WebPGetFeatures(bytes.data, bytes.length, &config.input) != VP8_STATUS_OK) {
    throw BadData("the data is broken or ends too early");
  }
  if (config.input.has_animation) throw BadData("it is an animation; only still pictures are read");
  if (config.input.width != rgb.cols || config.input.height != rgb.rows) {
    throw BadData("its container and its picture disagree about the size");
  }
  switch (WebPDecode(bytes.data, bytes.length, &config)) {
    case VP8_STATUS_OK:
      return;
    case VP8_STATUS_NOT_ENOUGH_DATA:
    case VP8_STATUS_SUSPENDED:
      throw BadData("the data ends too early");
    case VP8_STATUS_OUT_OF_MEMORY:
      throw std::bad_alloc();
    default:
      throw BadData("the data is broken");
  }
}

std::vector<uint8_t> EncodeWebp(const cv::Mat& rgb, int quality) {
  uint8_t* out = nullptr;
  const int stride = static_cast<int>(rgb.step);
  const size_t length = quality >= 100
                            ? WebPEncodeLosslessRGB(rgb.data, rgb.cols, rgb.rows, stride, &out)
                            : WebPEncodeRGB(rgb.data, rgb.cols, rgb.rows, stride, static_cast<float>(quality), &out);
  struct Release {
    uint8_t* memory;
    ~Release() { WebPFree(memory); }
  } release{out};
  if (length == 0) throw std::runtime_error("libwebp cannot encode the picture");
  return std::vector<uint8_t>(out, out + length);
}

}  // namespace magma
