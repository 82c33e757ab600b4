// Text detection's two ends: pixels into the planes a network reads, and its probability map into boxes.
#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "image.h"

namespace {

// Rectangles with whole-pixel edges are resized, which is several times faster than warping.
bool IsWholeRectangle(const double* q) {
  const auto whole = [](double v) { return std::abs(v - std::round(v)) < 1e-6; };
  return q[0] == q[6] && q[2] == q[4] && q[1] == q[3] && q[5] == q[7] && q[0] < q[2] && q[1] < q[5] && whole(q[0]) &&
         whole(q[1]) && whole(q[2]) && whole(q[5]);
}

cv::Mat Straighten(const cv::Mat& rgb, const double* q, int width, int height, int interpolation) {
  cv::Mat straight;
  if (IsWholeRectangle(q) && q[0] >= 0 && q[1] >= 0 && q[2] <= rgb.cols && q[5] <= rgb.rows) {
    const cv::Rect part(cv::Point(cvRound(q[0]), cvRound(q[1])), cv::Point(cvRound(q[2]), cvRound(q[5])));
    if (part.width == width && part.height == height) return rgb(part);
    cv::resize(rgb(part), straight, cv::Size(width, height), 0, 0, interpolation);
    return straight;
  }
  // Corners are given from pixel edges, OpenCV counts from pixel middles.
  cv::Point2f from[4], to[4];
  for (int i = 0; i < 4; ++i) from[i] = cv::Point2f(float(q[2 * i] - 0.5), float(q[2 * i + 1] - 0.5));
  to[0] = {-0.5f, -0.5f};
  to[1] = {width - 0.5f, -0.5f};
  to[2] = {width - 0.5f, height - 0.5f};
  to[3] = {-0.5f, height - 0.5f};
  cv::warpPerspective(rgb, straight, cv::getPerspectiveTransform(from, to), cv::Size(width, height), interpolation,
                      cv::BORDER_REPLICATE);
  return straight;
}

// The mean of the map under a rectangle that may be turned.
double MeanInside(const cv::Mat& map, const cv::Point2f* corners) {
  float x1 = corners[0].x, x2 = x1, y1 = corners[0].y, y2 = y1;
  for (int i = 1; i < 4; ++i) {
    x1 = std::min(x1, corners[i].x);
    x2 = std::max(x2, corners[i].x);
    y1 = std::min(y1, corners[i].y);
    y2 = std::max(y2, corners[i].y);
  }
  const cv::Rect box = cv::Rect(cv::Point(cvFloor(x1), cvFloor(y1)), cv::Point(cvCeil(x2) + 1, cvCeil(y2) + 1)) &
                       cv::Rect(0, 0, map.cols, map.rows);
  if (box.empty()) return 0;
  cv::Mat mask = cv::Mat::zeros(box.size(), CV_8UC1);
  cv::Point polygon[4];
  for (int i = 0; i < 4; ++i) polygon[i] = cv::Point(cvRound(corners[i].x) - box.x, cvRound(corners[i].y) - box.y);
  cv::fillConvexPoly(mask, polygon, 4, cv::Scalar(1));
  return cv::mean(map(box), mask)[0];
}

// Top left, top right, bottom right, bottom left, as the text in it reads when it is turned by less than 45 degrees.
void OrderCorners(cv::Point2f* corners) {
  std::sort(corners, corners + 4,
            [](const cv::Point2f& a, const cv::Point2f& b) { return a.x < b.x || (a.x == b.x && a.y < b.y); });
  if (corners[0].y > corners[1].y) std::swap(corners[0], corners[1]);
  if (corners[2].y > corners[3].y) std::swap(corners[2], corners[3]);
  const cv::Point2f ordered[4] = {corners[0], corners[2], corners[3], corners[1]};
  std::copy(ordered, ordered + 4, corners);
}

}  // namespace

extern "C" {

int32_t mv_image_planes(const mv_image* image, const double* quad, int32_t width, int32_t height, int32_t interpolation,
                        const float* scale, const float* shift, int32_t blue_first, int64_t row_stride,
                        int64_t plane_stride, float* planes) {
  return magma::Guard([&] {
    const cv::Mat straight = Straighten(image->mat, quad, width, height, interpolation);
    for (int c = 0; c < 3; ++c) {
      float* plane = planes + c * plane_stride;
      const int from = blue_first ? 2 - c : c;
      const float a = scale[c], b = shift[c];
      for (int y = 0; y < height; ++y) {
        const uint8_t* pixel = straight.ptr<uint8_t>(y) + from;
        float* row = plane + y * row_stride;
        for (int x = 0; x < width; ++x) row[x] = pixel[3 * x] * a + b;
      }
    }
  });
}

int32_t mv_map_regions(const float* map, int32_t width, int32_t height, float threshold, int32_t most, double* quads,
                       int32_t* boxes, double* means, int32_t* count) {
  return magma::Guard([&] {
    const cv::Mat values(height, width, CV_32FC1, const_cast<float*>(map));
    const cv::Mat above = values > threshold;
    std::vector<std::vector<cv::Point>> contours;
    std::vector<cv::Vec4i> hierarchy;
    cv::findContours(above, contours, hierarchy, cv::RETR_CCOMP, cv::CHAIN_APPROX_SIMPLE);
    int n = 0;
    for (size_t index = 0; index < contours.size() && n < most; ++index) {
      if (hierarchy[index][3] >= 0) continue;  // the edge of a hole
      const auto& contour = contours[index];
      const cv::Rect box = cv::boundingRect(contour);
      cv::Point2f corners[4];
      cv::minAreaRect(contour).points(corners);
      OrderCorners(corners);
      means[n] = MeanInside(values, corners);
      // A contour runs through the middles of its pixels; the region reaches half a pixel farther on every side.
      for (int i = 0; i < 4; ++i) {
        quads[n * 8 + 2 * i] = corners[i].x + 0.5;
        quads[n * 8 + 2 * i + 1] = corners[i].y + 0.5;
      }
      boxes[n * 4] = box.x;
      boxes[n * 4 + 1] = box.y;
      boxes[n * 4 + 2] = box.x + box.width;
      boxes[n * 4 + 3] = box.y + box.height;
      ++n;
    }
    *count = n;
  });
}
}
