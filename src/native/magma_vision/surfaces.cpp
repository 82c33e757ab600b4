// What a classical eye sees of a screen: surfaces of even colour inside an outline, and clusters of detail.
#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "image.h"

namespace {

// Where neighbouring pixels differ by more than `step` in any channel.
cv::Mat EdgesOf(const cv::Mat& rgb, double step) {
  cv::Mat brightest, darkest;
  const cv::Mat neighbours = cv::getStructuringElement(cv::MORPH_RECT, cv::Size(3, 3));
  cv::dilate(rgb, brightest, neighbours);
  cv::erode(rgb, darkest, neighbours);
  cv::subtract(brightest, darkest, brightest);
  cv::Mat channels[3];
  cv::split(brightest, channels);
  cv::max(channels[0], channels[1], channels[0]);
  cv::max(channels[0], channels[2], channels[0]);
  return channels[0] > step;
}

int Store(const cv::Rect& box, int32_t* boxes, int n) {
  boxes[n * 4] = box.x;
  boxes[n * 4 + 1] = box.y;
  boxes[n * 4 + 2] = box.x + box.width;
  boxes[n * 4 + 3] = box.y + box.height;
  return n + 1;
}

}  // namespace

extern "C" {

int32_t mv_surfaces(const mv_image* image, double step, int32_t least_side, int32_t most, int32_t* boxes, double* fills,
                    int32_t* count) {
  return magma::Guard([&] {
    cv::Mat even;
    cv::bitwise_not(EdgesOf(image->mat, step), even);
    std::vector<std::vector<cv::Point>> contours;
    std::vector<cv::Vec4i> hierarchy;
    cv::findContours(even, contours, hierarchy, cv::RETR_CCOMP, cv::CHAIN_APPROX_SIMPLE);
    int n = 0;
    for (size_t index = 0; index < contours.size() && n < most; ++index) {
      if (hierarchy[index][3] >= 0) continue;  // the edge of a hole: a surface counts with what lies on it
      const cv::Rect box = cv::boundingRect(contours[index]);
      if (box.width < least_side || box.height < least_side) continue;
      // A contour runs through pixel middles, so it spans one pixel less than the box in either direction.
      fills[n] = cv::contourArea(contours[index]) / (double(box.width - 1) * double(box.height - 1));
      n = Store(box, boxes, n);
    }
    *count = n;
  });
}

int32_t mv_detail_clusters(const mv_image* image, double step, int32_t join, const int32_t* hidden,
                           int32_t hidden_count, int32_t most, int32_t* boxes, double* fills, int32_t* count) {
  return magma::Guard([&] {
    cv::Mat edges = EdgesOf(image->mat, step);
    const cv::Rect all(0, 0, edges.cols, edges.rows);
    for (int i = 0; i < hidden_count; ++i) {
      const int32_t* b = hidden + 4 * i;
      const cv::Rect part = cv::Rect(cv::Point(b[0], b[1]), cv::Point(b[2], b[3])) & all;
      if (!part.empty()) edges(part).setTo(0);
    }
    cv::Mat joined, labels, stats, centers;
    cv::dilate(edges, joined, cv::getStructuringElement(cv::MORPH_RECT, cv::Size(join, join)));
    const int found = cv::connectedComponentsWithStats(joined, labels, stats, centers, 8, CV_32S);
    int n = 0;
    for (int label = 1; label < found && n < most; ++label) {
      const int* s = stats.ptr<int>(label);
      const int margin = join / 2;
      const cv::Rect box = cv::Rect(s[cv::CC_STAT_LEFT] + margin, s[cv::CC_STAT_TOP] + margin,
                                    s[cv::CC_STAT_WIDTH] - 2 * margin, s[cv::CC_STAT_HEIGHT] - 2 * margin) &
                           all;
      if (box.empty()) continue;
      fills[n] = double(cv::countNonZero(edges(box))) / box.area();
      n = Store(box, boxes, n);
    }
    *count = n;
  });
}
}
