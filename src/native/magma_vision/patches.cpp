// Small patches around points. A row of a patch is one vector of eight lanes, of which the last one counts for nothing.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "pyramid.h"
#include "rows.h"
#include "status.h"

namespace {

using magma::LoadPixels;
using magma::LoadRow;
using magma::Row;
using magma::StoreRow;
using magma::SumOf;

constexpr int kRadius = 3;
constexpr int kSide = 2 * kRadius + 1;
constexpr float kArea = kSide * kSide;
constexpr int kPatch = kSide * 8;
// Along an edge, and where there is nothing to see, a guess is as good as any.
constexpr float kLeastCorner = 1e-3f;

const Row kCounted = {1, 1, 1, 1, 1, 1, 1, 0};

struct Patch {
  Row rows[kSide];
};

struct Gradient {
  Row x[kSide], y[kSide];
  float xx, xy, yy;
};

void TakeOutMean(Row* rows) {
  Row sum = {};
  for (int j = 0; j < kSide; ++j) sum += rows[j] * kCounted;
  const float mean = SumOf(sum) / kArea;
  for (int j = 0; j < kSide; ++j) rows[j] = (rows[j] - mean) * kCounted;
}

float Squares(const Row* rows) {
  Row sum = {};
  for (int j = 0; j < kSide; ++j) sum += rows[j] * rows[j];
  return SumOf(sum);
}

float Difference(const Patch& a, const Patch& b) {
  Row sum = {};
  for (int j = 0; j < kSide; ++j) sum += (a.rows[j] - b.rows[j]) * (a.rows[j] - b.rows[j]);
  return SumOf(sum) / kArea;
}

// Between the pixels around a point: `lines` rows of 16, the first `lines` of each filled.
void Interpolate(const cv::Mat& level, float center_x, float center_y, int lines, float* out) {
  const float x = center_x - (lines - 1) / 2, y = center_y - (lines - 1) / 2;
  // Far outside nothing but the edge is seen; and a wild place must fit an int.
  const float left = std::floor(std::clamp(x, -64.0f, level.cols + 64.0f));
  const float top = std::floor(std::clamp(y, -64.0f, level.rows + 64.0f));
  const float fx = std::clamp(x - left, 0.0f, 1.0f), fy = std::clamp(y - top, 0.0f, 1.0f);
  const int x0 = static_cast<int>(left), y0 = static_cast<int>(top), width = lines + 1;
  const bool inside = x0 >= 0 && x0 + 17 <= level.cols;
  Row above[2] = {};
  uint8_t gathered[24] = {};
  for (int j = 0; j <= lines; ++j) {
    const uint8_t* line = level.ptr(std::clamp(y0 + j, 0, level.rows - 1));
    const uint8_t* from = line + x0;
    if (!inside) {
      for (int i = 0; i < width; ++i) gathered[i] = line[std::clamp(x0 + i, 0, level.cols - 1)];
      from = gathered;
    }
    for (int half = 0; half < (lines > 8 ? 2 : 1); ++half) {
      const Row here = LoadPixels(from + 8 * half);
      const Row now = here + fx * (LoadPixels(from + 8 * half + 1) - here);
      if (j > 0) {
        const Row between = above[half] + fy * (now - above[half]);
        StoreRow(between, out + 16 * (j - 1) + 8 * half);
      }
      above[half] = now;
    }
  }
}

void Read(const cv::Mat& level, float x, float y, Patch* patch) {
  float pixels[kSide * 16];
  Interpolate(level, x, y, kSide, pixels);
  for (int j = 0; j < kSide; ++j) patch->rows[j] = LoadRow(pixels + 16 * j);
  TakeOutMean(patch->rows);
}

void Read(const cv::Mat& level, float x, float y, Patch* patch, Gradient* gradient) {
  float pixels[(kSide + 2) * 16];
  Interpolate(level, x, y, kSide + 2, pixels);
  for (int j = 0; j < kSide; ++j) {
    const float* row = pixels + 16 * (j + 1);
    patch->rows[j] = LoadRow(row + 1);
    gradient->x[j] = (LoadRow(row + 2) - LoadRow(row)) * 0.5f;
    gradient->y[j] = (LoadRow(row + 17) - LoadRow(row - 15)) * 0.5f;
  }
  TakeOutMean(patch->rows);
  TakeOutMean(gradient->x);
  TakeOutMean(gradient->y);
  Row xy = {};
  for (int j = 0; j < kSide; ++j) xy += gradient->x[j] * gradient->y[j];
  gradient->xx = Squares(gradient->x);
  gradient->xy = SumOf(xy);
  gradient->yy = Squares(gradient->y);
}

float Fit(const cv::Mat& level, const Patch& patch, const Gradient& gradient, float guess_x, float guess_y, int steps,
          float epsilon, float* place) {
  Patch now;
  float x = guess_x, y = guess_y;
  Read(level, x, y, &now);
  const float trace = gradient.xx + gradient.yy;
  const float determinant = gradient.xx * gradient.yy - gradient.xy * gradient.xy;
  const bool is_corner = determinant >= kLeastCorner * trace * trace && trace >= kArea;
  for (int step = 0; is_corner && step < steps; ++step) {
    Row bx = {}, by = {};
    for (int j = 0; j < kSide; ++j) {
      const Row difference = patch.rows[j] - now.rows[j];
      bx += difference * gradient.x[j];
      by += difference * gradient.y[j];
    }
    const float sx = SumOf(bx), sy = SumOf(by);
    const float dx = (gradient.yy * sx - gradient.xy * sy) / determinant;
    const float dy = (gradient.xx * sy - gradient.xy * sx) / determinant;
    x += dx;
    y += dy;
    const bool strayed = (x - guess_x) * (x - guess_x) + (y - guess_y) * (y - guess_y) > kRadius * kRadius;
    if (strayed) {
      x = guess_x;
      y = guess_y;
    }
    Read(level, x, y, &now);
    if (strayed || dx * dx + dy * dy < epsilon * epsilon) break;
  }
  place[0] = x;
  place[1] = y;
  return Difference(patch, now);
}

}  // namespace

extern "C" {

int32_t mv_patches(const mv_pyramid* pyramid, const float* points, int32_t count, float* patches, float* structure) {
  return magma::Guard([&] {
    for (int32_t i = 0; i < count; ++i) {
      Patch patch;
      Read(pyramid->levels[0], points[2 * i], points[2 * i + 1], &patch);
      std::memcpy(patches + kPatch * static_cast<int64_t>(i), &patch, sizeof patch);
      structure[i] = Squares(patch.rows) / kArea;
    }
  });
}

int32_t mv_patch_differences(const float* patches, const float* others, int32_t count, float* differences) {
  return magma::Guard([&] {
    for (int32_t i = 0; i < count; ++i) {
      Patch a, b;
      std::memcpy(&a, patches + kPatch * static_cast<int64_t>(i), sizeof a);
      std::memcpy(&b, others + kPatch * static_cast<int64_t>(i), sizeof b);
      differences[i] = Difference(a, b);
    }
  });
}

int32_t mv_patch_fit(const mv_pyramid* from, const mv_pyramid* to, const float* points, const float* guesses,
                     int32_t count, int32_t steps, float epsilon, float* places, float* differences) {
  return magma::Guard([&] {
    Patch patch = {};
    Gradient gradient = {};
    for (int32_t i = 0; i < count; ++i) {
      const float *point = points + 2 * i, *guess = guesses + 2 * i;
      // Several guesses for one point stand in a row.
      if (i == 0 || point[0] != point[-2] || point[1] != point[-1])
        Read(from->levels[0], point[0], point[1], &patch, &gradient);
      differences[i] = Fit(to->levels[0], patch, gradient, guess[0], guess[1], steps, epsilon, places + 2 * i);
    }
  });
}
}
