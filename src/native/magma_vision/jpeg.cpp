#include <csetjmp>
#include <cstdio>
#include <cstdlib>

#include "image.h"

// After <cstdio>, which jpeglib.h needs and does not include.
#include <jerror.h>
#include <jpeglib.h>

namespace magma {
namespace {

// A file of a few kilobytes may ask for thousands of passes over a large picture.
constexpr int kMostScans = 500;

// Plain data only: libjpeg leaves by longjmp, past destructors.
struct Errors {
  jpeg_error_mgr base;
  jmp_buf leave;
  char message[JMSG_LENGTH_MAX];
};

void OnError(j_common_ptr jpeg) {
  auto* errors = reinterpret_cast<Errors*>(jpeg->err);
  jpeg->err->format_message(jpeg, errors->message);
  longjmp(errors->leave, 1);
}

// libjpeg fills up broken data with gray and warns; for a training set that is no picture.
void OnMessage(j_common_ptr jpeg, int level) {
  if (level >= 0) return;
  const int code = jpeg->err->msg_code;
  if (code == JWRN_JPEG_EOF || code == JWRN_HIT_MARKER || code == JWRN_HUFF_BAD_CODE) OnError(jpeg);
}

void OnProgress(j_common_ptr jpeg) {
  if (reinterpret_cast<j_decompress_ptr>(jpeg)->input_scan_number > kMostScans) ERREXIT(jpeg, JERR_BAD_PROGRESSION);
}

jpeg_error_mgr* Install(Errors& errors) {
  jpeg_error_mgr* base = jpeg_std_error(&errors.base);
  base->error_exit = OnError;
  base->emit_message = OnMessage;
  base->output_message = [](j_common_ptr) {};
  return base;
}

// Adobe's programs store ink inverted: 255 is no ink.
void CmykToRgb(const uint8_t* cmyk, uint8_t* rgb, uint32_t width, bool inverted) {
  for (uint32_t x = 0; x < width; ++x, cmyk += 4, rgb += 3) {
    for (int channel = 0; channel < 3; ++channel) {
      const int light = inverted ? cmyk[channel] : 255 - cmyk[channel];
      const int white = inverted ? cmyk[3] : 255 - cmyk[3];
      rgb[channel] = static_cast<uint8_t>((light * white + 127) / 255);
    }
  }
}

bool Read(jpeg_decompress_struct& jpeg, Errors& errors, Bytes bytes, uint8_t* pixels, uint32_t width, uint32_t height) {
  if (setjmp(errors.leave)) return false;
  jpeg_create_decompress(&jpeg);
  jpeg_progress_mgr progress{};
  progress.progress_monitor = OnProgress;
  jpeg.progress = &progress;
  jpeg_mem_src(&jpeg, bytes.data, bytes.length);
  jpeg_read_header(&jpeg, TRUE);
  if (jpeg.image_width != width || jpeg.image_height != height) ERREXIT(&jpeg, JERR_BAD_PRECISION);
  const bool four = jpeg.jpeg_color_space == JCS_CMYK || jpeg.jpeg_color_space == JCS_YCCK;
  jpeg.out_color_space = four ? JCS_CMYK : JCS_RGB;
  jpeg_start_decompress(&jpeg);
  JSAMPARRAY scratch =
      jpeg.mem->alloc_sarray(reinterpret_cast<j_common_ptr>(&jpeg), JPOOL_IMAGE, four ? width * 4 : 1, 1);
  while (jpeg.output_scanline < height) {
    JSAMPROW row = pixels + jpeg.output_scanline * static_cast<size_t>(width) * 3;
    if (four) {
      jpeg_read_scanlines(&jpeg, scratch, 1);
      CmykToRgb(scratch[0], row, width, jpeg.saw_Adobe_marker);
    } else {
      jpeg_read_scanlines(&jpeg, &row, 1);
    }
  }
  jpeg_finish_decompress(&jpeg);
  return true;
}

bool Write(jpeg_compress_struct& jpeg, Errors& errors, unsigned char** out, unsigned long* length,
           const uint8_t* pixels, uint32_t width, uint32_t height, int quality) {
  if (setjmp(errors.leave)) return false;
  jpeg_create_compress(&jpeg);
  jpeg_mem_dest(&jpeg, out, length);
  jpeg.image_width = width;
  jpeg.image_height = height;
  jpeg.input_components = 3;
  jpeg.in_color_space = JCS_RGB;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, quality, TRUE);
  jpeg_start_compress(&jpeg, TRUE);
  while (jpeg.next_scanline < height) {
    JSAMPROW row = const_cast<uint8_t*>(pixels) + jpeg.next_scanline * static_cast<size_t>(width) * 3;
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  return true;
}

}  // namespace

void DecodeJpeg(Bytes bytes, cv::Mat& rgb) {
  Errors errors{};
  jpeg_decompress_struct jpeg{};
  jpeg.err = Install(errors);
  const bool good = Read(jpeg, errors, bytes, rgb.data, rgb.cols, rgb.rows);
  jpeg_destroy_decompress(&jpeg);
  if (!good) throw BadData(errors.message);
}

std::vector<uint8_t> EncodeJpeg(const cv::Mat& rgb, int quality) {
  Errors errors{};
  jpeg_compress_struct jpeg{};
  jpeg.err = Install(errors);
  unsigned char* out = nullptr;
  unsigned long length = 0;
  const bool good = Write(jpeg, errors, &out, &length, rgb.data, rgb.cols, rgb.rows, quality);
  jpeg_destroy_compress(&jpeg);
  struct Release {
    unsigned char* memory;
    ~Release() { std::free(memory); }
  } release{out};
  if (!good) throw std::runtime_error(errors.message);
  return std::vector<uint8_t>(out, out + length);
}

}  // namespace magma
