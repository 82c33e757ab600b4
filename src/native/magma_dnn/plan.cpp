#include "plan.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string>

namespace magma {
namespace {

using dnnl::algorithm;
using dnnl::memory;
using Type = memory::data_type;
using Layout = memory::format_tag;

constexpr size_t kAlignment = 64;

memory::desc Describe(const MapShape& map, Type type, Layout layout) {
  return memory::desc({1, map.channels, map.height, map.width}, type, layout);
}

size_t RoundUp(size_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }

void AppendActivation(dnnl::post_ops& after, const md_step& step) {
  switch (step.activation) {
    case MD_PLAIN:
      break;
    case MD_RECTIFY:
      after.append_eltwise(1, algorithm::eltwise_relu, 0, 0);
      break;
    case MD_HARD_SWISH:
      after.append_eltwise(step.alpha, algorithm::eltwise_hardswish, 0, 0);
      if (step.beta != 0) after.append_eltwise(1, algorithm::eltwise_linear, 1, step.beta);
      break;
    case MD_HARD_SIGMOID:
      after.append_eltwise(1, algorithm::eltwise_linear, step.alpha, step.beta);
      after.append_eltwise(1, algorithm::eltwise_clip, 0, 1);
      break;
    case MD_SIGMOID:
      after.append_eltwise(1, algorithm::eltwise_logistic, 0, 0);
      break;
    default:
      throw std::invalid_argument("unknown activation " + std::to_string(step.activation));
  }
}

// Puts maps into the arena, each where no map lies that is still needed.
class Places {
 public:
  size_t Take(size_t bytes) {
    bytes = RoundUp(bytes);
    size_t offset = 0;
    for (const Block& block : blocks_) {
      if (offset + bytes <= block.offset) break;
      offset = std::max(offset, block.offset + block.bytes);
    }
    const auto after =
        std::find_if(blocks_.begin(), blocks_.end(), [&](const Block& block) { return block.offset >= offset; });
    blocks_.insert(after, {offset, bytes});
    size_ = std::max(size_, offset + bytes);
    return offset;
  }

  void Return(size_t offset) {
    blocks_.erase(
        std::find_if(blocks_.begin(), blocks_.end(), [&](const Block& block) { return block.offset == offset; }));
  }

  size_t size() const { return size_; }

 private:
  struct Block {
    size_t offset, bytes;
  };
  std::vector<Block> blocks_;  // by offset
  size_t size_ = 0;
};

class Planner {
 public:
  Planner(std::vector<Layer>& layers, const std::vector<int>& results, MapShape input, const dnnl::engine& engine)
      : layers_(layers), results_(results), engine_(engine), maps_(layers.size() + 1) {
    for (size_t at = 0; at < layers.size(); ++at) {
      maps_[layers[at].step().input].last_use = at;
      if (layers[at].step().other >= 0) maps_[layers[at].step().other].last_use = at;
    }
    maps_[0].shape = input;
  }

  Plan Make() {
    Enter();
    for (size_t at = 0; at < layers_.size(); ++at) {
      const md_step& step = layers_[at].step();
      Add(layers_[at], at);
      if (maps_[at + 1].offset != maps_[step.input].offset) Release(step.input, at);
      if (step.other >= 0 && step.other != step.input) Release(step.other, at);
    }
    for (int map : results_) Leave(maps_[map]);
    plan_.bytes = arena_.size();
    return std::move(plan_);
  }

 private:
  struct Map {
    MapShape shape;
    memory::desc layout;
    size_t offset = 0;
    size_t last_use = 0;
  };

  void Enter() {
    Map& map = maps_[0];
    map.layout = Describe(map.shape, Type::bf16, Layout::nhwc);
    map.offset = arena_.Take(map.layout.get_size());
    const memory::desc given = Describe(map.shape, Type::f32, Layout::nchw);
    // The caller's numbers have no place in the arena: the first call's source is set by whoever runs the plan.
    Call call{dnnl::reorder({engine_, given, engine_, map.layout}), {}, {}};
    call.maps = {{DNNL_ARG_FROM, given, 0}, {DNNL_ARG_TO, map.layout, map.offset}};
    plan_.calls.push_back(std::move(call));
  }

  void Leave(const Map& map) {
    const memory::desc wanted = Describe(map.shape, Type::f32, Layout::nchw);
    const size_t offset = arena_.Take(wanted.get_size());
    Call call{dnnl::reorder({engine_, map.layout, engine_, wanted}), {}, {}};
    call.maps = {{DNNL_ARG_FROM, map.layout, map.offset}, {DNNL_ARG_TO, wanted, offset}};
    plan_.calls.push_back(std::move(call));
    plan_.shapes.push_back(map.shape);
    plan_.offsets.push_back(offset);
  }

  bool IsResult(int map) const { return std::find(results_.begin(), results_.end(), map) != results_.end(); }

  void Release(int map, size_t at) {
    if (IsLast(map, at)) arena_.Return(maps_[map].offset);
  }

  MapShape ShapeAfter(const md_step& step) const {
    const MapShape& in = maps_[step.input].shape;
    switch (step.kind) {
      case MD_MEAN:
        return {in.channels, 1, 1};
      case MD_CONVOLVE:
      case MD_AVERAGE: {
        const int height = in.height + step.top + step.bottom - step.kernel_height;
        const int width = in.width + step.left + step.right - step.kernel_width;
        if (height < 0 || width < 0) throw std::invalid_argument("the map is smaller than the kernel");
        return {step.kind == MD_AVERAGE ? in.channels : step.outputs, height / step.stride_height + 1,
                width / step.stride_width + 1};
      }
      case MD_TRANSPOSED:
        return {step.outputs, in.height * step.stride_height, in.width * step.stride_width};
      case MD_ENLARGE:
        return {in.channels, in.height * step.stride_height, in.width * step.stride_width};
      case MD_JOIN:
        return {in.channels + maps_[step.other].shape.channels, in.height, in.width};
      default:
        return in;
    }
  }

  // Whether nobody looks at a map after a step, which may then write its results over it.
  bool IsLast(int map, size_t at) const { return maps_[map].last_use == at && !IsResult(map); }

  void Add(Layer& layer, size_t at) {
    const md_step& step = layer.step();
    const Map& in = maps_[step.input];
    Map& out = maps_[at + 1];
    out.shape = ShapeAfter(step);
    // What comes out and serves no other step keeps all its digits.
    const bool last = IsResult(static_cast<int>(at) + 1) && out.last_use == 0;
    out.layout = Describe(out.shape, last ? Type::f32 : Type::bf16, Layout::nhwc);
    const bool paired = step.kind == MD_ADD || step.kind == MD_SCALE;
    out.offset = paired && step.other != step.input && !last && IsLast(step.input, at)
                     ? in.offset
                     : arena_.Take(out.layout.get_size());

    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    dnnl::post_ops after;
    AppendActivation(after, step);
    attributes.set_post_ops(after);
    Call call;
    switch (step.kind) {
      case MD_CONVOLVE:
        call = Convolution(layer, in, out, attributes, {step.stride_height, step.stride_width});
        break;
      case MD_TRANSPOSED:
        return Transposed(layer, in, out, attributes);
      case MD_MEAN:
        call = Pooling(in, out, {in.shape.height, in.shape.width}, {1, 1}, attributes);
        break;
      case MD_AVERAGE:
        call = Pooling(in, out, {step.kernel_height, step.kernel_width}, {step.stride_height, step.stride_width},
                       attributes);
        break;
      case MD_ADD:
      case MD_SCALE:
        call = Binary(step.kind == MD_ADD ? algorithm::binary_add : algorithm::binary_mul, in, maps_[step.other], out,
                      attributes);
        break;
      case MD_ENLARGE:
        call = Enlarge(in, out, attributes);
        break;
      case MD_JOIN:
        call = Join(in, maps_[step.other], out);
        break;
      default:
        throw std::invalid_argument("unknown step " + std::to_string(step.kind));
    }
    plan_.calls.push_back(std::move(call));
  }

  template <typename Primitive>
  Call Finish(const typename Primitive::primitive_desc& primitive, std::vector<Call::Argument> maps) {
    const memory::desc scratch = primitive.scratchpad_desc();
    if (scratch.get_size() > 0) {
      const size_t offset = arena_.Take(scratch.get_size());
      arena_.Return(offset);
      maps.push_back({DNNL_ARG_SCRATCHPAD, scratch, offset});
    }
    return {Primitive(primitive), std::move(maps), {}};
  }

  Call Convolution(Layer& layer, const Map& in, const Map& out, const dnnl::primitive_attr& attributes,
                   const memory::dims& strides) {
    const md_step& step = layer.step();
    const memory::dims before = {step.top, step.left}, behind = {step.bottom, step.right};
    const dnnl::convolution_forward::primitive_desc primitive(
        {dnnl::prop_kind::forward_inference, algorithm::convolution_direct, in.layout, layer.AnyWeights(),
         layer.bias().get_desc(), out.layout, strides, before, behind},
        attributes, engine_);
    Call call = Finish<dnnl::convolution_forward>(
        primitive, {{DNNL_ARG_SRC, in.layout, in.offset}, {DNNL_ARG_DST, out.layout, out.offset}});
    call.constants = {{DNNL_ARG_WEIGHTS, layer.Weights(primitive.weights_desc())}, {DNNL_ARG_BIAS, layer.bias()}};
    return call;
  }

  // A convolution of one by one whose channels are the rows and columns of a rectangle, then those put in their places.
  void Transposed(Layer& layer, const Map& in, const Map& out, const dnnl::primitive_attr& attributes) {
    const md_step& step = layer.step();
    Map values;
    values.shape = {step.stride_height * step.stride_width * step.outputs, in.shape.height, in.shape.width};
    values.layout = Describe(values.shape, out.layout.data_type(), Layout::nhwc);
    values.offset = arena_.Take(values.layout.get_size());
    plan_.calls.push_back(Convolution(layer, in, values, attributes, {1, 1}));
    // [row, column, row within, column within and channel] to [row, row within, column, column within and channel]
    const memory::dim rows = in.shape.height, columns = in.shape.width, within = step.stride_height,
                      run = step.stride_width * step.outputs;
    const memory::dims shape = {rows, within, columns, run};
    const memory::desc from(shape, out.layout.data_type(), {columns * within * run, run, within * run, 1});
    const memory::desc to(shape, out.layout.data_type(), {within * columns * run, columns * run, run, 1});
    Call call{dnnl::reorder({engine_, from, engine_, to}), {}, {}};
    call.maps = {{DNNL_ARG_FROM, from, values.offset}, {DNNL_ARG_TO, to, out.offset}};
    plan_.calls.push_back(std::move(call));
    arena_.Return(values.offset);
  }

  Call Pooling(const Map& in, const Map& out, const memory::dims& kernel, const memory::dims& strides,
               const dnnl::primitive_attr& attributes) {
    const dnnl::pooling_forward::primitive_desc primitive({dnnl::prop_kind::forward_inference,
                                                           algorithm::pooling_avg_exclude_padding,
                                                           in.layout,
                                                           out.layout,
                                                           strides,
                                                           kernel,
                                                           {0, 0},
                                                           {0, 0}},
                                                          attributes, engine_);
    return Finish<dnnl::pooling_forward>(
        primitive, {{DNNL_ARG_SRC, in.layout, in.offset}, {DNNL_ARG_DST, out.layout, out.offset}});
  }

  Call Binary(algorithm operation, const Map& in, const Map& other, const Map& out,
              const dnnl::primitive_attr& attributes) {
    const dnnl::binary::primitive_desc primitive({operation, in.layout, other.layout, out.layout}, attributes, engine_);
    return Finish<dnnl::binary>(primitive, {{DNNL_ARG_SRC_0, in.layout, in.offset},
                                            {DNNL_ARG_SRC_1, other.layout, other.offset},
                                            {DNNL_ARG_DST, out.layout, out.offset}});
  }

  Call Enlarge(const Map& in, const Map& out, const dnnl::primitive_attr& attributes) {
    const dnnl::resampling_forward::primitive_desc primitive(
        {dnnl::prop_kind::forward_inference, algorithm::resampling_nearest, in.layout, out.layout}, attributes,
        engine_);
    return Finish<dnnl::resampling_forward>(
        primitive, {{DNNL_ARG_SRC, in.layout, in.offset}, {DNNL_ARG_DST, out.layout, out.offset}});
  }

  Call Join(const Map& in, const Map& other, const Map& out) {
    const dnnl::concat::primitive_desc primitive(out.layout, 1, {in.layout, other.layout}, engine_);
    return Finish<dnnl::concat>(primitive, {{DNNL_ARG_MULTIPLE_SRC, in.layout, in.offset},
                                            {DNNL_ARG_MULTIPLE_SRC + 1, other.layout, other.offset},
                                            {DNNL_ARG_DST, out.layout, out.offset}});
  }

  std::vector<Layer>& layers_;
  const std::vector<int>& results_;
  const dnnl::engine& engine_;
  std::vector<Map> maps_;
  Places arena_;
  Plan plan_;
};

}  // namespace

Layer::Layer(const md_step& step, int inputs, const dnnl::engine& engine) : step_(step), engine_(engine) {
  step_.weights = step_.bias = nullptr;
  if (!step.weights) return;
  if (step.kind == MD_TRANSPOSED) {
    // [inputs, outputs, rows, columns] to [rows, columns, outputs] of [inputs]
    const int area = step.stride_height * step.stride_width, all = area * step.outputs;
    std::vector<float> weights(static_cast<size_t>(all) * inputs), bias(all);
    for (int input = 0; input < inputs; ++input)
      for (int output = 0; output < step.outputs; ++output)
        for (int place = 0; place < area; ++place)
          weights[static_cast<size_t>(place * step.outputs + output) * inputs + input] =
              step.weights[static_cast<size_t>(input * step.outputs + output) * area + place];
    for (int at = 0; at < all; ++at) bias[at] = step.bias ? step.bias[at % step.outputs] : 0;
    Keep(weights.data(), bias.data(), {all, inputs, 1, 1});
  } else if (step.groups > 1) {
    Keep(step.weights, step.bias,
         {step.groups, step.outputs / step.groups, inputs / step.groups, step.kernel_height, step.kernel_width});
  } else {
    Keep(step.weights, step.bias, {step.outputs, inputs, step.kernel_height, step.kernel_width});
  }
}

void Layer::Keep(const float* weights, const float* bias, const memory::dims& shape) {
  shape_ = shape;
  const Layout plain = shape.size() == 5 ? Layout::goihw : Layout::oihw;
  memory given(memory::desc(shape, Type::f32, plain), engine_, const_cast<float*>(weights));
  weights_ = memory(memory::desc(shape, Type::bf16, plain), engine_);
  dnnl::stream stream(engine_);
  dnnl::reorder(given, weights_).execute(stream, given, weights_);
  stream.wait();
  const memory::dim outputs = shape.size() == 5 ? shape[0] * shape[1] : shape[0];
  bias_ = memory(memory::desc({outputs}, Type::f32, Layout::x), engine_);
  if (bias)
    std::memcpy(bias_.get_data_handle(), bias, bias_.get_desc().get_size());
  else
    std::memset(bias_.get_data_handle(), 0, bias_.get_desc().get_size());
}

memory::desc Layer::AnyWeights() const { return memory::desc(shape_, Type::bf16, Layout::any); }

memory Layer::Weights(const memory::desc& layout) {
  for (const memory& one : layouts_)
    if (one.get_desc() == layout) return one;
  memory laid(layout, engine_);
  dnnl::stream stream(engine_);
  dnnl::reorder(weights_, laid).execute(stream, weights_, laid);
  stream.wait();
  layouts_.push_back(laid);
  return laid;
}

Plan MakePlan(std::vector<Layer>& layers, const std::vector<int>& results, MapShape input, const dnnl::engine& engine) {
  return Planner(layers, results, input, engine).Make();
}

}  // namespace magma
