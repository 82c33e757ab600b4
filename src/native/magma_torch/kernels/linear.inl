// y = activation(x Wᵀ + bias) · scale + residual. Below: for many rows, bound by arithmetic; few_rows.inl has the few,
// bound by reading the weight.

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
