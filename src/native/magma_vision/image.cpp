#include "image.h"

#include <opencv2/imgproc.hpp>

std::atomic<int64_t> mv_image::live{0};

namespace {

int Interpolation(int32_t code) {
  switch (code) {
    case 0:
      return cv::INTER_NEAREST;
    case 1:
      return cv::INTER_LINEAR;
    case 2:
      return cv::INTER_CUBIC;
    case 3:
      return cv::INTER_AREA;
    case 4:
      return cv::INTER_LANCZOS4;
    default:
      throw magma::BadArgument("unknown interpolation " + std::to_string(code));
  }
}

void Store(cv::Mat mat, mv_image** out) { *out = new mv_image(mat.isContinuous() ? std::move(mat) : mat.clone()); }

cv::Mat Upright(const cv::Mat& mat, int32_t orientation) {
  cv::Mat turned;
  switch (orientation) {
    case 2:
      cv::flip(mat, turned, 1);
      break;
    case 3:
      cv::flip(mat, turned, -1);
      break;
    case 4:
      cv::flip(mat, turned, 0);
      break;
    case 5:
      cv::transpose(mat, turned);
      break;
    case 6:
      cv::rotate(mat, turned, cv::ROTATE_90_CLOCKWISE);
      break;
    case 7: {
      cv::Mat half;
      cv::transpose(mat, half);
      cv::flip(half, turned, -1);
      break;
    }
    case 8:
      cv::rotate(mat, turned, cv::ROTATE_90_COUNTERCLOCKWISE);
      break;
    default:
      turned = mat.clone();
  }
  return turned;
}

}  // namespace

extern "C" {

int64_t mv_image_live(void) { return mv_image::live; }

int32_t mv_image_new(int32_t width, int32_t height, mv_image** image) {
  return magma::Guard([&] { *image = new mv_image(cv::Mat(height, width, CV_8UC3, cv::Scalar::all(0))); });
}

void mv_image_free(mv_image* image) { delete image; }

int32_t mv_image_pixels(const mv_image* image, uint8_t** pixels, int32_t* width, int32_t* height) {
  *pixels = image->mat.data;
  *width = image->mat.cols;
  *height = image->mat.rows;
  return MV_OK;
}

int32_t mv_image_clone(const mv_image* image, mv_image** copy) {
  return magma::Guard([&] { *copy = new mv_image(image->mat.clone()); });
}

int32_t mv_image_crop(const mv_image* image, int32_t x, int32_t y, int32_t width, int32_t height, mv_image** part) {
  return magma::Guard([&] { *part = new mv_image(image->mat(cv::Rect(x, y, width, height)).clone()); });
}

int32_t mv_image_resize(const mv_image* image, int32_t width, int32_t height, int32_t interpolation,
                        mv_image** resized) {
  return magma::Guard([&] {
    cv::Mat mat;
    cv::resize(image->mat, mat, cv::Size(width, height), 0, 0, Interpolation(interpolation));
    Store(std::move(mat), resized);
  });
}

int32_t mv_image_orient(const mv_image* image, int32_t exif_orientation, mv_image** upright) {
  return magma::Guard([&] { Store(Upright(image->mat, exif_orientation), upright); });
}

int32_t mv_image_warp(const mv_image* image, const double* matrix, int32_t width, int32_t height, int32_t interpolation,
                      mv_image** warped) {
  return magma::Guard([&] {
    cv::Mat mat;
    const cv::Mat transform(3, 3, CV_64F, const_cast<double*>(matrix));
    cv::warpPerspective(image->mat, mat, transform, cv::Size(width, height), Interpolation(interpolation));
    Store(std::move(mat), warped);
  });
}

int32_t mv_image_decode(int32_t format, const uint8_t* bytes, int64_t length, int32_t width, int32_t height,
                        mv_image** image) {
  return magma::Guard([&] {
    cv::Mat rgb(height, width, CV_8UC3);
    const magma::Bytes data{bytes, static_cast<size_t>(length)};
    switch (format) {
      case 0:
        magma::DecodePng(data, rgb);
        break;
      case 1:
        magma::DecodeJpeg(data, rgb);
        break;
      case 2:
        magma::DecodeWebp(data, rgb);
        break;
      case 3:
        magma::DecodeBmp(data, rgb);
        break;
      default:
        throw magma::BadArgument("unknown image format " + std::to_string(format));
    }
    *image = new mv_image(std::move(rgb));
  });
}

int32_t mv_image_encode(const mv_image* image, int32_t format, int32_t quality, mv_buffer** buffer) {
  return magma::Guard([&] {
    std::vector<uint8_t> bytes;
    switch (format) {
      case 0:
        bytes = magma::EncodePng(image->mat);
        break;
      case 1:
        bytes = magma::EncodeJpeg(image->mat, quality);
        break;
      case 2:
        bytes = magma::EncodeWebp(image->mat, quality);
        break;
      case 3:
        bytes = magma::EncodeBmp(image->mat);
        break;
      default:
        throw magma::BadArgument("unknown image format " + std::to_string(format));
    }
    *buffer = new mv_buffer{std::move(bytes)};
  });
}

int32_t mv_buffer_bytes(const mv_buffer* buffer, const uint8_t** bytes, int64_t* length) {
  *bytes = buffer->bytes.data();
  *length = static_cast<int64_t>(buffer->bytes.size());
  return MV_OK;
}

void mv_buffer_free(mv_buffer* buffer) { delete buffer; }
}
