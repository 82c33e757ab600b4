// The kernels for AVX-512. No function of the standard library may be instantiated below the pragma: the linker keeps
// one copy of such a function for the whole library, and it must run on every machine.
#include <immintrin.h>

#include <type_traits>

#include "kernels.h"

#pragma GCC target("avx2,fma,f16c,avx512f,avx512bw,avx512dq,avx512vl")
#define MAGMA_SET "AVX-512"
#define MAGMA_AVX512 1
#define MAGMA_BF16 0

namespace magma {
namespace {
#include "table.inl"
}  // namespace
const Kernels kAvx512 = kTable;
}  // namespace magma
