// Pyramidal Lucas-Kanade for one point (Bouguet 2000), with OpenCV's choice of derivatives (Scharr), of the end of
// refinement and of what counts as lost. In single precision throughout; OpenCV rounds to 14 bits.
#ifndef MAGMA_VISION_LUCAS_KANADE_H_
#define MAGMA_VISION_LUCAS_KANADE_H_

#include <cstdint>

namespace magma {

struct FlowLevel {
  const uint8_t* pixels;
  int64_t stride;
  int width, height;
};

struct FlowSettings {
  int window, levels, iterations;
  float epsilon, min_eigenvalue;
};

// Columns and rows that every level must have around it: a window, its neighbours, and what vectors read too much.
constexpr int FlowBorder(int window) { return window + 16; }

// Floats of scratch memory that a point needs.
int64_t FlowScratch(int window);

struct FlowPoint {
  float x, y;
  float moved_x, moved_y;  // in: a guess
  float error;
  bool found;
};

typedef void (*FollowPoint)(const FlowLevel* from, const FlowLevel* to, const FlowSettings& settings, float* scratch,
                            FlowPoint* point);

void FollowPointBaseline(const FlowLevel* from, const FlowLevel* to, const FlowSettings& settings, float* scratch,
                         FlowPoint* point);
void FollowPointAvx2(const FlowLevel* from, const FlowLevel* to, const FlowSettings& settings, float* scratch,
                     FlowPoint* point);

}  // namespace magma

#endif  // MAGMA_VISION_LUCAS_KANADE_H_
