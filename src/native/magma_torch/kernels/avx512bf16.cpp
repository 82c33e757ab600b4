// The kernels for AVX-512 with BF16 (and VBMI, which every such processor but Cooper Lake has). No function of the
// standard library may be instantiated below the pragma: the linker keeps one copy of such a function for the whole
// library, and it must run on every machine.
#include <immintrin.h>

#include <type_traits>

#include "kernels.h"

#pragma GCC target("avx2,fma,f16c,avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512bf16")
#define MAGMA_SET "AVX-512 with BF16"
#define MAGMA_AVX512 1
#define MAGMA_BF16 1

namespace magma {
namespace {
#include "table.inl"
}  // namespace
const Kernels kAvx512Bf16 = kTable;
}  // namespace magma
