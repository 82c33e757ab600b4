// Windows bitmaps: headers of 12 (OS/2) and of 40 bytes and more, 1, 4, 8, 24 and 32 bits, and 16 and 32 bits with
// masks.
#include <cstring>

#include "image.h"

namespace magma {
namespace {

uint32_t At(Bytes bytes, size_t offset, int width) {
  if (offset + width > bytes.length) throw BadData("the data ends too early");
  uint32_t value = 0;
  for (int i = 0; i < width; ++i) value |= static_cast<uint32_t>(bytes.data[offset + i]) << (8 * i);
  return value;
}

// One color of a masked pixel, spread over 0 to 255.
uint8_t Masked(uint32_t pixel, uint32_t mask) {
  if (mask == 0) return 0;
  const int shift = __builtin_ctz(mask);
  const uint64_t most = mask >> shift;
  return static_cast<uint8_t>(((pixel & mask) >> shift) * 255ull / most);
}

void Put(std::vector<uint8_t>& bytes, uint32_t value, int width) {
  for (int i = 0; i < width; ++i) bytes.push_back(static_cast<uint8_t>(value >> (8 * i)));
}

}  // namespace

void DecodeBmp(Bytes bytes, cv::Mat& rgb) {
  const size_t pixels = At(bytes, 10, 4);
  const size_t header = At(bytes, 14, 4);
  const bool old = header == 12;
  const bool top_down = !old && static_cast<int32_t>(At(bytes, 22, 4)) < 0;
  const int bits = static_cast<int>(At(bytes, old ? 24 : 28, 2));
  const uint32_t compression = old ? 0 : At(bytes, 30, 4);
  const bool masks = compression == 3 || compression == 6;
  if (compression != 0 && !(masks && (bits == 16 || bits == 32))) throw BadData("its compression is not supported");
  if (bits != 1 && bits != 4 && bits != 8 && bits != 16 && bits != 24 && bits != 32) {
    throw BadData("it has " + std::to_string(bits) + " bits a pixel");
  }
  uint32_t mask[3] = {0x7c00, 0x3e0, 0x1f};
  for (int i = 0; masks && i < 3; ++i) mask[i] = At(bytes, 54 + 4 * i, 4);

  const size_t stride = (static_cast<size_t>(rgb.cols) * bits + 31) / 32 * 4;
  if (pixels > bytes.length || (bytes.length - pixels) / stride < static_cast<size_t>(rgb.rows)) {
    throw BadData("the data ends too early");
  }
  uint8_t palette[256][3] = {};
  if (bits <= 8) {
    const size_t entry = old ? 3 : 4;
    const size_t start = 14 + header;
    size_t colors = old ? 0 : At(bytes, 46, 4);
    if (colors == 0) colors = size_t{1} << bits;
    if (colors > 256 || start + colors * entry > bytes.length) throw BadData("its palette is broken");
    for (size_t i = 0; i < colors; ++i) {
      for (int c = 0; c < 3; ++c) palette[i][c] = bytes.data[start + i * entry + 2 - c];
    }
  }
  for (int y = 0; y < rgb.rows; ++y) {
    const uint8_t* in = bytes.data + pixels + stride * (top_down ? y : rgb.rows - 1 - y);
    uint8_t* out = rgb.ptr(y);
    for (int x = 0; x < rgb.cols; ++x, out += 3) {
      if (bits <= 8) {
        const int shift = 8 - bits - x * bits % 8;
        std::memcpy(out, palette[in[static_cast<size_t>(x) * bits / 8] >> shift & ((1 << bits) - 1)], 3);
      } else if (bits == 16 || masks) {
        uint32_t pixel = 0;
        std::memcpy(&pixel, in + static_cast<size_t>(x) * (bits / 8), bits / 8);
        for (int c = 0; c < 3; ++c) out[c] = Masked(pixel, mask[c]);
      } else {
        const uint8_t* pixel = in + static_cast<size_t>(x) * (bits / 8);
        for (int c = 0; c < 3; ++c) out[c] = pixel[2 - c];
      }
    }
  }
}

std::vector<uint8_t> EncodeBmp(const cv::Mat& rgb) {
  const size_t stride = (static_cast<size_t>(rgb.cols) * 3 + 3) / 4 * 4;
  const size_t size = 54 + stride * rgb.rows;
  if (size > 0xffffffffu) throw BadArgument("a BMP file holds at most 4 GB");
  std::vector<uint8_t> bytes;
  bytes.reserve(size);
  bytes.push_back('B');
  bytes.push_back('M');
  Put(bytes, static_cast<uint32_t>(size), 4);
  Put(bytes, 0, 4);
  Put(bytes, 54, 4);
  Put(bytes, 40, 4);
  Put(bytes, static_cast<uint32_t>(rgb.cols), 4);
  Put(bytes, static_cast<uint32_t>(rgb.rows), 4);
  Put(bytes, 1, 2);
  Put(bytes, 24, 2);
  for (int i = 0; i < 6; ++i) Put(bytes, 0, 4);
  bytes.resize(size);
  for (int y = 0; y < rgb.rows; ++y) {
    const uint8_t* in = rgb.ptr(rgb.rows - 1 - y);
    uint8_t* out = bytes.data() + 54 + stride * y;
    for (int x = 0; x < rgb.cols; ++x, in += 3, out += 3) {
      for (int c = 0; c < 3; ++c) out[c] = in[2 - c];
    }
  }
  return bytes;
}

}  // namespace magma
