#include "lucas_kanade.h"

#include "rows.h"

namespace magma {
namespace {
#include "lucas_kanade.inl"
}  // namespace

int64_t FlowScratch(int window) {
  const int64_t strips = (window + kLanes - 1) / kLanes;
  return 3 * strips * window * kLanes + (strips + 1) * kLanes * (window + 2);
}

void FollowPointBaseline(const FlowLevel* from, const FlowLevel* to, const FlowSettings& settings, float* scratch,
                         FlowPoint* point) {
  Follow(from, to, settings, scratch, point);
}

}  // namespace magma
