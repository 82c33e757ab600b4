// The picture behind mv_image, and what the codecs share.
#ifndef MAGMA_VISION_IMAGE_H_
#define MAGMA_VISION_IMAGE_H_

#include <atomic>
#include <opencv2/core.hpp>
#include <vector>

#include "magma_vision.h"
#include "status.h"

struct mv_image {
  static std::atomic<int64_t> live;

  explicit mv_image(cv::Mat pixels) : mat(std::move(pixels)) {
    CV_Assert(mat.type() == CV_8UC3 && mat.isContinuous());
    ++live;
  }
  ~mv_image() { --live; }
  mv_image(const mv_image&) = delete;
  mv_image& operator=(const mv_image&) = delete;

  cv::Mat mat;  // RGB, contiguous
};

struct mv_buffer {
  std::vector<uint8_t> bytes;
};

namespace magma {

struct Bytes {
  const uint8_t* data;
  size_t length;
};

// Each decoder fills a contiguous RGB picture of the size that the header stated and throws BadData otherwise, for data
// that ends too early as well.
void DecodePng(Bytes bytes, cv::Mat& rgb);
void DecodeJpeg(Bytes bytes, cv::Mat& rgb);
void DecodeWebp(Bytes bytes, cv::Mat& rgb);
void DecodeBmp(Bytes bytes, cv::Mat& rgb);

std::vector<uint8_t> EncodePng(const cv::Mat& rgb);
std::vector<uint8_t> EncodeJpeg(const cv::Mat& rgb, int quality);
std::vector<uint8_t> EncodeWebp(const cv::Mat& rgb, int quality);
std::vector<uint8_t> EncodeBmp(const cv::Mat& rgb);

}  // namespace magma

#endif  // MAGMA_VISION_IMAGE_H_
