// Vectors of float32 for the instruction set that is being compiled: MAGMA_AVX512 and MAGMA_BF16 say which. Included
// inside the set's own namespace, so the same names may stand three times in one library.

#define MAGMA_INLINE inline __attribute__((always_inline))

#if MAGMA_AVX512
using Vec = __m512;
constexpr int kLanes = 16;
MAGMA_INLINE Vec Zero() { return _mm512_setzero_ps(); }
MAGMA_INLINE Vec Set(float value) { return _mm512_set1_ps(value); }
MAGMA_INLINE Vec Load(const float* p) { return _mm512_loadu_ps(p); }
MAGMA_INLINE void Store(float* p, Vec v) { _mm512_storeu_ps(p, v); }
MAGMA_INLINE Vec Load(const bf16* p) {
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i*)p)), 16));
}
MAGMA_INLINE Vec Load(const int8_t* p) {
  return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i*)p)));
}
MAGMA_INLINE Vec Fma(Vec a, Vec b, Vec c) { return _mm512_fmadd_ps(a, b, c); }
MAGMA_INLINE Vec Min(Vec a, Vec b) { return _mm512_min_ps(a, b); }
MAGMA_INLINE Vec Max(Vec a, Vec b) { return _mm512_max_ps(a, b); }
MAGMA_INLINE float Sum(Vec v) { return _mm512_reduce_add_ps(v); }
MAGMA_INLINE float Largest(Vec v) { return _mm512_reduce_max_ps(v); }
MAGMA_INLINE Vec Round(Vec v) { return _mm512_roundscale_ps(v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
MAGMA_INLINE Vec PowerOfTwo(Vec v) { return _mm512_scalef_ps(Set(1), v); }
MAGMA_INLINE Vec Abs(Vec v) { return _mm512_abs_ps(v); }
MAGMA_INLINE Vec CopySign(Vec magnitude, Vec sign) {
  auto mask = _mm512_set1_epi32(INT32_MIN);
  return _mm512_castsi512_ps(
      _mm512_ternarylogic_epi32(mask, _mm512_castps_si512(sign), _mm512_castps_si512(magnitude), 0xCA));
}
#if MAGMA_BF16
MAGMA_INLINE void Store(bf16* p, Vec v) { _mm256_storeu_si256((__m256i*)p, (__m256i)_mm512_cvtneps_pbh(v)); }
#else
MAGMA_INLINE void Store(bf16* p, Vec v) {
  auto bits = _mm512_castps_si512(v);
  auto odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
  auto rounded = _mm512_srli_epi32(_mm512_add_epi32(bits, _mm512_add_epi32(odd, _mm512_set1_epi32(0x7FFF))), 16);
  auto nan = _mm512_cmp_ps_mask(v, v, _CMP_UNORD_Q);
  _mm256_storeu_si256((__m256i*)p, _mm512_cvtepi32_epi16(_mm512_mask_set1_epi32(rounded, nan, 0x7FC0)));
}
#endif
#else
using Vec = __m256;
constexpr int kLanes = 8;
MAGMA_INLINE Vec Zero() { return _mm256_setzero_ps(); }
MAGMA_INLINE Vec Set(float value) { return _mm256_set1_ps(value); }
MAGMA_INLINE Vec Load(const float* p) { return _mm256_loadu_ps(p); }
MAGMA_INLINE void Store(float* p, Vec v) { _mm256_storeu_ps(p, v); }
MAGMA_INLINE Vec Load(const bf16* p) {
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i*)p)), 16));
}
MAGMA_INLINE Vec Load(const int8_t* p) {
  return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i*)p)));
}
MAGMA_INLINE Vec Fma(Vec a, Vec b, Vec c) { return _mm256_fmadd_ps(a, b, c); }
MAGMA_INLINE Vec Min(Vec a, Vec b) { return _mm256_min_ps(a, b); }
MAGMA_INLINE Vec Max(Vec a, Vec b) { return _mm256_max_ps(a, b); }
MAGMA_INLINE float Sum(Vec v) {
  auto s = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
  s = _mm_add_ps(s, _mm_movehl_ps(s, s));
  return _mm_cvtss_f32(_mm_add_ss(s, _mm_movehdup_ps(s)));
}
MAGMA_INLINE float Largest(Vec v) {
  auto s = _mm_max_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
  s = _mm_max_ps(s, _mm_movehl_ps(s, s));
  return _mm_cvtss_f32(_mm_max_ss(s, _mm_movehdup_ps(s)));
}
MAGMA_INLINE Vec Round(Vec v) { return _mm256_round_ps(v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
// For whole numbers from -126 to 127; below, zero.
MAGMA_INLINE Vec PowerOfTwo(Vec v) {
  auto biased = _mm256_add_epi32(_mm256_cvtps_epi32(v), _mm256_set1_epi32(127));
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_max_epi32(biased, _mm256_setzero_si256()), 23));
}
MAGMA_INLINE Vec Abs(Vec v) { return _mm256_andnot_ps(Set(-0.0f), v); }
MAGMA_INLINE Vec CopySign(Vec magnitude, Vec sign) {
  return _mm256_or_ps(_mm256_andnot_ps(Set(-0.0f), magnitude), _mm256_and_ps(Set(-0.0f), sign));
}
MAGMA_INLINE void Store(bf16* p, Vec v) {
  auto bits = _mm256_castps_si256(v);
  auto odd = _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
  auto rounded = _mm256_srli_epi32(_mm256_add_epi32(bits, _mm256_add_epi32(odd, _mm256_set1_epi32(0x7FFF))), 16);
  auto nan = _mm256_castps_si256(_mm256_cmp_ps(v, v, _CMP_UNORD_Q));
  rounded = _mm256_blendv_epi8(rounded, _mm256_set1_epi32(0x7FC0), nan);
  auto words = _mm256_permute4x64_epi64(_mm256_packus_epi32(rounded, rounded), 0x08);
  _mm_storeu_si128((__m128i*)p, _mm256_castsi256_si128(words));
}
#endif

MAGMA_INLINE float ToFloat(bf16 value) { return __builtin_bit_cast(float, uint32_t(value) << 16); }

// Loads and stores of fewer than kLanes numbers.
template <class T>
MAGMA_INLINE Vec LoadSome(const T* p, int64_t count) {
  T buffer[kLanes] = {};
  __builtin_memcpy(buffer, p, count * sizeof(T));
  return Load(buffer);
}
template <class T>
MAGMA_INLINE void StoreSome(T* p, Vec v, int64_t count) {
  T buffer[kLanes];
  Store(buffer, v);
  __builtin_memcpy(p, buffer, count * sizeof(T));
}
template <class T>
MAGMA_INLINE Vec LoadUpTo(const T* p, int64_t count) {
  return count >= kLanes ? Load(p) : LoadSome(p, count);
}
template <class T>
MAGMA_INLINE void StoreUpTo(T* p, Vec v, int64_t count) {
  if (count >= kLanes) {
    Store(p, v);
  } else {
    StoreSome(p, v, count);
  }
}

// e^v to two units in the last place (Cody-Waite reduction, degree 6); underflows to zero below -87.
MAGMA_INLINE Vec Exp(Vec v) {
  v = Min(Max(v, Set(-88.0f)), Set(88.0f));
  auto n = Round(v * Set(1.44269504f));
  auto r = Fma(n, Set(-0.693359375f), v);
  r = Fma(n, Set(2.12194440e-4f), r);
  auto p = Fma(Set(1.0f / 720), r, Set(1.0f / 120));
  p = Fma(p, r, Set(1.0f / 24));
  p = Fma(p, r, Set(1.0f / 6));
  p = Fma(p, r, Set(0.5f));
  p = Fma(p, r, Set(1.0f));
  p = Fma(p, r, Set(1.0f));
  return p * PowerOfTwo(n);
}

MAGMA_INLINE Vec Silu(Vec v) { return v / (Set(1.0f) + Exp(Zero() - v)); }

// v · Φ(v), with erf to 1.5e-7 (Abramowitz and Stegun 7.1.26).
MAGMA_INLINE Vec Gelu(Vec v) {
  auto x = Abs(v) * Set(0.707106781f);
  auto t = Set(1.0f) / Fma(Set(0.3275911f), x, Set(1.0f));
  auto p = Fma(Set(1.061405429f), t, Set(-1.453152027f));
  p = Fma(p, t, Set(1.421413741f));
  p = Fma(p, t, Set(-0.284496736f));
  p = Fma(p, t, Set(0.254829592f));
  auto erf = Set(1.0f) - p * t * Exp(Zero() - x * x);
  return Set(0.5f) * v * (Set(1.0f) + CopySign(erf, v));
}
