#include <algorithm>

#include "run.h"
#include "threads.h"

namespace magma {
namespace {

// Parts of one piece of memory, one behind the other.
class Pieces {
 public:
  explicit Pieces(char* start) : next_(start) {}
  void* Take(int64_t bytes) {
    auto piece = next_;
    next_ += Aligned(bytes);
    return piece;
  }

 private:
  char* next_;
};

Linear Product(const Weight& weight, Vector bias, Matrix x, Matrix y, int64_t rows) {
  Linear call{};
  call.x = x;
  call.y = y;
  call.rows = rows;
  call.weight = weight;
  call.bias = bias;
  return call;
}

}  // namespace

void Run(const Layer& layer) {
  auto& kernels = *Current();
  auto rows = layer.rows, hidden = layer.x.stride;
  auto& heads = layer.attention;
  auto size = heads.size, queries = heads.heads * size, keys = heads.kv_heads * size;
  auto projected = queries + 2 * keys, inner = layer.gate.rows, group = heads.heads / heads.kv_heads;
  auto score_bytes = Aligned(group * ((heads.start + 1 + 15) / 16 * 16) * static_cast<int64_t>(sizeof(float)));
  auto row_bytes = [&](int64_t columns) { return Aligned(rows * columns * static_cast<int64_t>(sizeof(bf16))); };
  // Prepared activations are at most float32, and filled up to whole blocks.
  auto prepared_bytes = [&](int64_t columns) { return 2 * row_bytes(columns + kBlock); };
  auto total = 2 * row_bytes(hidden) + row_bytes(projected) + row_bytes(queries) + row_bytes(inner) +
               4 * prepared_bytes(hidden) + prepared_bytes(queries) + prepared_bytes(inner) +
               StageThreads() * score_bytes;
  Pieces memory(CallMemory(total));
  auto matrix = [&](int64_t columns) { return Matrix{Type::kBfloat16, columns, memory.Take(row_bytes(columns))}; };
  auto normal = matrix(hidden), middle = matrix(hidden), all = matrix(projected), mixed = matrix(queries);
  auto wide = matrix(inner);

  Linear projections[3];
  const void* prepared[3];
  FewRows project(kernels), unite(kernels), widen(kernels), narrow(kernels);
  auto y = all;
  for (int64_t i = 0; i < layer.projections; i++) {
    projections[i] = Product(layer.projection[i], layer.projection_bias[i], normal, y, rows);
    bool shared = i > 0 && layer.projection[i].format == layer.projection[0].format;
    prepared[i] = shared ? prepared[0] : memory.Take(prepared_bytes(hidden));
    project.Add(projections[i], prepared[i]);
    y.data = y.Bf16(0) + layer.projection[i].rows;
  }
  auto output = Product(layer.output, layer.output_bias, mixed, middle, rows);
  auto up = Product(layer.gate, {}, normal, wide, rows);
  auto down = Product(layer.down, layer.down_bias, wide, layer.y, rows);
  output.residual = &layer.x;
  up.up = layer.up;
  up.activation = Activation::kSwiGlu;
  down.residual = &middle;
  auto prepared_output = memory.Take(prepared_bytes(queries)), prepared_up = memory.Take(prepared_bytes(hidden));
  auto prepared_down = memory.Take(prepared_bytes(inner));
  unite.Add(output, prepared_output);
  widen.Add(up, prepared_up);
  narrow.Add(down, prepared_down);

  auto attention = heads;
  attention.query = all.Bf16(0);
  attention.query_batch = projected;
  attention.out = mixed.Bf16(0);
  attention.out_batch = queries;
  auto scores = static_cast<char*>(memory.Take(StageThreads() * score_bytes));
  auto normalize = [&](const Matrix& x, Vector weight) {
    Norm norm{x, normal, rows, hidden, weight, {}, layer.epsilon};
    kernels.norm(norm, 0, rows);
  };
  // Everything of one key head: it and its queries are turned, it goes into the cache, they look at it.
  auto attend = [&](int64_t thread, int64_t task) {
    auto row = task / heads.kv_heads, head = task % heads.kv_heads;
    auto query = all.Bf16(row) + head * group * size, key = all.Bf16(row) + queries + head * size;
    auto table = row * layer.table_stride;
    for (auto [start, count] : {std::pair<bf16*, int64_t>{query, group}, {key, 1}}) {
      kernels.rotary({start, layer.cosine + table, layer.sine + table, 1, 1, count, layer.rotated, projected, size}, 0,
                     1);
    }
    auto slot = row * heads.cache_batch + head * heads.cache_head + heads.start * size;
    std::copy_n(key, size, layer.keys + slot);
    std::copy_n(key + keys, size, layer.values + slot);
    kernels.attend_one(attention, scores + thread * score_bytes, row, head);
  };
  auto alone = [](auto body) { return Stage{1, [body](int64_t, int64_t) { body(); }}; };
  const Stage stages[] = {
      alone([&] {
        normalize(layer.x, layer.input_norm);
        for (int64_t i = 0; i < layer.projections; i++) {
          if (i == 0 || prepared[i] != prepared[0]) kernels.prepare(projections[i], const_cast<void*>(prepared[i]));
        }
      }),
      project.AsStage(),
      {rows * heads.kv_heads, attend},
      alone([&] { kernels.prepare(output, prepared_output); }),
      unite.AsStage(),
      alone([&] {
        normalize(middle, layer.output_norm);
        kernels.prepare(up, prepared_up);
      }),
      widen.AsStage(),
      alone([&] { kernels.prepare(down, prepared_down); }),
      narrow.AsStage(),
  };
  RunStages(stages, sizeof(stages) / sizeof(stages[0]));
}

}  // namespace magma
