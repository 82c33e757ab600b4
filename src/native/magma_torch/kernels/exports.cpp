// What Magma.Torch imports. A tensor is a pointer to a heap at::Tensor, as in Magma.TorchSharp and TorchSharp. Results
// are written into tensors that the caller made, so that this library never gives out handles. Every export returns 0;
// 1 after storing a message for mk_error; mk_usable answers 1 or 0.
#include <ATen/ATen.h>

#include <string>
#include <vector>

#include "run.h"

#define MK_EXPORT extern "C" __attribute__((visibility("default"))) int32_t

namespace magma {
namespace {

thread_local std::string last_error;

template <class Body>
int32_t Guard(const char* operation, const Body& body) noexcept {
  try {
    body();
    return 0;
  } catch (const c10::Error& error) {
    last_error = std::string(operation) + ": " + error.what_without_backtrace();
  } catch (const std::exception& error) {
    last_error = std::string(operation) + ": " + error.what();
  } catch (...) {
    last_error = std::string(operation) + ": an exception of an unknown type";
  }
  return 1;
}

using Handle = const at::Tensor*;

// LinearCall.cs has the same layout. `bits` is 16, 8 or 4.
struct LinearCall {
  Handle x, weight, scales, up, up_scales, bias, scale, residual, y;
  int64_t columns, group;
  int32_t bits, activation;
};

// LayerCall in C# has the same layout. Of the products only weights and biases are taken.
struct LayerCall {
  Handle x, y, input_norm, output_norm, cosine, sine, keys, values, mask;
  LinearCall query, key, value, output, gate, down;
  int64_t heads, start, window;
  double epsilon, scale;
};

std::string Shape(const at::Tensor& t) {
  std::string text = c10::toString(t.scalar_type());
  text += '[';
  for (int64_t i = 0; i < t.dim(); i++) text += (i == 0 ? "" : ", ") + std::to_string(t.size(i));
  return text + ']';
}

void Require(bool condition, const char* what, const at::Tensor& got) {
  if (!condition) throw std::invalid_argument(std::string(what) + ", but it is " + Shape(got));
}

// Rows of the last dimension.
Matrix Rows(const at::Tensor& t, const char* name) {
  bool single = t.scalar_type() == at::kFloat;
  if ((!single && t.scalar_type() != at::kBFloat16) || !t.is_contiguous() || !t.is_cpu() || t.dim() == 0) {
    throw std::invalid_argument(std::string(name) +
                                " must be a contiguous float or bfloat16 tensor on the CPU, but it is " + Shape(t));
  }
  return {single ? Type::kFloat : Type::kBfloat16, t.size(-1), t.data_ptr()};
}

int64_t RowCount(const at::Tensor& t) { return t.size(-1) == 0 ? 0 : t.numel() / t.size(-1); }

bf16* Bits(const at::Tensor& t, const char* what) {
  Require(t.scalar_type() == at::kBFloat16 && t.is_cpu() && t.stride(-1) == 1, what, t);
  return static_cast<bf16*>(t.data_ptr());
}

// One number per column or output, as it is stored if that is float32 or bfloat16; `kept` holds what had to be
// converted.
Vector ToVector(Handle t, int64_t count, const char* what, std::vector<at::Tensor>& kept) {
  if (t == nullptr) return {};
  Require(t->numel() == count && t->is_cpu(), what, *t);
  bool half = t->scalar_type() == at::kBFloat16;
  kept.push_back((half ? *t : t->to(at::kFloat)).contiguous());
  return {half ? Type::kBfloat16 : Type::kFloat, kept.back().data_ptr()};
}

// A vector as float32; `kept` holds what had to be converted.
const float* Floats(Handle t, int64_t count, const char* what, std::vector<at::Tensor>& kept) {
  if (t == nullptr) return nullptr;
  Require(t->numel() == count, what, *t);
  kept.push_back(t->to(at::kFloat).contiguous());
  return kept.back().data_ptr<float>();
}

Weight ToWeight(const LinearCall& call, const at::Tensor& data, Handle scales) {
  Weight weight{call.bits == 16  ? Format::kBfloat16
                : call.bits == 8 ? Format::kInt8
                                 : Format::kInt4,
                data.size(0),
                call.columns,
                data.data_ptr(),
                nullptr,
                call.group};
  Require(data.is_contiguous() && data.dim() == 2 && data.is_cpu(), "the weight must be a contiguous matrix on the CPU",
          data);
  if (call.bits == 16) {
    Require(data.scalar_type() == at::kBFloat16 && data.size(1) == call.columns,
            "the weight must be bfloat16 with x's columns", data);
    weight.group = 0;
    return weight;
  }
  if (call.group != 64 && call.group != 128 && !(call.group == 32 && call.bits == 4)) {
    throw std::invalid_argument("groups have 64 or 128 columns, for int4 also 32, but " + std::to_string(call.group) +
                                " was given");
  }
  Require(data.element_size() == 1 && data.size(1) == weight.RowBytes(), "the weight must have the rows of its format",
          data);
  Require(scales->scalar_type() == at::kBFloat16 && scales->is_contiguous() && scales->dim() == 2 &&
              scales->size(0) == weight.rows && scales->size(1) == (call.columns + call.group - 1) / call.group,
          "scales must be bfloat16, one per row and group", *scales);
  weight.scales = static_cast<const bf16*>(scales->data_ptr());
  return weight;
}

// x and y (B, 1, n) bfloat16, cosine and sine (B or 1, 1, rotated / 2), keys and values (B, K, at least start + 1, D),
// mask (B, start + 1) bool or null. Without keys' weight the queries' has rows for all three; without `up` the gate's
// has rows for both.
Layer ToLayer(const LayerCall* call, std::vector<at::Tensor>& kept) {
  Layer layer{};
  layer.x = Rows(*call->x, "x");
  layer.y = Rows(*call->y, "the result");
  layer.rows = call->x->size(0);
  auto hidden = layer.x.stride;
  Require(call->x->dim() == 3 && call->x->size(1) == 1 && layer.rows > 0 && layer.rows <= kFewRows &&
              layer.x.type == Type::kBfloat16,
          "x must be bfloat16 with one token for each of up to eight rows", *call->x);
  Require(call->y->sizes() == call->x->sizes() && layer.y.type == Type::kBfloat16, "the result must be like x",
          *call->y);
  constexpr auto kNorm = "a norm's weight must have one number per column";
  layer.input_norm = ToVector(call->input_norm, hidden, kNorm, kept);
  layer.output_norm = ToVector(call->output_norm, hidden, kNorm, kept);
  layer.epsilon = static_cast<float>(call->epsilon);

  constexpr auto kCache =
      "keys and values must be bfloat16 (batch, key heads, length, size) with positions side by side";
  auto& attention = layer.attention;
  auto& cache = *call->keys;
  layer.keys = Bits(cache, kCache);
  layer.values = Bits(*call->values, kCache);
  Require(cache.dim() == 4 && cache.size(0) == layer.rows && cache.stride(2) == cache.size(3) && call->start >= 0 &&
              call->start < cache.size(2) && cache.size(3) % 32 == 0 && cache.size(3) <= kMaxHeadSize,
          kCache, cache);
  Require(call->values->sizes() == cache.sizes() && call->values->strides() == cache.strides(), kCache, *call->values);
  attention.key = layer.keys;
  attention.value = layer.values;
  attention.batch = layer.rows;
  attention.tokens = 1;
  attention.start = call->start;
  attention.window = call->window;
  attention.heads = call->heads;
  attention.kv_heads = cache.size(1);
  attention.size = cache.size(3);
  attention.cache_batch = cache.stride(0);
  attention.cache_head = cache.stride(1);
  attention.scale = static_cast<float>(call->scale);
  Require(attention.heads > 0 && attention.heads % attention.kv_heads == 0, "key heads must divide the heads", cache);
  if (call->mask != nullptr) {
    Require(call->mask->scalar_type() == at::kBool && call->mask->dim() == 2 && call->mask->size(0) == layer.rows &&
                call->mask->size(1) == call->start + 1,
            "the mask must be bool, (batch, all tokens)", *call->mask);
    kept.push_back(call->mask->contiguous());
    attention.mask = reinterpret_cast<const uint8_t*>(kept.back().data_ptr<bool>());
  }

  auto& cosine = *call->cosine;
  Require(cosine.scalar_type() == at::kFloat && cosine.is_contiguous() && cosine.dim() == 3 && cosine.size(1) == 1 &&
              (cosine.size(0) == 1 || cosine.size(0) == layer.rows) && cosine.size(2) * 2 <= attention.size,
          "cosines must be float, (batch or 1, 1, half of the rotated dimensions)", cosine);
  Require(
      call->sine->sizes() == cosine.sizes() && call->sine->scalar_type() == at::kFloat && call->sine->is_contiguous(),
      "sines must be as the cosines", *call->sine);
  layer.cosine = cosine.data_ptr<float>();
  layer.sine = call->sine->data_ptr<float>();
  layer.rotated = 2 * cosine.size(2);
  layer.table_stride = cosine.size(0) == 1 ? 0 : cosine.size(2);

  auto take = [&](const LinearCall& linear, int64_t rows, int64_t columns, Vector* bias) {
    auto weight = ToWeight(linear, *linear.weight, linear.scales);
    Require(weight.rows == rows && weight.columns == columns, "a weight must have the layer's sizes", *linear.weight);
    if (bias != nullptr) *bias = ToVector(linear.bias, rows, "a bias must have one number per output", kept);
    return weight;
  };
  auto queries = attention.heads * attention.size, keys = attention.kv_heads * attention.size;
  if (call->key.weight == nullptr) {
    layer.projections = 1;
    layer.projection[0] = take(call->query, queries + 2 * keys, hidden, &layer.projection_bias[0]);
  } else {
    layer.projections = 3;
    layer.projection[0] = take(call->query, queries, hidden, &layer.projection_bias[0]);
    layer.projection[1] = take(call->key, keys, hidden, &layer.projection_bias[1]);
    layer.projection[2] = take(call->value, keys, hidden, &layer.projection_bias[2]);
  }
  layer.output = take(call->output, hidden, queries, &layer.output_bias);
  auto inner = call->gate.up == nullptr ? call->gate.weight->size(0) / 2 : call->gate.weight->size(0);
  layer.down = take(call->down, hidden, inner, &layer.down_bias);
  if (call->gate.up == nullptr) {
    layer.gate = layer.up = take(call->gate, 2 * inner, hidden, nullptr);
    layer.gate.rows = layer.up.rows = inner;
    layer.up.data = layer.gate.Row(inner);
    if (layer.up.scales != nullptr) layer.up.scales += inner * layer.up.Groups();
  } else {
    layer.gate = take(call->gate, inner, hidden, nullptr);
    layer.up = ToWeight(call->gate, *call->gate.up, call->gate.up_scales);
    Require(layer.up.rows == inner, "gate and up must have equally many rows", *call->gate.up);
  }
  return layer;
}

}  // namespace
}  // namespace magma

using namespace magma;

MK_EXPORT mk_error(const char** text) {
  *text = last_error.c_str();
  return 0;
}

// The instruction set in use, or null; and another one for tests (0: this machine has it not).
MK_EXPORT mk_instruction_set(const char** name) {
  *name = Current() == nullptr ? nullptr : Current()->name;
  return 0;
}

MK_EXPORT mk_select(const char* name) { return Select(name) ? 1 : 0; }

// Whether the kernels may take these tensors: all on the CPU, nobody wants gradients, the first one bfloat16 (or, with
// allow_float, float32).
MK_EXPORT mk_usable(const Handle* tensors, int32_t count, int32_t allow_float) {
  if (Current() == nullptr) return 0;
  auto type = tensors[0]->scalar_type();
  if (type != at::kBFloat16 && !(allow_float != 0 && type == at::kFloat)) return 0;
  bool grad = at::GradMode::is_enabled();
  for (int32_t i = 0; i < count; i++) {
    if (tensors[i] == nullptr) continue;
    if (!tensors[i]->is_cpu() || (grad && tensors[i]->requires_grad())) return 0;
  }
  return 1;
}

MK_EXPORT mk_linear(const LinearCall* calls, int32_t count) {
  return Guard("linear", [&] {
    std::vector<Linear> linears(count);
    std::vector<Matrix> residuals(count);
    std::vector<at::Tensor> kept;
    for (int32_t i = 0; i < count; i++) {
      auto& call = calls[i];
      auto& linear = linears[i];
      kept.push_back(call.x->contiguous());
      auto& x = kept.back();
      Require(x.dim() > 0 && x.size(-1) == call.columns, "x must have the weight's columns", x);
      linear.x = Rows(x, "x");
      linear.rows = RowCount(x);
      linear.weight = ToWeight(call, *call.weight, call.scales);
      linear.activation = static_cast<Activation>(call.activation);
      if (call.up != nullptr) linear.up = ToWeight(call, *call.up, call.up_scales);
      if (linear.activation == Activation::kSwiGlu && (call.up == nullptr || linear.up.rows != linear.weight.rows)) {
        throw std::invalid_argument("gate and up must have equally many rows");
      }
      auto outputs = linear.weight.rows;
      linear.bias = ToVector(call.bias, outputs, "the bias must have one number per output", kept);
      linear.scale = ToVector(call.scale, outputs, "the scale must have one number per output", kept);
      Require(call.y->size(-1) == outputs && RowCount(*call.y) == linear.rows, "the result must have x's rows",
              *call.y);
      linear.y = Rows(*call.y, "the result");
      if (call.residual != nullptr) {
        kept.push_back(call.residual->contiguous());
        Require(kept.back().numel() == call.y->numel(), "what is added must have the result's shape", kept.back());
        residuals[i] = Rows(kept.back(), "what is added");
        residuals[i].stride = outputs;
        linear.residual = &residuals[i];
      }
    }
    if (linears[0].rows > 0) Run(linears.data(), count);
  });
}

MK_EXPORT mk_norm(Handle x, Handle weight, Handle bias, double epsilon, Handle y) {
  return Guard("norm", [&] {
    std::vector<at::Tensor> kept;
    auto rows = x->contiguous();
    Norm norm{};
    norm.x = Rows(rows, "x");
    norm.y = Rows(*y, "the result");
    norm.rows = RowCount(rows);
    norm.columns = rows.size(-1);
    norm.weight = ToVector(weight, norm.columns, "the weight must have one number per column", kept);
    norm.bias = ToVector(bias, norm.columns, "the bias must have one number per column", kept);
    norm.epsilon = static_cast<float>(epsilon);
    Require(y->numel() == rows.numel(), "the result must have x's shape", *y);
    if (norm.rows > 0) Run(norm);
  });
}

// x (B, T, H, D) in place, at whatever distance rows lie; cosine and sine (B or 1, T, rotated / 2), float32.
MK_EXPORT mk_rotary(Handle x, Handle cosine, Handle sine) {
  return Guard("rotary", [&] {
    auto data = Bits(*x, "x must be bfloat16 on the CPU, its heads contiguous");
    Require(x->dim() == 4, "x must be (batch, tokens, heads, size)", *x);
    Require(cosine->scalar_type() == at::kFloat && cosine->is_contiguous() && cosine->dim() == 3 &&
                cosine->size(1) == x->size(1) && (cosine->size(0) == 1 || cosine->size(0) == x->size(0)) &&
                cosine->size(2) * 2 <= x->size(3),
            "cosines must be float, (batch or 1, tokens, half of the rotated dimensions)", *cosine);
    Require(sine->sizes() == cosine->sizes() && sine->scalar_type() == at::kFloat && sine->is_contiguous(),
            "sines must be as the cosines", *sine);
    for (int64_t b = 0; b < x->size(0); b++) {
      auto table = cosine->size(0) == 1 ? 0 : b * cosine->stride(0);
      Rotary rotary{data + b * x->stride(0),
                    cosine->data_ptr<float>() + table,
                    sine->data_ptr<float>() + table,
                    x->size(1),
                    x->size(1),
                    x->size(2),
                    2 * cosine->size(2),
                    x->stride(1),
                    x->stride(2)};
      if (rotary.rows > 0) Run(rotary);
    }
  });
}

// query (B, T, H, D), key and value (B, K, L, D), mask (B, start + T) bool or null, out (B, T, H, D).
MK_EXPORT mk_attention(Handle query, Handle key, Handle value, Handle mask, int64_t start, int64_t window, double scale,
                       Handle out) {
  return Guard("attention", [&] {
    constexpr auto kShape = "query and result must be bfloat16 (batch, tokens, heads, size) with heads side by side";
    constexpr auto kCache =
        "keys and values must be bfloat16 (batch, key heads, length, size) with positions side by side";
    Attention call{};
    call.query = Bits(*query, kShape);
    call.out = Bits(*out, kShape);
    call.key = Bits(*key, kCache);
    call.value = Bits(*value, kCache);
    Require(query->dim() == 4 && query->stride(2) == query->size(3), kShape, *query);
    Require(out->sizes() == query->sizes() && out->stride(2) == out->size(3), kShape, *out);
    call.batch = query->size(0);
    call.tokens = query->size(1);
    call.heads = query->size(2);
    call.size = query->size(3);
    Require(key->dim() == 4 && key->size(0) >= call.batch && key->size(3) == call.size && key->stride(2) == call.size,
            kCache, *key);
    Require(value->sizes() == key->sizes() && value->strides() == key->strides(), kCache, *value);
    call.kv_heads = key->size(1);
    Require(call.size % 32 == 0 && call.size <= kMaxHeadSize,
            "heads must have a multiple of 32 dimensions, at most 256", *query);
    Require(call.heads % call.kv_heads == 0 && call.heads / call.kv_heads <= kAttendRows,
            "key heads must divide the heads", *key);
    Require(start >= 0 && start + call.tokens <= key->size(2), "the cache must be as long as the sequence", *key);
    at::Tensor seen;
    if (mask != nullptr) {
      Require(mask->scalar_type() == at::kBool && mask->dim() == 2 && mask->size(0) == call.batch &&
                  mask->size(1) == start + call.tokens,
              "the mask must be bool, (batch, all tokens)", *mask);
      seen = mask->contiguous();
      call.mask = reinterpret_cast<const uint8_t*>(seen.data_ptr<bool>());
    }
    call.start = start;
    call.window = window;
    call.scale = static_cast<float>(scale);
    call.query_batch = query->stride(0);
    call.query_token = query->stride(1);
    call.out_batch = out->stride(0);
    call.out_token = out->stride(1);
    call.cache_batch = key->stride(0);
    call.cache_head = key->stride(1);
    if (call.batch > 0 && call.tokens > 0) Run(call);
  });
}

// Layers one after the other: the first takes what is given, the next ones what the one before them gave.
MK_EXPORT mk_layers(const LayerCall* calls, int32_t count) {
  return Guard("layers", [&] {
    std::vector<at::Tensor> kept;
    std::vector<Layer> layers;
    for (int32_t i = 0; i < count; i++) layers.push_back(ToLayer(calls + i, kept));
    Run(layers.data(), count);
  });
}

// x and y (B, H, W, C) bfloat16; weight (C, 1, 7, 7) and the four vectors in any type.
MK_EXPORT mk_depthwise_norm(Handle x, Handle weight, Handle bias, Handle norm_weight, Handle norm_bias, double epsilon,
                            Handle y) {
  return Guard("depthwise_norm", [&] {
    auto image = x->contiguous();
    Require(image.dim() == 4 && image.size(3) % 16 == 0,
            "x must be (batch, height, width, channels), channels a multiple of 16", image);
    auto channels = image.size(3);
    std::vector<at::Tensor> kept;
    Require(weight->numel() == channels * 49, "the weight must be (channels, 1, 7, 7)", *weight);
    auto kernel = weight->to(at::kFloat).reshape({channels, 49}).t().contiguous();
    DepthwiseNorm call{};
    call.x = Bits(image, "x must be bfloat16 on the CPU");
    call.y = Bits(*y, "the result must be bfloat16 on the CPU");
    Require(y->is_contiguous() && y->numel() == image.numel(), "the result must have x's shape", *y);
    call.kernel = kernel.data_ptr<float>();
    call.bias = Floats(bias, channels, "the bias must have one number per channel", kept);
    call.norm_weight = Floats(norm_weight, channels, "the norm's weight must have one number per channel", kept);
    call.norm_bias = Floats(norm_bias, channels, "the norm's bias must have one number per channel", kept);
    call.batch = image.size(0);
    call.height = image.size(1);
    call.width = image.size(2);
    call.channels = channels;
    call.epsilon = static_cast<float>(epsilon);
    if (image.numel() > 0) Run(call);
  });
}

MK_EXPORT mk_measure_reading(int64_t bytes, double* bytes_per_second) {
  return Guard("measure reading", [&] { *bytes_per_second = MeasureReading(bytes); });
}

MK_EXPORT mk_measure_products(double* operations_per_second) {
  return Guard("measure products", [&] { *operations_per_second = MeasureProducts(); });
}
