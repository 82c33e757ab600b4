#include <png.h>

#include <csetjmp>
#include <cstring>

#include "image.h"

namespace magma {
namespace {

// Plain data only: libpng leaves by longjmp, past destructors.
struct Reader {
  const uint8_t* next;
  size_t left;
  char message[200];
};

struct Writer {
  std::vector<uint8_t>* bytes;
  bool out_of_memory;
  char message[200];
};

template <typename State>
void OnError(png_structp png, png_const_charp text) {
  auto* state = static_cast<State*>(png_get_error_ptr(png));
  std::strncpy(state->message, text, sizeof(state->message) - 1);
  png_longjmp(png, 1);
}

void OnWarning(png_structp, png_const_charp) {}

void ReadBytes(png_structp png, png_bytep target, size_t count) {
  auto* reader = static_cast<Reader*>(png_get_io_ptr(png));
  if (count > reader->left) png_error(png, "the data ends too early");
  std::memcpy(target, reader->next, count);
  reader->next += count;
  reader->left -= count;
}

void WriteBytes(png_structp png, png_bytep source, size_t count) {
  auto* writer = static_cast<Writer*>(png_get_io_ptr(png));
  try {
    writer->bytes->insert(writer->bytes->end(), source, source + count);
  } catch (const std::bad_alloc&) {
    writer->out_of_memory = true;
  }
  if (writer->out_of_memory) png_error(png, "not enough memory");
}

bool Read(png_structp png, png_infop info, uint8_t* pixels, uint32_t width, uint32_t height) {
  if (setjmp(png_jmpbuf(png))) return false;
  png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
  png_read_info(png, info);
  if (png_get_image_width(png, info) != width || png_get_image_height(png, info) != height) {
    png_error(png, "the header contradicts itself");
  }
  const int color = png_get_color_type(png, info);
  if (color == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png);
  if (!(color & PNG_COLOR_MASK_COLOR)) {
    png_set_expand_gray_1_2_4_to_8(png);
    png_set_gray_to_rgb(png);
  }
  png_set_strip_16(png);
  png_set_strip_alpha(png);
  const int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  if (png_get_rowbytes(png, info) != width * static_cast<size_t>(3)) png_error(png, "an unknown layout of pixels");
  for (int pass = 0; pass < passes; ++pass) {
    for (uint32_t y = 0; y < height; ++y) png_read_row(png, pixels + y * static_cast<size_t>(width) * 3, nullptr);
  }
  png_read_end(png, nullptr);
  return true;
}

bool Write(png_structp png, png_infop info, const uint8_t* pixels, uint32_t width, uint32_t height) {
  if (setjmp(png_jmpbuf(png))) return false;
  png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
  png_set_IHDR(png, info, width, height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  // One filter for all rows: half the time and less of letting libpng choose, a few percent larger on screenshots and
  // smaller on photographs (docs/log.md).
  png_set_compression_level(png, 4);
  png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_UP);
  png_write_info(png, info);
  for (uint32_t y = 0; y < height; ++y) png_write_row(png, pixels + y * static_cast<size_t>(width) * 3);
  png_write_end(png, nullptr);
  return true;
}

}  // namespace

void DecodePng(Bytes bytes, cv::Mat& rgb) {
  Reader reader{bytes.data, bytes.length, {}};
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &reader, OnError<Reader>, OnWarning);
  png_infop info = png ? png_create_info_struct(png) : nullptr;
  if (!info) {
    png_destroy_read_struct(&png, nullptr, nullptr);
    throw std::bad_alloc();
  }
  png_set_read_fn(png, &reader, ReadBytes);
  const bool good = Read(png, info, rgb.data, rgb.cols, rgb.rows);
  png_destroy_read_struct(&png, &info, nullptr);
  if (!good) throw BadData(reader.message);
}

std::vector<uint8_t> EncodePng(const cv::Mat& rgb) {
  std::vector<uint8_t> bytes;
  Writer writer{&bytes, false, {}};
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &writer, OnError<Writer>, OnWarning);
  png_infop info = png ? png_create_info_struct(png) : nullptr;
  if (!info) {
    png_destroy_write_struct(&png, nullptr);
    throw std::bad_alloc();
  }
  png_set_write_fn(png, &writer, WriteBytes, nullptr);
  const bool good = Write(png, info, rgb.data, rgb.cols, rgb.rows);
  png_destroy_write_struct(&png, &info);
  if (!good) throw std::runtime_error(writer.message);
  return bytes;
}

}  // namespace magma
