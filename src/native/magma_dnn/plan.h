// A network's steps as primitives of oneDNN for one size of picture.
#ifndef MAGMA_DNN_PLAN_H_
#define MAGMA_DNN_PLAN_H_

#include <dnnl.hpp>
#include <unordered_map>
#include <vector>

#include "magma_dnn.h"

namespace magma {

// A step with its own copy of its numbers, and the layouts in which plans want them.
class Layer {
 public:
  Layer(const md_step& step, int inputs, const dnnl::engine& engine);

  const md_step& step() const { return step_; }

  // The weights laid out as asked for; one copy per layout.
  dnnl::memory Weights(const dnnl::memory::desc& layout);

  const dnnl::memory& bias() const { return bias_; }

  // Of the convolution's weights, in bfloat16 and no particular layout.
  dnnl::memory::desc AnyWeights() const;

 private:
  void Keep(const float* weights, const float* bias, const dnnl::memory::dims& shape);

  md_step step_;
  dnnl::engine engine_;
  dnnl::memory::dims shape_;
  dnnl::memory weights_, bias_;
  std::vector<dnnl::memory> layouts_;
};

struct MapShape {
  int channels, height, width;
};

// One primitive with where its arguments lie in the arena, in bytes.
struct Call {
  struct Argument {
    int name;
    dnnl::memory::desc layout;
    size_t offset;
  };
  dnnl::primitive primitive;
  std::vector<Argument> maps;
  std::unordered_map<int, dnnl::memory> constants;
};

struct Plan {
  std::vector<Call> calls;
  // What comes out, as float32 and row-major.
  std::vector<MapShape> shapes;
  std::vector<size_t> offsets;
  // The arena.
  size_t bytes = 0;
};

Plan MakePlan(std::vector<Layer>& layers, const std::vector<int>& results, MapShape input, const dnnl::engine& engine);

}  // namespace magma

#endif  // MAGMA_DNN_PLAN_H_
