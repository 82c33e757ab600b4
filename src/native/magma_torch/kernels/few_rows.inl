// Products of 1 to kFewRows rows, bound by reading the weight.

// Pairs need bfloat16 activations; the stored integers become bfloat16 exactly, and their scales are applied to the
// sums.
MAGMA_INLINE bool UsePairs(const Linear& call) { return MAGMA_BF16 && call.x.type == Type::kBfloat16; }

MAGMA_INLINE int64_t PaddedColumns(const Linear& call) { return (call.weight.columns + kBlock - 1) / kBlock * kBlock; }

int64_t PreparedBytes(const Linear& call) { return call.rows * PaddedColumns(call) * (UsePairs(call) ? 2 : 4); }

// Activations as Dot reads them: block by block of columns, in it row by row (so that every address is a constant away
// from one pointer), filled up with zeros and, for pairs, in the order in which a block's weights unpack.
void Prepare(const Linear& call, void* prepared) {
  auto columns = call.weight.columns;
  auto floats = static_cast<float*>(prepared);
  auto pairs = static_cast<bf16*>(prepared);
  for (int64_t block = 0; block < columns; block += kBlock) {
    auto left = columns - block < kBlock ? columns - block : kBlock;
    for (int64_t row = 0; row < call.rows; row++, floats += kBlock, pairs += kBlock) {
      if (!UsePairs(call)) {
        for (int64_t k = 0; k < kBlock; k += kLanes) {
          Store(floats + k, k < left ? LoadMatrix(call.x, row, block + k, left - k) : Zero());
        }
        continue;
      }
      __builtin_memcpy(pairs, call.x.Bf16(row) + block, left * sizeof(bf16));
      __builtin_memset(pairs + left, 0, (kBlock - left) * sizeof(bf16));
#if MAGMA_BF16
      ReorderActivations(call.weight.format, (uint32_t*)pairs);
#endif
    }
  }
}

// Sums that a row of outputs and one of activations are gathered in: products of a single pair of rows would wait for
// each other.
template <int kRows, int kWide>
constexpr int kSums = kRows* kWide == 1 ? 4 : 1;

#if MAGMA_BF16
// Adds one block of kWide rows of a weight, row_bytes apart (their scales: groups apart), times kRows rows of
// activations.
template <Format kFormat, int kRows, int kWide>
MAGMA_INLINE void DotBlock(const uint8_t* w, int64_t row_bytes, const bf16* scales, int64_t groups, int shift,
                           const bf16* x, Vec sum[kWide][kRows][kSums<kRows, kWide>]) {
  Vec values[kWide][4];
#pragma GCC unroll 16
  for (int i = 0; i < kWide; i++) UnpackBlock<kFormat>(w + i * row_bytes, values[i]);
#pragma GCC unroll 16
  for (int r = 0; r < kRows; r++) {
    Vec v[4];
#pragma GCC unroll 4
    for (int part = 0; part < 4; part++) v[part] = Load((const float*)(x + r * kBlock + part * kStep));
#pragma GCC unroll 16
    for (int i = 0; i < kWide; i++) {
      auto scale = scales + i * groups;
      if constexpr (kFormat == Format::kBfloat16) {
#pragma GCC unroll 4
        for (int part = 0; part < 4; part++) {
          auto& chain = sum[i][r][part % kSums<kRows, kWide>];
          chain = MultiplyAdd<true>(values[i][part], v[part], chain);
        }
      } else {
        auto low = MultiplyAdd<true>(values[i][1], v[1], MultiplyAdd<true>(values[i][0], v[0], Zero()));
        if constexpr (kFormat == Format::kInt4) {
          low = MultiplyAdd<true>(values[i][3], v[3], MultiplyAdd<true>(values[i][2], v[2], low));
          sum[i][r][0] = Fma(low, LaneScales(scale, shift), sum[i][r][0]);
        } else {
          auto high = MultiplyAdd<true>(values[i][3], v[3], MultiplyAdd<true>(values[i][2], v[2], Zero()));
          sum[i][r][0] = Fma(low, OneScale(scale), sum[i][r][0]);
          sum[i][r][0] = Fma(high, OneScale(scale + (64 >> shift)), sum[i][r][0]);
        }
      }
    }
  }
}

// Sums over the columns of kWide weight rows, with pairs.
template <Format kFormat, int kRows, int kWide>
MAGMA_INLINE void SumPairs(const Weight& weight, int64_t row, const bf16* x,
                           Vec sum[kWide][kRows][kSums<kRows, kWide>]) {
  constexpr int64_t kBytes = kFormat == Format::kBfloat16 ? 2 * kBlock : kFormat == Format::kInt8 ? kBlock : kBlock / 2;
  int shift = Shift(weight);
  auto w = weight.Row(row);
  auto row_bytes = weight.RowBytes(), groups = weight.Groups();
  auto scales = weight.scales + row * groups;
  auto blocks = weight.columns / kBlock;
  for (int64_t block = 0; block < blocks; block++) {
    // One row after the other is one stream; of several rows at once each is too short to be foreseen, so the ones that
    // come next.
#pragma GCC unroll 16
    for (int i = 0; i < kWide; i++) {
      auto ahead = w + (kWide == 1 ? kAhead<kFormat> : (i + kWide) * row_bytes);
#pragma GCC unroll 4
      for (int64_t byte = 0; byte < kBytes; byte += 64) __builtin_prefetch(ahead + byte, 0, 2);
    }
    DotBlock<kFormat, kRows, kWide>(w, row_bytes, scales, groups, shift, x, sum);
    x += kRows * kBlock;
    w += kBytes;
    if (kFormat != Format::kBfloat16) scales += kBlock >> shift;
  }
  if (auto left = weight.columns % kBlock; left > 0) {
    uint8_t tail[kWide][kBytes] = {};
    bf16 tail_scales[kWide][4] = {};
    for (int i = 0; i < kWide; i++) {
      __builtin_memcpy(tail[i], w + i * row_bytes, kFormat == Format::kInt4 ? kBytes : left * (kBytes / kBlock));
      if (kFormat == Format::kBfloat16) continue;
      __builtin_memcpy(tail_scales[i], scales + i * groups, ((left + weight.group - 1) >> shift) * sizeof(bf16));
    }
    DotBlock<kFormat, kRows, kWide>(tail[0], kBytes, tail_scales[0], 4, shift, x, sum);
  }
}
#endif

// The same in float32.
template <Format kFormat, int kRows, int kWide>
MAGMA_INLINE void SumFloats(const Weight& weight, int64_t row, const float* x,
                            Vec sum[kWide][kRows][kSums<kRows, kWide>]) {
  auto columns = weight.columns;
  int shift = Shift(weight);
  for (int64_t k = 0; k < columns; k += kStep) {
#pragma GCC unroll 16
    for (int i = 0; i < kWide; i++) {
      Vec v[kStepVectors];
      Unpack<kFormat>(weight.Row(row + i), k, columns, v);
      auto scale = Set(1);
      if (kFormat != Format::kBfloat16) scale = Set(ToFloat(weight.scales[(row + i) * weight.Groups() + (k >> shift)]));
#pragma GCC unroll 16
      for (int r = 0; r < kRows; r++) {
        auto p = x + (k / kBlock * kRows + r) * kBlock + k % kBlock;
        auto product = kFormat == Format::kBfloat16 ? sum[i][r][0] : Zero();
        for (int part = 0; part < kStepVectors; part++) product = Fma(v[part], Load(p + part * kLanes), product);
        sum[i][r][0] = kFormat == Format::kBfloat16 ? product : Fma(product, scale, sum[i][r][0]);
      }
    }
  }
}

// kWide weight rows from `row` on times kRows rows of activations: out[r][i].
template <Format kFormat, bool kPairs, int kRows, int kWide>
MAGMA_INLINE void Dot(const Weight& weight, int64_t row, const void* prepared, float* out, int64_t out_stride) {
  Vec sum[kWide][kRows][kSums<kRows, kWide>];
#pragma GCC unroll 16
  for (int i = 0; i < kWide; i++) {
#pragma GCC unroll 16
    for (int r = 0; r < kRows; r++) {
      for (auto& chain : sum[i][r]) chain = Zero();
    }
  }
#if MAGMA_BF16
  if constexpr (kPairs) SumPairs<kFormat, kRows, kWide>(weight, row, static_cast<const bf16*>(prepared), sum);
#endif
  if constexpr (!kPairs) SumFloats<kFormat, kRows, kWide>(weight, row, static_cast<const float*>(prepared), sum);
#pragma GCC unroll 16
  for (int i = 0; i < kWide; i++) {
#pragma GCC unroll 16
    for (int r = 0; r < kRows; r++) {
      auto total = sum[i][r][0];
      for (int chain = 1; chain < kSums<kRows, kWide>; chain++) total = total + sum[i][r][chain];
      out[r * out_stride + i] = Sum(total);
    }
  }
}

template <Format kFormat, bool kPairs, int kRows>
void Dots(const Weight& weight, const void* prepared, int64_t begin, int64_t end, float* out, int64_t out_stride) {
  constexpr int kWide = kRows == 1 && kPairs ? 1 : 2;
  auto row = begin;
  for (; row + kWide <= end; row += kWide) {
    Dot<kFormat, kPairs, kRows, kWide>(weight, row, prepared, out + row - begin, out_stride);
  }
  for (; row < end; row++) Dot<kFormat, kPairs, kRows, 1>(weight, row, prepared, out + row - begin, out_stride);
}

template <Format kFormat, bool kPairs>
void DotsOfRows(const Weight& weight, int64_t rows, const void* prepared, int64_t begin, int64_t end, float* out,
                int64_t out_stride) {
  auto run = rows == 1   ? Dots<kFormat, kPairs, 1>
             : rows == 2 ? Dots<kFormat, kPairs, 2>
             : rows == 3 ? Dots<kFormat, kPairs, 3>
             : rows == 4 ? Dots<kFormat, kPairs, 4>
             : rows == 5 ? Dots<kFormat, kPairs, 5>
             : rows == 6 ? Dots<kFormat, kPairs, 6>
             : rows == 7 ? Dots<kFormat, kPairs, 7>
                         : Dots<kFormat, kPairs, 8>;
  run(weight, prepared, begin, end, out, out_stride);
}

template <bool kPairs>
void DotsOfFormat(const Weight& weight, int64_t rows, const void* prepared, int64_t begin, int64_t end, float* out,
                  int64_t out_stride) {
  auto run = weight.format == Format::kBfloat16 ? DotsOfRows<Format::kBfloat16, kPairs>
             : weight.format == Format::kInt8   ? DotsOfRows<Format::kInt8, kPairs>
                                                : DotsOfRows<Format::kInt4, kPairs>;
  run(weight, rows, prepared, begin, end, out, out_stride);
}

void FewRows(const Linear& call, const void* prepared, int64_t begin, int64_t end) {
  constexpr int64_t kPart = 64;
  float sums[kFewRows * kPart], ups[kFewRows * kPart];
  auto dots = UsePairs(call) ? DotsOfFormat<MAGMA_BF16> : DotsOfFormat<false>;
  for (auto part = begin; part < end; part += kPart) {
    auto part_end = part + kPart < end ? part + kPart : end;
    dots(call.weight, call.rows, prepared, part, part_end, sums, kPart);
    if (call.activation == Activation::kSwiGlu) dots(call.up, call.rows, prepared, part, part_end, ups, kPart);
    for (int64_t r = 0; r < call.rows; r++) {
      for (auto column = part; column < part_end; column += kLanes) {
        auto at = r * kPart + column - part;
        Finish(call, r, column, part_end, Load(sums + at), Load(ups + at));
      }
    }
  }
}
