#include <opencv2/calib3d.hpp>

#include "status.h"

namespace {

cv::Mat Points(const double* points, int32_t count) { return cv::Mat(count, 1, CV_64FC2, const_cast<double*>(points)); }

}  // namespace

extern "C" {

int32_t mv_homography(const double* from, const double* to, int32_t count, int32_t method, double threshold,
                      int32_t iterations, double confidence, double* matrix, uint8_t* inliers, int32_t* found) {
  return magma::Guard([&] {
    cv::Mat mask;
    const cv::Mat result =
        cv::findHomography(Points(from, count), Points(to, count), method, threshold, mask, iterations, confidence);
    *found = !result.empty();
    for (int32_t i = 0; i < count; ++i) inliers[i] = *found && mask.at<uint8_t>(i) != 0;
    if (*found) result.reshape(1, 1).copyTo(cv::Mat(1, 9, CV_64F, matrix));
  });
}

int32_t mv_transform_points(const double* matrix, const double* from, int32_t count, double* to) {
  return magma::Guard([&] {
    cv::Mat out = Points(to, count);
    cv::perspectiveTransform(Points(from, count), out, cv::Mat(3, 3, CV_64F, const_cast<double*>(matrix)));
    CV_Assert(out.data == reinterpret_cast<uint8_t*>(to));
  });
}
}
