// A picture's gray levels, shared by the parts that follow points.
#ifndef MAGMA_VISION_PYRAMID_H_
#define MAGMA_VISION_PYRAMID_H_

#include <atomic>
#include <opencv2/core.hpp>
#include <vector>

#include "magma_vision.h"

struct mv_pyramid {
  static std::atomic<int64_t> live;

  mv_pyramid() { ++live; }
  ~mv_pyramid() { --live; }

  // Gray pixels from the finest level on. Around every level lies a border that mirrors it, wide enough for the window
  // of a point at the picture's edge.
  std::vector<cv::Mat> levels;
};

#endif  // MAGMA_VISION_PYRAMID_H_
