// One row of bfloat16 activations times an int8 weight by the processor's product of bytes, which multiplies unsigned
// with signed ones and adds four products to an int32: half the instructions of unpacking to bfloat16.
//
// Every 64 activations share a power of two: x = 2^e · q, |q| < 2^14. What is not smaller than a 64th of the largest
// of them is exact; the rest is off by at most a 2^14th of it. q = 256 · high + low in signed bytes. A weight w goes in
// as the unsigned byte w + 128; what that adds, 128 · Σ q for all rows alike, is taken off with the scales.

constexpr int64_t kDigits = 64;
struct Digits {
  int8_t high[kDigits], low[kDigits];
};

// Prepared activations: of every 64 the power of two and what it must be taken off with (filled up to whole vectors),
// then the digits.
MAGMA_INLINE int64_t DigitGroups(int64_t columns) { return (columns + kDigits - 1) / kDigits; }
MAGMA_INLINE int64_t PaddedGroups(int64_t columns) { return (DigitGroups(columns) + kLanes - 1) / kLanes * kLanes; }
MAGMA_INLINE int64_t DigitBytes(int64_t columns) {
  return PaddedGroups(columns) * 2 * static_cast<int64_t>(sizeof(float)) +
         DigitGroups(columns) * static_cast<int64_t>(sizeof(Digits));
}

// The digits of 64 activations, their power of two (NaN where one of them is no finite number) and that times
// -128 · Σ q.
MAGMA_INLINE void ToDigits(const bf16* x, Digits& out, float& power, float& offset) {
  __m512i bits[4], most = _mm512_setzero_si512();
  const auto magnitude = _mm512_set1_epi32(INT32_MAX);
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) {
    bits[i] = (__m512i)Load(x + i * kLanes);
    most = _mm512_max_epu32(most, _mm512_and_si512(bits[i], magnitude));
  }
  // Below 2^-100 everything becomes zero.
  int exponent = static_cast<int>(_mm512_reduce_max_epu32(most) >> 23);
  if (exponent < 27) exponent = 27;
  auto factor = Set(exponent == 255 ? 0 : __builtin_bit_cast(float, (267 - exponent) << 23));
  auto sum = _mm512_setzero_si512();
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) {
    auto q = _mm512_cvtps_epi32((Vec)bits[i] * factor);
    sum = _mm512_add_epi32(sum, q);
    auto high = _mm512_srai_epi32(_mm512_add_epi32(q, _mm512_set1_epi32(128)), 8);
    _mm_storeu_si128((__m128i*)(out.low + i * kLanes), _mm512_cvtepi32_epi8(q));
    _mm_storeu_si128((__m128i*)(out.high + i * kLanes), _mm512_cvtepi32_epi8(high));
  }
  power = exponent == 255 ? __builtin_nanf("") : __builtin_bit_cast(float, (exponent - 13) << 23);
  offset = -128.0f * static_cast<float>(_mm512_reduce_add_epi32(sum)) * power;
}

void PrepareDigits(const Linear& call, void* prepared) {
  auto columns = call.weight.columns, groups = PaddedGroups(columns);
  auto powers = static_cast<float*>(prepared), offsets = powers + groups;
  auto digits = (Digits*)(offsets + groups);
  __builtin_memset(prepared, 0, 2 * groups * sizeof(float));
  for (int64_t column = 0; column < columns; column += kDigits) {
    bf16 buffer[kDigits] = {};
    auto x = call.x.Bf16(0) + column;
    if (columns - column < kDigits) x = (const bf16*)__builtin_memcpy(buffer, x, (columns - column) * sizeof(bf16));
    ToDigits(x, *digits++, *powers++, *offsets++);
  }
}

MAGMA_INLINE Vec TimesDigits(const uint8_t* w, const Digits& x) {
  auto bytes = _mm512_xor_si512(_mm512_loadu_si512(w), _mm512_set1_epi8(-128));
  auto sum = _mm512_dpbusd_epi32(_mm512_setzero_si512(), bytes, _mm512_loadu_si512(x.high));
  return _mm512_cvtepi32_ps(_mm512_dpbusd_epi32(_mm512_slli_epi32(sum, 8), bytes, _mm512_loadu_si512(x.low)));
}

// The scales of kLanes times 64 columns, the first 64 a multiple of kLanes; a group of 128 gives two.
MAGMA_INLINE Vec DigitScales(const bf16* scales, int64_t groups, int64_t first, int shift) {
  if (shift == 6) return LoadUpTo(scales + first, groups - first);
  auto left = groups - first / 2;
  auto twice = _mm512_setr_epi32(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7);
  return _mm512_permutexvar_ps(twice, LoadSome(scales + first / 2, left < kLanes / 2 ? left : kLanes / 2));
}

// As Dots, for a single row of activations.
void DotsOfDigits(const Weight& weight, int64_t, const void* prepared, int64_t begin, int64_t end, float* out,
                  int64_t) {
  auto columns = weight.columns, groups = weight.Groups(), padded = PaddedGroups(columns), whole = columns / kDigits;
  auto powers = static_cast<const float*>(prepared), offsets = powers + padded;
  auto digits = (const Digits*)(offsets + padded);
  int shift = Shift(weight);
  auto w = weight.Row(begin);
  auto scales = weight.scales + begin * groups;
  for (auto row = begin; row < end; row++, scales += groups) {
    Vec sum[2] = {Zero(), Zero()}, taken_off = Zero();
    for (int64_t group = 0; group * kDigits < columns; group += kLanes) {
      auto scale = DigitScales(scales, groups, group, shift);
      taken_off = Fma(scale, Load(offsets + group), taken_off);
      float factors[kLanes];
      Store(factors, scale * Load(powers + group));
      // Else the compiler takes the vector apart in registers, which costs more than loading.
      asm volatile("" : "+m"(factors));
      if (group + kLanes <= whole) {
#pragma GCC unroll 16
        for (int i = 0; i < kLanes; i++, w += kDigits) {
          __builtin_prefetch(w + kAhead, 0, 2);
          sum[i % 2] = Fma(TimesDigits(w, digits[group + i]), Set(factors[i]), sum[i % 2]);
        }
        continue;
      }
      for (auto at = group; at * kDigits < columns; at++) {
        auto left = columns - at * kDigits < kDigits ? columns - at * kDigits : kDigits;
        uint8_t bytes[kDigits] = {};
        __builtin_memcpy(bytes, w, left);
        sum[0] = Fma(TimesDigits(bytes, digits[at]), Set(factors[at - group]), sum[0]);
        w += left;
      }
    }
    out[row - begin] = Sum(sum[0] + sum[1] + taken_off);
  }
}
