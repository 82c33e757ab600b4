// Gradients: the engine, gradient mode, inference mode.
#include <torch/csrc/autograd/autograd.h>

#include <vector>

#include "magma_torch.h"

namespace {

std::vector<at::Tensor> List(const Handle* handles, int32_t count) {
  std::vector<at::Tensor> tensors;
  tensors.reserve(count);
  for (int32_t i = 0; i < count; i++) tensors.push_back(handles[i] == nullptr ? at::Tensor() : *handles[i]);
  return tensors;
}

}  // namespace

// retain: -1 means "as create_graph".
MT_EXPORT mt_backward(const Handle* tensors, int32_t count, const Handle* gradients, int32_t gradient_count,
                      int32_t retain, int32_t create_graph, const Handle* inputs, int32_t input_count) {
  try {
    torch::autograd::backward(List(tensors, count), List(gradients, gradient_count),
                              retain < 0 ? Optional<bool>() : Optional<bool>(retain != 0), create_graph != 0,
                              List(inputs, input_count));
    return 0;
  } catch (...) {
    return Fail("backward", tensors, count);
  }
}

MT_EXPORT mt_autograd_grad(const Handle* outputs, int32_t count, const Handle* inputs, int32_t input_count,
                           const Handle* gradients, int32_t gradient_count, int32_t retain, int32_t create_graph,
                           int32_t allow_unused, Handle* out) {
  try {
    auto result = torch::autograd::grad(
        List(outputs, count), List(inputs, input_count), List(gradients, gradient_count),
        retain < 0 ? Optional<bool>() : Optional<bool>(retain != 0), create_graph != 0, allow_unused != 0);
    for (size_t i = 0; i < result.size(); i++) out[i] = Wrap(std::move(result[i]));
    return 0;
  } catch (...) {
    return Fail("autograd.grad", outputs, count);
  }
}

MT_EXPORT mt_tensor_grad(Handle a, Handle* out) {
  MT_TRY* out = Wrap(a->grad());
  MT_CATCH("grad", a)
}

MT_EXPORT mt_tensor_has_grad(Handle a, int32_t* has) {
  MT_TRY* has = a->grad().defined();
  MT_CATCH("grad", a)
}

MT_EXPORT mt_tensor_set_grad(Handle a, Handle gradient) {
  MT_TRY if (gradient == nullptr) { a->mutable_grad().reset(); }
  else {
    a->mutable_grad() = *gradient;
  }
  MT_CATCH("set grad", a, gradient)
}

MT_EXPORT mt_tensor_set_requires_grad(Handle a, int32_t requires_grad) {
  MT_TRY a->set_requires_grad(requires_grad != 0);
  MT_CATCH("requires_grad", a)
}

MT_EXPORT mt_tensor_retain_grad(Handle a) {
  MT_TRY a->retain_grad();
  MT_CATCH("retain_grad", a)
}

// Puts source's memory, shape and dtype under a, which keeps its identity in the graph: how a module moves its
// parameters.
MT_EXPORT mt_tensor_set_data(Handle a, Handle source) {
  MT_TRY a->set_data(*source);
  MT_CATCH("set_data", a, source)
}

MT_EXPORT mt_grad_mode(int32_t* enabled) {
  *enabled = at::GradMode::is_enabled();
  return 0;
}

MT_EXPORT mt_set_grad_mode(int32_t enabled) {
  at::GradMode::set_enabled(enabled != 0);
  return 0;
}

MT_EXPORT mt_inference_mode(int32_t* enabled) {
  *enabled = c10::InferenceMode::is_enabled();
  return 0;
}

// The guard must be freed on the thread that made it, innermost first.
MT_EXPORT mt_inference_mode_enter(int32_t enabled, c10::InferenceMode** guard) {
  MT_TRY* guard = new c10::InferenceMode(enabled != 0);
  MT_CATCH("inference_mode", )
}

MT_EXPORT mt_inference_mode_leave(c10::InferenceMode* guard) {
  delete guard;
  return 0;
}
