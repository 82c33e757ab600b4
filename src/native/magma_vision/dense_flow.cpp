#include <algorithm>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/video/tracking.hpp>

#include "pyramid.h"
#include "status.h"

namespace {

// Fewer pixels a side leave the method no patches.
constexpr int kLeastSide = 32;

// The finest level in memory of its own, as OpenCV wants it here.
cv::Mat Finest(const mv_pyramid* pyramid) {
  const cv::Mat& level = pyramid->levels.front();
  cv::Mat whole;
  cv::copyMakeBorder(level, whole, 0, std::max(0, kLeastSide - level.rows), 0, std::max(0, kLeastSide - level.cols),
                     cv::BORDER_REPLICATE | cv::BORDER_ISOLATED);
  return whole;
}

}  // namespace

extern "C" {

int32_t mv_dense_flow(const mv_pyramid* from, const mv_pyramid* to, const float* points, int32_t count, float* moved,
                      uint8_t* found) {
  return magma::Guard([&] {
    const cv::Size size = from->levels.front().size();
    if (size != to->levels.front().size()) throw magma::BadArgument("the pictures differ in size");
    cv::Mat flow;
    cv::DISOpticalFlow::create(cv::DISOpticalFlow::PRESET_MEDIUM)->calc(Finest(from), Finest(to), flow);
    const cv::Mat at(count, 1, CV_32FC2, const_cast<float*>(points));
    cv::Mat steps;
    if (count > 0) cv::remap(flow, steps, at, cv::noArray(), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    for (int i = 0; i < count; ++i) {
      const cv::Vec2f start = at.at<cv::Vec2f>(i), end = start + steps.at<cv::Vec2f>(i);
      moved[2 * i] = end[0];
      moved[2 * i + 1] = end[1];
      found[i] = end[0] > -0.5f && end[1] > -0.5f && end[0] < static_cast<float>(size.width) - 0.5f &&
                 end[1] < static_cast<float>(size.height) - 0.5f;
    }
  });
}
}
