// Weights and activations as vectors. A "unit" is four bytes of one operand of a product: one float32, or (pairs) two
// bfloat16 for the instruction that multiplies pairs and adds both products to a float32.

template <bool kPairs>
constexpr int64_t kPerUnit = kPairs ? 2 : 1;

template <bool kPairs>
MAGMA_INLINE Vec MultiplyAdd(Vec a, Vec b, Vec sum) {
#if MAGMA_BF16
  if constexpr (kPairs) return _mm512_dpbf16_ps(sum, (__m512bh)a, (__m512bh)b);
#endif
  return Fma(a, b, sum);
}

#if MAGMA_BF16
MAGMA_INLINE Vec Join(Vec low, Vec high) { return (Vec)_mm512_cvtne2ps_pbh(high, low); }
#endif

constexpr int kStepVectors = kStep / kLanes;

MAGMA_INLINE int Shift(const Weight& weight) { return weight.group == 0 ? 0 : __builtin_ctzll(weight.group); }

// The stored numbers of columns [column, column + kStep) of a row, unscaled; zeros behind the last column.
template <Format kFormat>
MAGMA_INLINE void Unpack(const uint8_t* row, int64_t column, int64_t columns, Vec out[kStepVectors]) {
  if constexpr (kFormat == Format::kInt4) {
    // Eight words hold the step: word 2 l + h has the columns 8 l + h, + 2, + 4, + 6.
    auto words = _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i*)(row + column / 2)));
#if MAGMA_AVX512
    auto index = _mm512_setr_epi32(0, 1, 0, 1, 0, 1, 0, 1, 2, 3, 2, 3, 2, 3, 2, 3);
    auto by = _mm512_setr_epi32(0, 0, 4, 4, 8, 8, 12, 12, 0, 0, 4, 4, 8, 8, 12, 12);
    auto table = _mm512_setr_ps(-8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7);
    auto both = _mm512_castsi256_si512(words);
    for (int i = 0; i < 2; i++) {
      auto spread = _mm512_permutexvar_epi32(_mm512_add_epi32(index, _mm512_set1_epi32(4 * i)), both);
      out[i] = _mm512_permutexvar_ps(_mm512_srlv_epi32(spread, by), table);
    }
#else
    auto index = _mm256_setr_epi32(0, 1, 0, 1, 0, 1, 0, 1);
    auto by = _mm256_setr_epi32(0, 0, 4, 4, 8, 8, 12, 12);
    for (int i = 0; i < 4; i++) {
      auto spread = _mm256_permutevar8x32_epi32(words, _mm256_add_epi32(index, _mm256_set1_epi32(2 * i)));
      auto bits = _mm256_and_si256(_mm256_srlv_epi32(spread, by), _mm256_set1_epi32(15));
      out[i] = _mm256_cvtepi32_ps(_mm256_sub_epi32(bits, _mm256_set1_epi32(8)));
    }
#endif
  } else {
    using T = std::conditional_t<kFormat == Format::kInt8, int8_t, bf16>;
    auto p = (const T*)row + column;
    if (columns - column >= kStep) {
      for (int i = 0; i < kStepVectors; i++) out[i] = Load(p + i * kLanes);
    } else {
      T buffer[kStep] = {};
      __builtin_memcpy(buffer, p, (columns - column) * sizeof(T));
      for (int i = 0; i < kStepVectors; i++) out[i] = Load(buffer + i * kLanes);
    }
  }
}

// kLanes units from `column` on (the kStep columns there, or the part'th vector of them), scaled.
template <Format kFormat, bool kPairs>
MAGMA_INLINE Vec LoadUnits(const Weight& weight, int64_t row, int64_t column, int part, int shift) {
  if constexpr (kFormat == Format::kBfloat16 && kPairs) {
    auto p = (const bf16*)weight.Row(row) + column;
    if (weight.columns - column >= kStep) return Load((const float*)p);
    bf16 buffer[kStep] = {};
    __builtin_memcpy(buffer, p, (weight.columns - column) * sizeof(bf16));
    return Load((const float*)buffer);
  } else {
    Vec v[kStepVectors];
    Unpack<kFormat>(weight.Row(row), column, weight.columns, v);
    if constexpr (kFormat != Format::kBfloat16) {
      auto scale = Set(ToFloat(weight.scales[row * weight.Groups() + (column >> shift)]));
      for (auto& x : v) x = x * scale;
    }
#if MAGMA_BF16
    if constexpr (kPairs) return Join(v[0], v[1]);
#endif
    return v[part];
  }
}

#if MAGMA_BF16
// The two halves of the bfloat16 of 0 to 127.
struct Magnitudes {
  alignas(64) uint8_t low[128], high[128];
  constexpr Magnitudes() : low(), high() {
    for (int i = 1; i < 128; i++) {
      int exponent = 0;
      while (i >> (exponent + 1) != 0) exponent++;
      int bits = (127 + exponent) << 7 | (i << (7 - exponent) & 127);
      low[i] = bits & 255;
      high[i] = bits >> 8;
    }
  }
};
constexpr Magnitudes kMagnitudes;

// A block's numbers as bfloat16 in the order in which they unpack fastest: bfloat16 as it lies; int8 from 64 bytes at a
// time, of every 16 bytes the first eight and then the others; int4 the lowest four bits of all words, then the next
// ones.
template <Format kFormat>
MAGMA_INLINE void UnpackBlock(const uint8_t* p, Vec out[4]) {
  if constexpr (kFormat == Format::kBfloat16) {
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) out[i] = Load((const float*)p + i * kLanes);
  } else if constexpr (kFormat == Format::kInt4) {
    // Bit 4 of an index belongs to the next number, so the table of -8 to 7 stands twice.
    const auto table = _mm256_setr_epi16(0xC100, 0xC0E0, 0xC0C0, 0xC0A0, 0xC080, 0xC040, 0xC000, 0xBF80, 0, 0x3F80,
                                         0x4000, 0x4040, 0x4080, 0x40A0, 0x40C0, 0x40E0);
    const auto twice = _mm512_inserti64x4(_mm512_castsi256_si512(table), table, 1);
    auto words = _mm512_loadu_si512(p);
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) out[i] = (Vec)_mm512_permutexvar_epi16(_mm512_srli_epi16(words, 4 * i), twice);
  } else {
    // A table of 128 magnitudes gives each half of a bfloat16; the sign is put back.
    const auto low0 = _mm512_load_si512(kMagnitudes.low), low1 = _mm512_load_si512(kMagnitudes.low + 64);
    const auto high0 = _mm512_load_si512(kMagnitudes.high), high1 = _mm512_load_si512(kMagnitudes.high + 64);
    const auto sign = _mm512_set1_epi8(-128);
#pragma GCC unroll 2
    for (int i = 0; i < 2; i++) {
      auto bytes = _mm512_loadu_si512(p + 64 * i);
      auto index = _mm512_abs_epi8(bytes);
      auto low = _mm512_permutex2var_epi8(low0, index, low1);
      auto high = _mm512_ternarylogic_epi32(_mm512_permutex2var_epi8(high0, index, high1), bytes, sign, 0xF8);
      out[2 * i] = (Vec)_mm512_unpacklo_epi8(low, high);
      out[2 * i + 1] = (Vec)_mm512_unpackhi_epi8(low, high);
    }
  }
}

// Puts the pairs of a block of activations into the order of UnpackBlock.
MAGMA_INLINE void ReorderActivations(Format format, uint32_t* pairs) {
  if (format == Format::kBfloat16) return;
  uint32_t from[kBlock / 2];
  __builtin_memcpy(from, pairs, sizeof(from));
  for (int part = 0; part < 4; part++) {
    for (int lane = 0; lane < 16; lane++) {
      auto at = format == Format::kInt4 ? lane * 4 + part : part / 2 * 32 + lane / 4 * 8 + part % 2 * 4 + lane % 4;
      pairs[part * 16 + lane] = from[at];
    }
  }
}

MAGMA_INLINE Vec OneScale(const bf16* scale) { return (Vec)_mm512_maskz_set1_epi16(0xAAAAAAAA, *scale); }

// Every lane's own scale: lane i of an int4 block sums the columns 8 i to 8 i + 7.
MAGMA_INLINE Vec LaneScales(const bf16* scales, int shift) {
  if (shift == 7) return OneScale(scales);
  uint64_t bits = 0;
  __builtin_memcpy(&bits, scales, shift == 5 ? 8 : 4);
  const auto four = _mm512_inserti64x4(
      _mm512_castsi256_si512(_mm256_setr_epi32(0x01008080, 0x01008080, 0x01008080, 0x01008080, 0x03028080, 0x03028080,
                                               0x03028080, 0x03028080)),
      _mm256_setr_epi32(0x05048080, 0x05048080, 0x05048080, 0x05048080, 0x07068080, 0x07068080, 0x07068080, 0x07068080),
      1);
  const auto two =
      _mm512_inserti64x4(_mm512_castsi256_si512(_mm256_set1_epi32(0x01008080)), _mm256_set1_epi32(0x03028080), 1);
  return (Vec)_mm512_shuffle_epi8(_mm512_set1_epi64(bits), shift == 5 ? four : two);
}
#endif

#if MAGMA_AVX512
MAGMA_INLINE void Transpose(__m512i r[16]) {
  __m512i t[16];
#pragma GCC unroll 8
  for (int i = 0; i < 16; i += 2) {
    t[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]);
    t[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
  }
#pragma GCC unroll 4
  for (int i = 0; i < 16; i += 4) {
    r[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
    r[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
    r[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
    r[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
  }
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) {
    t[i] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0x88);
    t[i + 4] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0xDD);
    t[i + 8] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0x88);
    t[i + 12] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0xDD);
  }
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) {
    r[i] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0x88);
    r[i + 8] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0xDD);
    r[i + 4] = _mm512_shuffle_i32x4(t[i + 4], t[i + 12], 0x88);
    r[i + 12] = _mm512_shuffle_i32x4(t[i + 4], t[i + 12], 0xDD);
  }
}
MAGMA_INLINE void Transpose(Vec v[kLanes]) {
  __m512i r[16];
  for (int i = 0; i < 16; i++) r[i] = _mm512_castps_si512(v[i]);
  Transpose(r);
  for (int i = 0; i < 16; i++) v[i] = _mm512_castsi512_ps(r[i]);
}
#else
MAGMA_INLINE void Transpose(Vec v[kLanes]) {
  Vec t[8], u[8];
  for (int i = 0; i < 8; i += 2) {
    t[i] = _mm256_unpacklo_ps(v[i], v[i + 1]);
    t[i + 1] = _mm256_unpackhi_ps(v[i], v[i + 1]);
  }
  for (int i = 0; i < 8; i += 4) {
    u[i] = _mm256_shuffle_ps(t[i], t[i + 2], 0x44);
    u[i + 1] = _mm256_shuffle_ps(t[i], t[i + 2], 0xEE);
    u[i + 2] = _mm256_shuffle_ps(t[i + 1], t[i + 3], 0x44);
    u[i + 3] = _mm256_shuffle_ps(t[i + 1], t[i + 3], 0xEE);
  }
  for (int i = 0; i < 4; i++) {
    v[i] = _mm256_permute2f128_ps(u[i], u[i + 4], 0x20);
    v[i + 4] = _mm256_permute2f128_ps(u[i], u[i + 4], 0x31);
  }
}
#endif

// How far ahead of a single stream of weight rows to ask for memory: what memory gives at its best rate while an answer
// is on its way. The processor itself foresees nothing across a page's end. bfloat16 has only been measured with half.
template <Format kFormat>
constexpr int64_t kAhead = kFormat == Format::kBfloat16 ? 4096 : 8192;
