#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "image.h"

namespace {

cv::Scalar Rgb(uint32_t color) { return cv::Scalar(color >> 16 & 255, color >> 8 & 255, color & 255); }

cv::Rect Clipped(const mv_image* image, int32_t x1, int32_t y1, int32_t x2, int32_t y2) {
  x1 = std::max(x1, 0);
  y1 = std::max(y1, 0);
  x2 = std::min(x2, image->mat.cols);
  y2 = std::min(y2, image->mat.rows);
  return x2 > x1 && y2 > y1 ? cv::Rect(x1, y1, x2 - x1, y2 - y1) : cv::Rect();
}

void Fill(mv_image* image, int32_t x1, int32_t y1, int32_t x2, int32_t y2, uint32_t color) {
  const cv::Rect area = Clipped(image, x1, y1, x2, y2);
  if (!area.empty()) image->mat(area).setTo(Rgb(color));
}

}  // namespace

extern "C" {

int32_t mv_fill_rectangle(mv_image* image, int32_t x1, int32_t y1, int32_t x2, int32_t y2, uint32_t color,
                          double opacity) {
  return magma::Guard([&] {
    const cv::Rect area = Clipped(image, x1, y1, x2, y2);
    if (area.empty()) return;
    cv::Mat part = image->mat(area);
    if (opacity >= 1) {
      part.setTo(Rgb(color));
    } else {
      cv::addWeighted(part, 1 - opacity, cv::Mat(area.size(), CV_8UC3, Rgb(color)), opacity, 0, part);
    }
  });
}

int32_t mv_draw_rectangle(mv_image* image, int32_t x1, int32_t y1, int32_t x2, int32_t y2, uint32_t color,
                          int32_t thickness) {
  return magma::Guard([&] {
    const int32_t across = std::min(thickness, x2 - x1);
    const int32_t down = std::min(thickness, y2 - y1);
    Fill(image, x1, y1, x2, y1 + down, color);
    Fill(image, x1, y2 - down, x2, y2, color);
    Fill(image, x1, y1, x1 + across, y2, color);
    Fill(image, x2 - across, y1, x2, y2, color);
  });
}

int32_t mv_draw_circle(mv_image* image, int32_t x, int32_t y, int32_t radius, uint32_t color, int32_t thickness) {
  return magma::Guard([&] {
    cv::circle(image->mat, cv::Point(x, y), radius, Rgb(color), thickness < 0 ? cv::FILLED : thickness, cv::LINE_AA, 4);
  });
}

int32_t mv_draw_line(mv_image* image, int32_t x1, int32_t y1, int32_t x2, int32_t y2, uint32_t color,
                     int32_t thickness) {
  return magma::Guard(
      [&] { cv::line(image->mat, cv::Point(x1, y1), cv::Point(x2, y2), Rgb(color), thickness, cv::LINE_AA, 4); });
}
}
