#include <atomic>
#include <opencv2/imgproc.hpp>
#include <opencv2/video/tracking.hpp>

#include "status.h"

struct mv_pyramid {
  static std::atomic<int64_t> live;

  mv_pyramid() { ++live; }
  ~mv_pyramid() { --live; }

  std::vector<cv::Mat> levels;
};

std::atomic<int64_t> mv_pyramid::live{0};

namespace {

cv::Mat Gray(const uint8_t* pixels, int32_t width, int32_t height, int32_t channels, int64_t stride) {
  const cv::Mat given(height, width, CV_8UC(channels), const_cast<uint8_t*>(pixels), static_cast<size_t>(stride));
  if (channels == 1) return given;
  cv::Mat gray;
  cv::cvtColor(given, gray, cv::COLOR_RGB2GRAY);
  return gray;
}

cv::Mat Points(const float* points, int32_t count) { return cv::Mat(count, 1, CV_32FC2, const_cast<float*>(points)); }

}  // namespace

extern "C" {

int64_t mv_pyramid_live(void) { return mv_pyramid::live; }

int32_t mv_pyramid_new(const uint8_t* pixels, int32_t width, int32_t height, int32_t channels, int64_t stride,
                       int32_t window, int32_t levels, mv_pyramid** pyramid) {
  return magma::Guard([&] {
    auto made = std::make_unique<mv_pyramid>();
    const cv::Mat gray = Gray(pixels, width, height, channels, stride);
    cv::buildOpticalFlowPyramid(gray, made->levels, cv::Size(window, window), levels, true, cv::BORDER_REFLECT_101,
                                cv::BORDER_CONSTANT, false);
    *pyramid = made.release();
  });
}

void mv_pyramid_free(mv_pyramid* pyramid) { delete pyramid; }

int32_t mv_flow(const mv_pyramid* from, const mv_pyramid* to, const float* points, int32_t count, int32_t window,
                int32_t levels, int32_t iterations, double epsilon, double min_eigenvalue, int32_t use_guess,
                float* moved, uint8_t* found, float* error) {
  return magma::Guard([&] {
    cv::Mat there = Points(moved, count);
    cv::Mat status(count, 1, CV_8U, found);
    cv::Mat errors(count, 1, CV_32F, error);
    const cv::TermCriteria criteria(cv::TermCriteria::COUNT | cv::TermCriteria::EPS, iterations, epsilon);
    cv::calcOpticalFlowPyrLK(from->levels, to->levels, Points(points, count), there, status, errors,
                             cv::Size(window, window), levels, criteria, use_guess ? cv::OPTFLOW_USE_INITIAL_FLOW : 0,
                             min_eigenvalue);
    CV_Assert(there.data == reinterpret_cast<uint8_t*>(moved) && status.data == found);
  });
}

int32_t mv_good_features(const uint8_t* pixels, int32_t width, int32_t height, int32_t channels, int64_t stride,
                         int32_t most, double quality, double min_distance, int32_t block, float* corners,
                         int32_t* count) {
  return magma::Guard([&] {
    std::vector<cv::Point2f> found;
    cv::goodFeaturesToTrack(Gray(pixels, width, height, channels, stride), found, most, quality, min_distance,
                            cv::noArray(), block);
    *count = static_cast<int32_t>(found.size());
    for (size_t i = 0; i < found.size(); ++i) {
      corners[2 * i] = found[i].x;
      corners[2 * i + 1] = found[i].y;
    }
  });
}
}
