// Grouped attention over a cache of keys and values in bfloat16. Softmax runs in float32; a head's size is a multiple
// of kStep.

constexpr float kHidden = -1e30f;

MAGMA_INLINE int64_t FirstKey(const Attention& call, int64_t position) {
  auto first = position - call.window + 1;
  return first > 0 ? first : 0;
}

// The sums of kLanes vectors, as one vector.
MAGMA_INLINE Vec SumEach(Vec v[kLanes]) {
#if MAGMA_AVX512
#pragma GCC unroll 8
  for (int i = 0; i < 8; i++)
    v[i] = _mm512_unpacklo_ps(v[2 * i], v[2 * i + 1]) + _mm512_unpackhi_ps(v[2 * i], v[2 * i + 1]);
  __m512d pairs[8];
#pragma GCC unroll 8
  for (int i = 0; i < 8; i++) pairs[i] = _mm512_castps_pd(v[i]);
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++) {
    v[i] = _mm512_castpd_ps(_mm512_unpacklo_pd(pairs[2 * i], pairs[2 * i + 1])) +
           _mm512_castpd_ps(_mm512_unpackhi_pd(pairs[2 * i], pairs[2 * i + 1]));
  }
#pragma GCC unroll 2
  for (int i = 0; i < 2; i++) {
    v[i] = _mm512_shuffle_f32x4(v[2 * i], v[2 * i + 1], 0x88) + _mm512_shuffle_f32x4(v[2 * i], v[2 * i + 1], 0xDD);
  }
  return _mm512_shuffle_f32x4(v[0], v[1], 0x88) + _mm512_shuffle_f32x4(v[0], v[1], 0xDD);
#else
  for (int i = 0; i < 4; i++)
    v[i] = _mm256_unpacklo_ps(v[2 * i], v[2 * i + 1]) + _mm256_unpackhi_ps(v[2 * i], v[2 * i + 1]);
  __m256d pairs[4];
  for (int i = 0; i < 4; i++) pairs[i] = _mm256_castps_pd(v[i]);
  for (int i = 0; i < 2; i++) {
    v[i] = _mm256_castpd_ps(_mm256_unpacklo_pd(pairs[2 * i], pairs[2 * i + 1])) +
           _mm256_castpd_ps(_mm256_unpackhi_pd(pairs[2 * i], pairs[2 * i + 1]));
  }
  return _mm256_permute2f128_ps(v[0], v[1], 0x20) + _mm256_permute2f128_ps(v[0], v[1], 0x31);
#endif
}

// Scores of one query against kLanes keys; scratch memory is (group, keys) float32.
void AttendOne(const Attention& call, void* scratch, int64_t batch, int64_t kv_head) {
  auto group = call.heads / call.kv_heads;
  auto first = FirstKey(call, call.start);
  auto keys = call.start + 1 - first;
  auto stride = (keys + kLanes - 1) / kLanes * kLanes;
  auto scores = static_cast<float*>(scratch);
  auto offset = batch * call.cache_batch + kv_head * call.cache_head + first * call.size;
  auto key = call.key + offset, value = call.value + offset;
  auto query = call.query + batch * call.query_batch + kv_head * group * call.size;
  auto out = call.out + batch * call.out_batch + kv_head * group * call.size;
  auto mask = call.mask == nullptr ? nullptr : call.mask + batch * (call.start + 1) + first;
  constexpr int kColumns = kLanes * kPerUnit<MAGMA_BF16>;
  for (int64_t k = 0; k < keys; k += kLanes) {
    // Keys come from memory far behind the caches, and so do the values, which are needed next.
    for (int64_t at = k * call.size; at < (k + kLanes) * call.size; at += 32) {
      __builtin_prefetch(key + at + 2048, 0, 2);
      __builtin_prefetch(value + at, 0, 2);
    }
    for (int64_t h = 0; h < group; h++) {
      Vec dots[kLanes];
#pragma GCC unroll 16
      for (int i = 0; i < kLanes; i++) dots[i] = Zero();
      for (int64_t d = 0; d < call.size; d += kColumns) {
        auto q = query + h * call.size + d;
        auto qv = MAGMA_BF16 ? Load((const float*)q) : Load(q);
#pragma GCC unroll 16
        for (int i = 0; i < kLanes; i++) {
          auto p = key + (k + i < keys ? k + i : keys - 1) * call.size + d;
          dots[i] = MultiplyAdd<MAGMA_BF16>(qv, MAGMA_BF16 ? Load((const float*)p) : Load(p), dots[i]);
        }
      }
      Store(scores + h * stride + k, SumEach(dots) * Set(call.scale));
    }
  }
  for (int64_t h = 0; h < group; h++) {
    auto s = scores + h * stride;
    for (int64_t k = 0; k < keys && mask != nullptr; k++) s[k] = mask[k] != 0 ? s[k] : kHidden;
    for (auto k = keys; k < stride; k++) s[k] = s[keys - 1];
    auto largest = Load(s);
    for (int64_t k = kLanes; k < stride; k += kLanes) largest = Max(largest, Load(s + k));
    auto top = Set(Largest(largest));
    for (int64_t k = 0; k < stride; k += kLanes) Store(s + k, Exp(Load(s + k) - top));
    for (auto k = keys; k < stride; k++) s[k] = 0;
    auto sum = Zero();
    for (int64_t k = 0; k < stride; k += kLanes) sum = sum + Load(s + k);
    auto factor = Set(1 / Sum(sum));
    for (int64_t k = 0; k < stride; k += kLanes) Store(s + k, Load(s + k) * factor);
  }
  constexpr int kQueries = 4, kParts = 2;
  for (int64_t h = 0; h < group; h += kQueries) {
    const float* s[kQueries];
    for (int i = 0; i < kQueries; i++) s[i] = scores + (h + i < group ? h + i : h) * stride;
    for (int64_t d = 0; d < call.size; d += kParts * kLanes) {
      Vec sum[kQueries][kParts];
#pragma GCC unroll 8
      for (int i = 0; i < kQueries; i++) sum[i][0] = sum[i][1] = Zero();
      for (int64_t k = 0; k < keys; k++) {
        auto v = value + k * call.size + d;
        auto low = Load(v), high = Load(v + kLanes);
#pragma GCC unroll 8
        for (int i = 0; i < kQueries; i++) {
          auto weight = Set(s[i][k]);
          sum[i][0] = Fma(weight, low, sum[i][0]);
          sum[i][1] = Fma(weight, high, sum[i][1]);
        }
      }
#pragma GCC unroll 8
      for (int i = 0; i < kQueries; i++) {
        if (h + i >= group) break;
        Store(out + (h + i) * call.size + d, sum[i][0]);
        Store(out + (h + i) * call.size + d + kLanes, sum[i][1]);
      }
    }
  }
}

constexpr int64_t kKeyBlock = 64;

// For `rows` rows (queries times heads of the group): rows of units of queries, scores, weights, results, and running
// maxima and sums.
struct AttendScratch {
  static constexpr int64_t kUnits = kMaxHeadSize;  // enough for float32
  alignas(64) float key[kMaxHeadSize * kKeyBlock];
  alignas(64) float value[kMaxHeadSize * kKeyBlock];
  alignas(64) float query[(kAttendRows + kTileRows) * kUnits];
  alignas(64) float score[(kAttendRows + kTileRows) * kKeyBlock];
  alignas(64) float out[(kAttendRows + kTileRows) * kMaxHeadSize];
  float largest[kAttendRows], sum[kAttendRows];
};

// Panels of 2 kLanes keys, unit by unit of the head's size.
MAGMA_INLINE void PackKeys(const bf16* key, int64_t size, int64_t keys, float* panel) {
  constexpr int kColumns = kLanes * kPerUnit<MAGMA_BF16>;
  for (int64_t k = 0; k < kKeyBlock; k += 2 * kLanes) {
    for (int64_t d = 0; d < size; d += kColumns) {
      for (int half = 0; half < 2; half++) {
        Vec v[kLanes];
#pragma GCC unroll 16
        for (int i = 0; i < kLanes; i++) {
          auto at = k + half * kLanes + i;
          auto p = key + at * size + d;
          v[i] = at >= keys ? Zero() : MAGMA_BF16 ? Load((const float*)p) : Load(p);
        }
        Transpose(v);
#pragma GCC unroll 16
        for (int i = 0; i < kLanes; i++) Store(panel + i * 2 * kLanes + half * kLanes, v[i]);
      }
      panel += kLanes * 2 * kLanes;
    }
  }
}

// Panels of 2 kLanes columns of the values, unit by unit of the keys.
MAGMA_INLINE void PackValues(const bf16* value, int64_t size, int64_t keys, float* panel) {
  for (int64_t d = 0; d < size; d += 2 * kLanes) {
    for (int64_t k = 0; k < kKeyBlock; k += kPerUnit<MAGMA_BF16>) {
      for (int half = 0; half < 2; half++, panel += kLanes) {
        auto p = value + k * size + d + half * kLanes;
#if MAGMA_BF16
        auto low = k < keys ? _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i*)p)) : _mm512_setzero_si512();
        auto high = k + 1 < keys ? _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i*)(p + size)))
                                 : _mm512_setzero_si512();
        Store(panel, _mm512_castsi512_ps(_mm512_or_si512(low, _mm512_slli_epi32(high, 16))));
#else
        Store(panel, k < keys ? Load(p) : Zero());
#endif
      }
    }
  }
}

// out (rows, kOutStride) = [out +] a (rows, kStride units) times panels; all rows, a tile at a time.
template <int64_t kStride, int64_t kOutStride>
MAGMA_INLINE void MultiplyAll(const float* a, int64_t rows, const float* panels, int64_t units, int64_t columns,
                              bool add, float* out) {
  for (int64_t r = 0; r < rows; r += kTileRows) {
    for (int64_t c = 0; c < columns; c += 2 * kLanes) {
      Vec sum[kTileRows][2];
      auto y = out + r * kOutStride + c;
#pragma GCC unroll 16
      for (int i = 0; i < kTileRows; i++) {
        sum[i][0] = add ? Load(y + i * kOutStride) : Zero();
        sum[i][1] = add ? Load(y + i * kOutStride + kLanes) : Zero();
      }
      MultiplyTile<MAGMA_BF16, kTileRows, kStride>(a + r * kStride, panels + c * units, units, sum);
#pragma GCC unroll 16
      for (int i = 0; i < kTileRows; i++) {
        Store(y + i * kOutStride, sum[i][0]);
        Store(y + i * kOutStride + kLanes, sum[i][1]);
      }
    }
  }
}

// Softmax is kept as a running maximum and sum per row while blocks of keys pass by (as in FlashAttention).
void AttendBlock(const Attention& call, void* scratch, int64_t batch, int64_t kv_head, int64_t token,
                 int64_t token_end) {
  auto& s = *static_cast<AttendScratch*>(scratch);
  constexpr auto kUnits = AttendScratch::kUnits;
  auto group = call.heads / call.kv_heads, tokens = token_end - token, rows = group * tokens, size = call.size;
  auto cache = batch * call.cache_batch + kv_head * call.cache_head;
  for (int64_t r = 0; r < rows; r++) {
    auto q = call.query + batch * call.query_batch + (token + r % tokens) * call.query_token +
             (kv_head * group + r / tokens) * size;
    auto out = s.query + r * kUnits;
    if (MAGMA_BF16) {
      __builtin_memcpy(out, q, size * sizeof(bf16));
    } else {
      for (int64_t d = 0; d < size; d += kLanes) Store(out + d, Load(q + d));
    }
    __builtin_memset(s.out + r * kMaxHeadSize, 0, size * sizeof(float));
    s.largest[r] = kHidden;
    s.sum[r] = 0;
  }
  auto keys = call.start + token_end;
  for (auto key = FirstKey(call, call.start + token) / kKeyBlock * kKeyBlock; key < keys; key += kKeyBlock) {
    auto count = keys - key < kKeyBlock ? keys - key : kKeyBlock;
    PackKeys(call.key + cache + key * size, size, count, s.key);
    PackValues(call.value + cache + key * size, size, count, s.value);
    MultiplyAll<kUnits, kKeyBlock>(s.query, rows, s.key, size / kPerUnit<MAGMA_BF16>, kKeyBlock, false, s.score);
    auto mask = call.mask == nullptr ? nullptr : call.mask + batch * (call.start + call.tokens) + key;
    for (int64_t r = 0; r < rows; r++) {
      auto position = call.start + token + r % tokens;
      auto first = FirstKey(call, position) - key, last = position - key;
      auto score = s.score + r * kKeyBlock;
      for (auto k = 0; k < first && k < kKeyBlock; k++) score[k] = kHidden;
      for (auto k = last < -1 ? 0 : last + 1; k < kKeyBlock; k++) score[k] = kHidden;
      for (auto k = 0; k < count && mask != nullptr; k++) score[k] = mask[k] != 0 ? score[k] : kHidden;
      constexpr int kParts = kKeyBlock / kLanes;
      Vec v[kParts];
      auto top = Zero();
      for (int i = 0; i < kParts; i++) {
        v[i] = Load(score + i * kLanes) * Set(call.scale);
        top = i == 0 ? v[0] : Max(top, v[i]);
      }
      auto largest = Largest(top);
      if (largest < s.largest[r]) largest = s.largest[r];
      auto fade = s.largest[r] - largest;
      auto sum = Zero();
      for (auto& x : v) {
        x = Exp(x - Set(largest));
        sum = sum + x;
      }
      for (int i = 0; i < kParts; i++) {
        if (MAGMA_BF16) {
          Store((bf16*)score + i * kLanes, v[i]);
        } else {
          Store(score + i * kLanes, v[i]);
        }
      }
      float total = Sum(sum);
      if (fade != 0) {
        float kept[kLanes];
        Store(kept, Exp(Set(fade)));
        total += s.sum[r] * kept[0];
        auto out = s.out + r * kMaxHeadSize;
        for (int64_t d = 0; d < size; d += kLanes) Store(out + d, Load(out + d) * Set(kept[0]));
      } else {
        total += s.sum[r];
      }
      s.sum[r] = total;
      s.largest[r] = largest;
    }
    MultiplyAll<kKeyBlock, kMaxHeadSize>(s.score, rows, s.value, kKeyBlock / kPerUnit<MAGMA_BF16>, size, true, s.out);
  }
  for (int64_t r = 0; r < rows; r++) {
    auto out = call.out + batch * call.out_batch + (token + r % tokens) * call.out_token +
               (kv_head * group + r / tokens) * size;
    auto factor = Set(1 / s.sum[r]);
    for (int64_t d = 0; d < size; d += kLanes) Store(out + d, Load(s.out + r * kMaxHeadSize + d) * factor);
  }
}
