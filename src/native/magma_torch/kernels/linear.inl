// y = activation(x Wᵀ + bias) · scale + residual, for few rows (bound by reading the weight) and for many (bound by
// arithmetic).

MAGMA_INLINE Vec LoadMatrix(const Matrix& m, int64_t row, int64_t column, int64_t count) {
  return m.type == Type::kFloat ? LoadUpTo(m.Float(row) + column, count) : LoadUpTo(m.Bf16(row) + column, count);
}

MAGMA_INLINE Vec LoadVector(const Vector& v, int64_t column, int64_t count) {
  return v.type == Type::kFloat ? LoadUpTo(static_cast<const float*>(v.data) + column, count)
                                : LoadUpTo(static_cast<const bf16*>(v.data) + column, count);
}

// Outputs of one row from `column` to `end`, at most kLanes, from their sums.
MAGMA_INLINE void Finish(const Linear& call, int64_t row, int64_t column, int64_t end, Vec v, Vec up) {
  auto count = end - column;
  if (count <= 0) return;
  if (call.bias.data != nullptr) v = v + LoadVector(call.bias, column, count);
  if (call.activation == Activation::kGelu) v = Gelu(v);
  if (call.activation == Activation::kSwiGlu) v = Silu(v) * up;
  if (call.scale.data != nullptr) v = v * LoadVector(call.scale, column, count);
  if (call.residual != nullptr) v = v + LoadMatrix(*call.residual, row, column, count);
  auto y = call.y;
  if (y.type == Type::kFloat) {
    StoreUpTo(y.Float(row) + column, v, count);
  } else {
    StoreUpTo(y.Bf16(row) + column, v, count);
  }
}

// ---- few rows ----

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

#if MAGMA_BF16
// Adds one block of kWide rows of a weight, row_bytes apart (their scales: groups apart), times kRows rows of
// activations.
template <Format kFormat, int kRows, int kWide>
MAGMA_INLINE void DotBlock(const uint8_t* w, int64_t row_bytes, const bf16* scales, int64_t groups, int shift,
                           const bf16* x, Vec sum[kWide][kRows]) {
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
        for (int part = 0; part < 4; part++) sum[i][r] = MultiplyAdd<true>(values[i][part], v[part], sum[i][r]);
      } else {
        auto low = MultiplyAdd<true>(values[i][1], v[1], MultiplyAdd<true>(values[i][0], v[0], Zero()));
        if constexpr (kFormat == Format::kInt4) {
          low = MultiplyAdd<true>(values[i][3], v[3], MultiplyAdd<true>(values[i][2], v[2], low));
          sum[i][r] = Fma(low, LaneScales(scale, shift), sum[i][r]);
        } else {
          auto high = MultiplyAdd<true>(values[i][3], v[3], MultiplyAdd<true>(values[i][2], v[2], Zero()));
          sum[i][r] = Fma(low, OneScale(scale), sum[i][r]);
          sum[i][r] = Fma(high, OneScale(scale + (64 >> shift)), sum[i][r]);
        }
      }
    }
  }
}

// How far ahead of a single stream of weight rows to ask for memory. The processor foresees nothing across a page's
// end, so less leaves it waiting there; more falls out of the second-level cache.
constexpr int64_t kAhead = 4096;

// Sums over the columns of kWide weight rows, with pairs.
template <Format kFormat, int kRows, int kWide>
MAGMA_INLINE void SumPairs(const Weight& weight, int64_t row, const bf16* x, Vec sum[kWide][kRows]) {
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
      auto ahead = w + (kWide == 1 ? kAhead : (i + kWide) * row_bytes);
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
MAGMA_INLINE void SumFloats(const Weight& weight, int64_t row, const float* x, Vec sum[kWide][kRows]) {
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
        auto product = kFormat == Format::kBfloat16 ? sum[i][r] : Zero();
        for (int part = 0; part < kStepVectors; part++) product = Fma(v[part], Load(p + part * kLanes), product);
        sum[i][r] = kFormat == Format::kBfloat16 ? product : Fma(product, scale, sum[i][r]);
      }
    }
  }
}

// kWide weight rows from `row` on times kRows rows of activations: out[r][i].
template <Format kFormat, bool kPairs, int kRows, int kWide>
MAGMA_INLINE void Dot(const Weight& weight, int64_t row, const void* prepared, float* out, int64_t out_stride) {
  Vec sum[kWide][kRows];
#pragma GCC unroll 16
  for (int i = 0; i < kWide; i++) {
#pragma GCC unroll 16
    for (int r = 0; r < kRows; r++) sum[i][r] = Zero();
  }
#if MAGMA_BF16
  if constexpr (kPairs) SumPairs<kFormat, kRows, kWide>(weight, row, static_cast<const bf16*>(prepared), sum);
#endif
  if constexpr (!kPairs) SumFloats<kFormat, kRows, kWide>(weight, row, static_cast<const float*>(prepared), sum);
#pragma GCC unroll 16
  for (int i = 0; i < kWide; i++) {
#pragma GCC unroll 16
    for (int r = 0; r < kRows; r++) out[r * out_stride + i] = Sum(sum[i][r]);
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

// ---- many rows ----

// Rows of activations that a step of the product keeps in registers, times two vectors of outputs.
constexpr int kTileRows = MAGMA_AVX512 ? 14 : 6;
constexpr int64_t kDepthUnits = kDepthBlock / 2;

// What one thread works on: a tile of activations, a block of the weight by units, and the sums between depth blocks.
struct ProductScratch {
  alignas(64) float x[kTileRows * kDepthUnits];
  alignas(64) float weight[kColumnBlock * kDepthUnits];
  alignas(64) float sums[(kRowBlock + kTileRows) * kColumnBlock];
};

// Panel of 2 kLanes outputs, unit by unit. `row` counts weight rows.
template <Format kFormat, bool kPairs>
void PackHalf(const Weight& weight, int64_t row, int64_t depth, int64_t depth_end, float* panel) {
  int shift = Shift(weight);
  auto rows = weight.rows - row;
  constexpr int64_t kColumns = kLanes * kPerUnit<kPairs>;
  for (auto k = depth; k < depth_end; k += kStep) {
    for (int part = 0; part < kStep / kColumns; part++) {
      Vec v[kLanes];
#pragma GCC unroll 16
      for (int i = 0; i < kLanes; i++) {
        v[i] = i < rows ? LoadUnits<kFormat, kPairs>(weight, row + i, k, part, shift) : Zero();
      }
      Transpose(v);
#pragma GCC unroll 16
      for (int i = 0; i < kLanes; i++) Store(panel + i * 2 * kLanes, v[i]);
      panel += kLanes * 2 * kLanes;
    }
  }
}

template <bool kPairs>
void Pack(const Weight& weight, int64_t row, int64_t depth, int64_t depth_end, float* panel) {
  auto run = weight.format == Format::kBfloat16 ? PackHalf<Format::kBfloat16, kPairs>
             : weight.format == Format::kInt8   ? PackHalf<Format::kInt8, kPairs>
                                                : PackHalf<Format::kInt4, kPairs>;
  run(weight, row, depth, depth_end, panel);
}

template <bool kPairs>
MAGMA_INLINE void PackTile(const Linear& call, int64_t row, int rows, int tile_rows, int64_t depth, int64_t depth_end,
                           float* tile) {
  auto columns = call.weight.columns < depth_end ? call.weight.columns : depth_end;
  for (int r = 0; r < tile_rows; r++, tile += kDepthUnits) {
    if (r >= rows) {
      __builtin_memset(tile, 0, (depth_end - depth) / kPerUnit<kPairs> * sizeof(float));
    } else if constexpr (kPairs) {
      __builtin_memcpy(tile, call.x.Bf16(row + r) + depth, (columns - depth) * sizeof(bf16));
      __builtin_memset((bf16*)tile + columns - depth, 0, (depth_end - columns) * sizeof(bf16));
    } else {
      for (auto k = depth; k < depth_end; k += kLanes) {
        Store(tile + k - depth, k < columns ? LoadMatrix(call.x, row + r, k, columns - k) : Zero());
      }
    }
  }
}

// Adds to `sum` the product of kRows rows of units, kStride apart, with a panel of 2 kLanes columns.
template <bool kPairs, int kRows, int64_t kStride>
MAGMA_INLINE void MultiplyTile(const float* tile, const float* panel, int64_t units, Vec sum[kRows][2]) {
  for (int64_t u = 0; u < units; u++) {
    auto low = Load(panel), high = Load(panel + kLanes);
    panel += 2 * kLanes;
#pragma GCC unroll 16
    for (int r = 0; r < kRows; r++) {
      auto x = Set(tile[r * kStride + u]);
      sum[r][0] = MultiplyAdd<kPairs>(x, low, sum[r][0]);
      sum[r][1] = MultiplyAdd<kPairs>(x, high, sum[r][1]);
    }
  }
}

// Asks for rows of the next tile: they come from memory far behind the caches, and a tile is too short to be foreseen.
MAGMA_INLINE void Prefetch(const Linear& call, int64_t row, int64_t row_end, int64_t depth, int64_t depth_end) {
  for (; row < row_end && row < call.rows; row++) {
    for (auto k = depth; k < depth_end; k += 32) __builtin_prefetch(call.x.Bf16(row) + k, 0, 2);
  }
}

template <bool kPairs, int kRows>
void ProductTile(const Linear& call, ProductScratch& s, int64_t block_row, int64_t row, int rows, int64_t column,
                 int panels, int64_t depth, int64_t depth_end) {
  PackTile<kPairs>(call, row, rows, kRows, depth, depth_end, s.x);
  auto units = (depth_end - depth) / kPerUnit<kPairs>;
  bool first = depth == 0, last = depth_end >= call.weight.columns;
  bool swiglu = call.activation == Activation::kSwiGlu;
  for (int p = 0; p < panels; p++) {
    if (kPairs)
      Prefetch(call, row + kRows + p * kRows / panels, row + kRows + (p + 1) * kRows / panels, depth, depth_end);
    Vec sum[kRows][2];
    auto kept = s.sums + (row - block_row) * kColumnBlock + p * kRows * 2 * kLanes;
#pragma GCC unroll 16
    for (int r = 0; r < kRows; r++) {
      sum[r][0] = first ? Zero() : Load(kept + r * 2 * kLanes);
      sum[r][1] = first ? Zero() : Load(kept + r * 2 * kLanes + kLanes);
    }
    MultiplyTile<kPairs, kRows, kDepthUnits>(s.x, s.weight + p * 2 * kLanes * kDepthUnits, units, sum);
    if (!last) {
#pragma GCC unroll 16
      for (int r = 0; r < kRows; r++) {
        Store(kept + r * 2 * kLanes, sum[r][0]);
        Store(kept + r * 2 * kLanes + kLanes, sum[r][1]);
      }
      continue;
    }
    // The sums leave the registers first, or the compiler would carry all of them through the branches of Finish.
    float out[kRows * 2 * kLanes];
#pragma GCC unroll 16
    for (int r = 0; r < kRows; r++) {
      Store(out + r * 2 * kLanes, sum[r][0]);
      Store(out + r * 2 * kLanes + kLanes, sum[r][1]);
    }
    for (int r = 0; r < rows; r++) {
      auto low = Load(out + r * 2 * kLanes), high = Load(out + r * 2 * kLanes + kLanes);
      if (swiglu) {
        Finish(call, row + r, column + p * kLanes, call.weight.rows, low, high);
      } else {
        Finish(call, row + r, column + p * 2 * kLanes, call.weight.rows, low, Zero());
        Finish(call, row + r, column + p * 2 * kLanes + kLanes, call.weight.rows, high, Zero());
      }
    }
  }
}

template <bool kPairs>
void ProductOf(const Linear& call, ProductScratch& s, int64_t row, int64_t row_end, int64_t column,
               int64_t column_end) {
  bool swiglu = call.activation == Activation::kSwiGlu;
  int64_t tile = swiglu ? kLanes : 2 * kLanes;
  int panels = (column_end - column + tile - 1) / tile;
  auto columns = call.weight.columns;
  constexpr int64_t kDepth = kDepthUnits * kPerUnit<kPairs>;
  auto blocks = (columns + kDepth - 1) / kDepth;
  auto depth_step = ((columns + blocks - 1) / blocks + kStep - 1) / kStep * kStep;
  for (int64_t depth = 0; depth < columns; depth += depth_step) {
    auto depth_end = depth + depth_step < columns ? depth + depth_step : (columns + kStep - 1) / kStep * kStep;
    for (int p = 0; p < panels; p++) {
      auto panel = s.weight + p * 2 * kLanes * kDepthUnits;
      Pack<kPairs>(call.weight, column + p * tile, depth, depth_end, panel);
      if (swiglu) {
        Pack<kPairs>(call.up, column + p * tile, depth, depth_end, panel + kLanes);
      } else {
        Pack<kPairs>(call.weight, column + p * tile + kLanes, depth, depth_end, panel + kLanes);
      }
    }
    for (auto r = row; r < row_end;) {
      auto left = row_end - r;
      if (left > kTileRows / 2) {
        int rows = left < kTileRows ? left : kTileRows;
        ProductTile<kPairs, kTileRows>(call, s, row, r, rows, column, panels, depth, depth_end);
        r += rows;
      } else {
        int rows = left < kTileRows / 2 ? left : kTileRows / 2;
        ProductTile<kPairs, kTileRows / 2>(call, s, row, r, rows, column, panels, depth, depth_end);
        r += rows;
      }
    }
  }
}

void Product(const Linear& call, void* scratch, int64_t row, int64_t row_end, int64_t column, int64_t column_end) {
  auto& s = *static_cast<ProductScratch*>(scratch);
  if (MAGMA_BF16 && call.x.type == Type::kBfloat16) {
    ProductOf<MAGMA_BF16>(call, s, row, row_end, column, column_end);
  } else {
    ProductOf<false>(call, s, row, row_end, column, column_end);
  }
}
