#include <algorithm>
#include <memory>
#include <opencv2/core/utility.hpp>
#include <opencv2/imgproc.hpp>

#include "lucas_kanade.h"
#include "pyramid.h"
#include "status.h"

std::atomic<int64_t> mv_pyramid::live{0};

namespace {

cv::Mat Gray(const uint8_t* pixels, int32_t width, int32_t height, int32_t channels, int64_t stride) {
  const cv::Mat given(height, width, CV_8UC(channels), const_cast<uint8_t*>(pixels), static_cast<size_t>(stride));
  if (channels == 1) return given;
  cv::Mat gray;
  cv::cvtColor(given, gray, cv::COLOR_RGB2GRAY);
  return gray;
}

// Room for a level with its border around it, in whose middle it lies.
cv::Mat Room(int width, int height, int border) {
  // Vectors read on past the last pixel of the border.
  const cv::Mat all(height + 2 * border + 1, width + 2 * border, CV_8U);
  return all(cv::Rect(border, border, width, height));
}

void Surround(cv::Mat level, int border) {
  cv::Mat all = level;
  all.adjustROI(border, border, border, border);
  cv::copyMakeBorder(level, all, border, border, border, border, cv::BORDER_REFLECT_101 | cv::BORDER_ISOLATED);
}

std::vector<magma::FlowLevel> LevelsOf(const mv_pyramid* pyramid) {
  std::vector<magma::FlowLevel> levels;
  for (const cv::Mat& level : pyramid->levels)
    levels.push_back({level.data, static_cast<int64_t>(level.step), level.cols, level.rows});
  return levels;
}

const magma::FollowPoint kFollowPoint =
    __builtin_cpu_supports("avx2") ? magma::FollowPointAvx2 : magma::FollowPointBaseline;

}  // namespace

extern "C" {

int64_t mv_pyramid_live(void) { return mv_pyramid::live; }

int32_t mv_pyramid_new(const uint8_t* pixels, int32_t width, int32_t height, int32_t channels, int64_t stride,
                       int32_t window, int32_t levels, mv_pyramid** pyramid) {
  return magma::Guard([&] {
    auto made = std::make_unique<mv_pyramid>();
    const int border = magma::FlowBorder(window);
    cv::Mat level = Room(width, height, border);
    const cv::Mat given(height, width, CV_8UC(channels), const_cast<uint8_t*>(pixels), static_cast<size_t>(stride));
    if (channels == 1) {
      given.copyTo(level);
    } else {
      cv::cvtColor(given, level, cv::COLOR_RGB2GRAY);
    }
    for (;;) {
      Surround(level, border);
      made->levels.push_back(level);
      const cv::Size half((level.cols + 1) / 2, (level.rows + 1) / 2);
      if (static_cast<int>(made->levels.size()) > levels || half.width <= window || half.height <= window) break;
      cv::Mat next = Room(half.width, half.height, border);
      // The border is not part of the picture.
      cv::pyrDown(cv::Mat(level.rows, level.cols, CV_8U, level.data, level.step), next, half);
      level = next;
    }
    *pyramid = made.release();
  });
}

void mv_pyramid_free(mv_pyramid* pyramid) { delete pyramid; }

int32_t mv_flow(const mv_pyramid* from, const mv_pyramid* to, const float* points, int32_t count, int32_t window,
                int32_t levels, int32_t iterations, double epsilon, double min_eigenvalue, int32_t use_guess,
                float* moved, uint8_t* found, float* error) {
  return magma::Guard([&] {
    const std::vector<magma::FlowLevel> before = LevelsOf(from), after = LevelsOf(to);
    if (before.empty() || before.size() != after.size()) throw magma::BadArgument("the pictures have different levels");
    const int highest = std::min(levels, static_cast<int32_t>(before.size()) - 1);
    const magma::FlowSettings settings = {window, highest, iterations, static_cast<float>(epsilon),
                                          static_cast<float>(min_eigenvalue)};
    cv::parallel_for_(cv::Range(0, count), [&](const cv::Range& range) {
      std::vector<float> scratch(static_cast<size_t>(magma::FlowScratch(window)));
      for (int i = range.start; i < range.end; ++i) {
        const float* start = use_guess ? moved : points;
        magma::FlowPoint point = {points[2 * i], points[2 * i + 1], start[2 * i], start[2 * i + 1], 0, false};
        kFollowPoint(before.data(), after.data(), settings, scratch.data(), &point);
        moved[2 * i] = point.moved_x;
        moved[2 * i + 1] = point.moved_y;
        found[i] = point.found;
        error[i] = point.error;
      }
    });
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
