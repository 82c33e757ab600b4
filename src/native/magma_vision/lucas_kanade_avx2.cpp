// No function of the standard library may be instantiated below the pragma: the linker keeps one copy of such a
// function for the whole library, and it must run on every machine. Without FMA, so that every machine gives the same
// result.
#include <immintrin.h>

#include <cstdint>
#include <cstring>

#include "lucas_kanade.h"

#pragma GCC target("avx2")
#define MAGMA_AVX2

#include "rows.h"

namespace magma {
namespace {
#include "lucas_kanade.inl"
}  // namespace

void FollowPointAvx2(const FlowLevel* from, const FlowLevel* to, const FlowSettings& settings, float* scratch,
                     FlowPoint* point) {
  Follow(from, to, settings, scratch, point);
}

}  // namespace magma
