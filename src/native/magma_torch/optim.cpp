// AdamW in one pass over memory. libtorch 1.13 has no fused one: written with tensor operations a step reads and writes
// every state several times. Decoupled weight decay as in Loshchilov and Hutter, 2019 (arXiv:1711.05101), algorithm 2.
#include <ATen/Parallel.h>

#include <cmath>

#include "magma_torch.h"

struct AdamWStep {
  double lr;
  double beta1;
  double beta2;
  double eps;
  double weight_decay;
  // 1 - beta^t for the step number t.
  double correction1;
  double correction2;
  int32_t maximize;
};

namespace {

// Contraction is off for this file, so every clone gives the same bits.
__attribute__((target_clones("avx512f", "avx2", "default"))) void Update(float* __restrict p, const float* __restrict g,
                                                                         float* __restrict m, float* __restrict v,
                                                                         int64_t n, float decay, float beta1,
                                                                         float beta2, float step, float root2,
                                                                         float eps, float sign) {
  const float one_minus1 = 1 - beta1, one_minus2 = 1 - beta2;
  for (int64_t i = 0; i < n; i++) {
    const float gradient = sign * g[i];
    const float mean = beta1 * m[i] + one_minus1 * gradient;
    const float square = beta2 * v[i] + one_minus2 * gradient * gradient;
    m[i] = mean;
    v[i] = square;
    p[i] = p[i] * decay - step * mean / (__builtin_sqrtf(square) / root2 + eps);
  }
}

bool IsPlain(const at::Tensor& tensor) {
  return tensor.is_cpu() && tensor.scalar_type() == at::kFloat && tensor.is_contiguous();
}

void Fused(at::Tensor& p, const at::Tensor& g, at::Tensor& m, at::Tensor& v, const AdamWStep& s) {
  auto* parameter = p.data_ptr<float>();
  auto* gradient = g.data_ptr<float>();
  auto* mean = m.data_ptr<float>();
  auto* square = v.data_ptr<float>();
  at::parallel_for(0, p.numel(), 1 << 16, [&](int64_t begin, int64_t end) {
    Update(parameter + begin, gradient + begin, mean + begin, square + begin, end - begin,
           static_cast<float>(1 - s.lr * s.weight_decay), static_cast<float>(s.beta1), static_cast<float>(s.beta2),
           static_cast<float>(s.lr / s.correction1), static_cast<float>(std::sqrt(s.correction2)),
           static_cast<float>(s.eps), s.maximize ? -1.0f : 1.0f);
  });
  // The memory changed behind autograd's back: a graph that saved it must notice.
  p.unsafeGetTensorImpl()->bump_version();
}

void General(at::Tensor& p, const at::Tensor& given, at::Tensor& m, at::Tensor& v, Handle largest, const AdamWStep& s) {
  auto g = s.maximize ? given.neg() : given;
  p.mul_(1 - s.lr * s.weight_decay);
  m.mul_(s.beta1).add_(g, 1 - s.beta1);
  v.mul_(s.beta2).addcmul_(g, g, 1 - s.beta2);
  if (largest != nullptr) at::maximum_out(*largest, *largest, v);
  auto root = (largest != nullptr ? *largest : v).sqrt().div_(std::sqrt(s.correction2)).add_(s.eps);
  p.addcdiv_(m, root, -s.lr / s.correction1);
}

}  // namespace

// One step of one parameter by its gradient; a parameter without one stays. largest is null without amsgrad.
MT_EXPORT mt_adamw(Handle parameter, Handle mean, Handle square, Handle largest, const AdamWStep* step) {
  MT_TRY at::NoGradGuard unrecorded;
  const auto& gradient = parameter->grad();
  if (!gradient.defined()) return 0;
  if (largest == nullptr && IsPlain(*parameter) && IsPlain(gradient) && IsPlain(*mean) && IsPlain(*square) &&
      gradient.numel() == parameter->numel()) {
    Fused(*parameter, gradient, *mean, *square, *step);
  } else {
    General(*parameter, gradient, *mean, *square, largest, *step);
  }
  MT_CATCH("AdamW", parameter, &parameter->grad())
}
