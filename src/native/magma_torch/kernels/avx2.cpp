// The kernels for AVX2. No function of the standard library may be instantiated below the pragma: the linker keeps one
// copy of such a function for the whole library, and it must run on every machine.
#include <immintrin.h>

#include <type_traits>

#include "kernels.h"

#pragma GCC target("avx2,fma,f16c")
#define MAGMA_SET "AVX2"
#define MAGMA_AVX512 0
#define MAGMA_BF16 0

namespace magma {
namespace {
#include "table.inl"
}  // namespace
const Kernels kAvx2 = kTable;
}  // namespace magma
