// The kernels over raw pointers: what a call consists of, and one table of serial functions per instruction set.
//
// All of them compute in float32. Rows are contiguous, "stride" counts elements from one row to the next. bfloat16
// travels as its 16 bits. A table's functions work on a part of a call and run on one thread; run.cpp cuts calls into
// parts.
#pragma once

#include <cstdint>

namespace magma {

using bf16 = uint16_t;

enum class Type : int32_t { kFloat, kBfloat16 };

// Rows of numbers in either type.
struct Matrix {
  Type type;
  int64_t stride;
  void* data;

  const bf16* Bf16(int64_t row) const { return static_cast<const bf16*>(data) + row * stride; }
  const float* Float(int64_t row) const { return static_cast<const float*>(data) + row * stride; }
  bf16* Bf16(int64_t row) { return static_cast<bf16*>(data) + row * stride; }
  float* Float(int64_t row) { return static_cast<float*>(data) + row * stride; }
};

// One number per column or output, in either type; without data there is none.
struct Vector {
  Type type;
  const void* data;
};

enum class Format : int32_t { kBfloat16, kInt8, kInt4 };

// Products are summed in blocks of this many columns. int4 rows consist of whole blocks (64 bytes, the last one filled
// up with zeros): 16-bit word 2 l + h of a block (l < 16, h < 2) holds the columns 8 l + h, + 2, + 4, + 6 from its low
// bits on, each plus 8. So three shifts unpack a block for the processor's product of pairs, and each lane of a vector
// meets the columns of one scale group alone.
constexpr int64_t kBlock = 128;
// Groups have 32 (int4 only), 64 or 128 columns.
constexpr int64_t kStep = 32;

// A weight of `rows` outputs and `columns` inputs. Value = scale of (row, column / group) times the stored integer.
struct Weight {
  Format format;
  int64_t rows, columns;
  const void* data;
  const bf16* scales;  // (rows, ceil(columns / group)); null for bfloat16
  int64_t group;

  // Bytes from one row to the next.
  int64_t RowBytes() const {
    if (format == Format::kBfloat16) return columns * 2;
    if (format == Format::kInt8) return columns;
    return (columns + kBlock - 1) / kBlock * (kBlock / 2);
  }
  int64_t Groups() const { return scales == nullptr ? 0 : (columns + group - 1) / group; }
  const uint8_t* Row(int64_t row) const { return static_cast<const uint8_t*>(data) + row * RowBytes(); }
};

enum class Activation : int32_t { kNone, kGelu, kSwiGlu };

// y = activation(x Wᵀ + bias) · scale + residual. With kSwiGlu y = silu(x Wᵀ) · (x Vᵀ), where V is the `up` weight.
struct Linear {
  Matrix x, y;
  int64_t rows;
  Weight weight, up;
  Vector bias;   // per output, or none
  Vector scale;  // per output, or none
  const Matrix* residual;
  Activation activation;
};

struct Norm {
  Matrix x, y;
  int64_t rows, columns;
  Vector weight;
  Vector bias;  // none: RMS norm, else layer norm
  float epsilon;
};

// Queries of `tokens` positions against keys and values that are already in the cache; query t of row b stands at
// position start + t and sees the positions from position - window + 1 to itself whose mask (if there is one) is not 0.
// Query head h reads key head h / (heads / kv_heads). A query that sees nothing gets something finite.
struct Attention {
  const bf16* query;
  bf16* out;
  const bf16 *key, *value;
  const uint8_t* mask;  // (batch, start + tokens) or null
  int64_t batch, tokens, start, window, heads, kv_heads, size;
  int64_t query_token, query_batch, out_token, out_batch;  // strides; heads lie `size` apart
  int64_t cache_head, cache_batch;                         // strides; positions lie `size` apart
  float scale;
};

// Turns pairs (i, i + size / 2) of the first `size` dimensions of every head in place. Row r of x takes row r % tokens
// of cosine and sine, which have size / 2 columns.
struct Rotary {
  bf16* x;
  const float *cosine, *sine;
  int64_t rows, tokens, heads, size, row_stride, head_stride;
};

// A decoder layer for one new token in each row: middle = x + attention(norm(x)), y = middle + mlp(norm(middle)). Keys
// and values of the token go into the cache; results are rounded to bfloat16 wherever single calls would do so.
struct Layer {
  Matrix x, y;
  int64_t rows;
  Vector input_norm, output_norm;
  float epsilon;
  int64_t projections;  // three, for queries, keys and values, or one for all of them
  Weight projection[3];
  Vector projection_bias[3];
  Weight output, gate, up, down;
  Vector output_bias, down_bias;
  const float *cosine, *sine;     // (rotated / 2) of every row, table_stride apart
  int64_t rotated, table_stride;  // the stride is 0 where all rows share a table
  bf16 *keys, *values;            // the cache that `attention` reads
  Attention attention;            // queries and results aside
};

// 7x7 depthwise convolution (padding 3) of (batch, height, width, channels) with a layer norm over channels behind it.
struct DepthwiseNorm {
  const bf16* x;
  bf16* y;
  const float *kernel, *bias, *norm_weight, *norm_bias;  // kernel: (49, channels)
  int64_t batch, height, width, channels;
  float epsilon;
};

struct Kernels {
  const char* name;
  int64_t column_tile;  // outputs of one panel of the matrix product
  // Weight rows [begin, end) times all rows of x (1 to kFewRows of them, as `prepare` leaves them).
  void (*few_rows)(const Linear& call, const void* prepared, int64_t begin, int64_t end);
  // Bytes of, and the filling of, the activations as few_rows wants them.
  int64_t (*prepared_bytes)(const Linear& call);
  void (*prepare)(const Linear& call, void* prepared);
  int64_t product_scratch;
  // Rows [row, row_end) times outputs [column, column_end), column a multiple of column_tile.
  void (*product)(const Linear& call, void* scratch, int64_t row, int64_t row_end, int64_t column, int64_t column_end);
  void (*norm)(const Norm& call, int64_t begin, int64_t end);
  void (*rotary)(const Rotary& call, int64_t begin, int64_t end);
  // One (batch row, key head) with one query per head; scratch: the group's heads times the keys, rounded up to 16, in
  // float32.
  void (*attend_one)(const Attention& call, void* scratch, int64_t batch, int64_t kv_head);
  // One block of queries of one (batch row, key head).
  void (*attend_block)(const Attention& call, void* scratch, int64_t batch, int64_t kv_head, int64_t token,
                       int64_t token_end);
  int64_t attend_scratch;
  // Image rows [begin, end), counted over the batch; scratch: 8 times the channels in float32.
  void (*depthwise_norm)(const DepthwiseNorm& call, void* scratch, int64_t begin, int64_t end);
  // Operations of one step, and steps of nothing but products in registers; reading of memory and nothing else.
  int64_t operations_per_step;
  float (*multiply_only)(int64_t steps);
  float (*read_only)(const float* p, int64_t count);
};

constexpr int64_t kFewRows = 8;
// The product works through rows and outputs in blocks of these sizes; its scratch holds one block.
constexpr int64_t kRowBlock = 1024;
constexpr int64_t kColumnBlock = 256;
constexpr int64_t kDepthBlock = 768;
// Attention takes this many queries times heads of a group at once.
constexpr int64_t kAttendRows = 256;
constexpr int64_t kMaxHeadSize = 256;

extern const Kernels kAvx2, kAvx512, kAvx512Bf16;

}  // namespace magma
