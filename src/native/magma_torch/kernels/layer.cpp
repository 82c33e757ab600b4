#include <algorithm>
#include <memory>
#include <vector>

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

int64_t RowBytes(int64_t rows, int64_t columns) { return Aligned(rows * columns * static_cast<int64_t>(sizeof(bf16))); }

// Prepared activations are at most float32, and filled up to whole blocks.
int64_t PreparedBytes(int64_t rows, int64_t columns) { return 2 * RowBytes(rows, columns + kBlock); }

// One layer's calls, and the memory between them.
class LayerRun {
 public:
  LayerRun(const Kernels& kernels, const Layer& layer, char* memory);
  void AddStages(std::vector<Stage>& stages);
  static int64_t MemoryBytes(const Layer& layer);

 private:
  static int64_t ScoreBytes(const Attention& call) {
    return Aligned(call.heads / call.kv_heads * ((call.start + 1 + 15) / 16 * 16) *
                   static_cast<int64_t>(sizeof(float)));
  }
  void Normalize(const Matrix& x, Vector weight) const;
  void Attend(int64_t thread, int64_t task) const;

  const Kernels& kernels_;
  const Layer& layer_;
  Matrix normal_, middle_, projected_, mixed_, wide_;
  Linear projection_[3], output_, up_, down_;
  void *prepared_projection_[3], *prepared_output_, *prepared_up_, *prepared_down_;
  FewRows project_, unite_, widen_, narrow_;
  Attention attention_;
  char* scores_;
};

int64_t LayerRun::MemoryBytes(const Layer& layer) {
  auto rows = layer.rows, hidden = layer.x.stride, inner = layer.gate.rows;
  auto& call = layer.attention;
  auto queries = call.heads * call.size, projected = queries + 2 * call.kv_heads * call.size;
  return 2 * RowBytes(rows, hidden) + RowBytes(rows, projected) + RowBytes(rows, queries) + RowBytes(rows, inner) +
         4 * PreparedBytes(rows, hidden) + PreparedBytes(rows, queries) + PreparedBytes(rows, inner) +
         StageThreads() * ScoreBytes(call);
}

LayerRun::LayerRun(const Kernels& kernels, const Layer& layer, char* memory)
    : kernels_(kernels),
      layer_(layer),
      project_(kernels),
      unite_(kernels),
      widen_(kernels),
      narrow_(kernels),
      attention_(layer.attention) {
  Pieces pieces(memory);
  auto rows = layer.rows, hidden = layer.x.stride, inner = layer.gate.rows;
  auto queries = attention_.heads * attention_.size, keys = attention_.kv_heads * attention_.size;
  auto matrix = [&](int64_t columns) { return Matrix{Type::kBfloat16, columns, pieces.Take(RowBytes(rows, columns))}; };
  normal_ = matrix(hidden);
  middle_ = matrix(hidden);
  projected_ = matrix(queries + 2 * keys);
  mixed_ = matrix(queries);
  wide_ = matrix(inner);
  auto y = projected_;
  for (int64_t i = 0; i < layer.projections; i++) {
    projection_[i] = Product(layer.projection[i], layer.projection_bias[i], normal_, y, rows);
    bool shared = i > 0 && layer.projection[i].format == layer.projection[0].format;
    prepared_projection_[i] = shared ? prepared_projection_[0] : pieces.Take(PreparedBytes(rows, hidden));
    project_.Add(projection_[i], prepared_projection_[i]);
    y.data = y.Bf16(0) + layer.projection[i].rows;
  }
  output_ = Product(layer.output, layer.output_bias, mixed_, middle_, rows);
  output_.residual = &layer.x;
  up_ = Product(layer.gate, {}, normal_, wide_, rows);
  up_.up = layer.up;
  up_.activation = Activation::kSwiGlu;
  down_ = Product(layer.down, layer.down_bias, wide_, layer.y, rows);
  down_.residual = &middle_;
  prepared_output_ = pieces.Take(PreparedBytes(rows, queries));
  prepared_up_ = pieces.Take(PreparedBytes(rows, hidden));
  prepared_down_ = pieces.Take(PreparedBytes(rows, inner));
  unite_.Add(output_, prepared_output_);
  widen_.Add(up_, prepared_up_);
  narrow_.Add(down_, prepared_down_);
  attention_.query = projected_.Bf16(0);
  attention_.query_batch = projected_.stride;
  attention_.out = mixed_.Bf16(0);
  attention_.out_batch = queries;
  scores_ = static_cast<char*>(pieces.Take(StageThreads() * ScoreBytes(attention_)));
}

void LayerRun::Normalize(const Matrix& x, Vector weight) const {
  Norm norm{x, normal_, layer_.rows, normal_.stride, weight, {}, layer_.epsilon};
  kernels_.norm(norm, 0, layer_.rows);
}

// Everything of one key head: it and its queries are turned, it goes into the cache, they look at it.
void LayerRun::Attend(int64_t thread, int64_t task) const {
  auto& call = attention_;
  auto row = task / call.kv_heads, head = task % call.kv_heads, group = call.heads / call.kv_heads, size = call.size;
  auto all = projected_;
  auto query = all.Bf16(row) + head * group * size, key = all.Bf16(row) + (call.heads + head) * size;
  auto table = row * layer_.table_stride;
  auto turn = [&](bf16* start, int64_t heads) {
    Rotary rotary{start, layer_.cosine + table, layer_.sine + table, 1, 1, heads, layer_.rotated, all.stride, size};
    kernels_.rotary(rotary, 0, 1);
  };
  turn(query, group);
  turn(key, 1);
  auto slot = row * call.cache_batch + head * call.cache_head + call.start * size;
  std::copy_n(key, size, layer_.keys + slot);
  std::copy_n(key + call.kv_heads * size, size, layer_.values + slot);
  kernels_.attend_one(call, scores_ + thread * ScoreBytes(call), row, head);
}

void LayerRun::AddStages(std::vector<Stage>& stages) {
  auto alone = [&](auto body) { stages.push_back({1, [body](int64_t, int64_t) { body(); }}); };
  alone([this] {
    Normalize(layer_.x, layer_.input_norm);
    for (int64_t i = 0; i < layer_.projections; i++) {
      bool shared = i > 0 && prepared_projection_[i] == prepared_projection_[0];
      if (!shared) kernels_.prepare(projection_[i], prepared_projection_[i]);
    }
  });
  stages.push_back(project_.AsStage());
  stages.push_back({layer_.rows * attention_.kv_heads, [this](int64_t thread, int64_t task) { Attend(thread, task); }});
  alone([this] { kernels_.prepare(output_, prepared_output_); });
  stages.push_back(unite_.AsStage());
  alone([this] {
    Normalize(middle_, layer_.output_norm);
    kernels_.prepare(up_, prepared_up_);
  });
  stages.push_back(widen_.AsStage());
  alone([this] { kernels_.prepare(down_, prepared_down_); });
  stages.push_back(narrow_.AsStage());
}

}  // namespace

// Layers run one after the other, so all may use the same memory.
void Run(const Layer* layers, int64_t count) {
  int64_t bytes = 0;
  for (int64_t i = 0; i < count; i++) bytes = std::max(bytes, LayerRun::MemoryBytes(layers[i]));
  auto memory = CallMemory(bytes);
  std::vector<std::unique_ptr<LayerRun>> runs;
  std::vector<Stage> stages;
  for (int64_t i = 0; i < count; i++) {
    runs.push_back(std::make_unique<LayerRun>(*Current(), layers[i], memory));
    runs.back()->AddStages(stages);
  }
  RunStages(stages.data(), static_cast<int64_t>(stages.size()));
}

}  // namespace magma
