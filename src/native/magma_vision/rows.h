// Eight pixels side by side as floats. The compiler makes of them what the instruction set at hand has; without fused
// products every set gives the same result. Plain C++ only: the file is compiled for several sets.
#ifndef MAGMA_VISION_ROWS_H_
#define MAGMA_VISION_ROWS_H_

#include <immintrin.h>

#include <cstdint>
#include <cstring>

// Vectors are passed within one file alone.
#pragma GCC diagnostic ignored "-Wpsabi"

namespace magma {
namespace {

constexpr int kLanes = 8;

typedef float Row __attribute__((vector_size(32)));

inline __attribute__((always_inline)) Row LoadRow(const float* from) {
  Row row;
  std::memcpy(&row, from, sizeof row);
  return row;
}

inline __attribute__((always_inline)) void StoreRow(const Row& row, float* to) { std::memcpy(to, &row, sizeof row); }

inline __attribute__((always_inline)) float SumOf(const Row& row) {
  return ((row[0] + row[4]) + (row[2] + row[6])) + ((row[1] + row[5]) + (row[3] + row[7]));
}

// Written out, because the compiler's own conversion goes through every pixel alone.
inline __attribute__((always_inline)) Row LoadPixels(const uint8_t* from) {
  const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from));
#ifdef MAGMA_AVX2
  return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(bytes));
#else
  const __m128i zero = _mm_setzero_si128(), words = _mm_unpacklo_epi8(bytes, zero);
  const __m128 halves[2] = {_mm_cvtepi32_ps(_mm_unpacklo_epi16(words, zero)),
                            _mm_cvtepi32_ps(_mm_unpackhi_epi16(words, zero))};
  Row row;
  std::memcpy(&row, halves, sizeof row);
  return row;
#endif
}

}  // namespace
}  // namespace magma

#endif  // MAGMA_VISION_ROWS_H_
