using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor relu() => Aten.relu.Call(this);

        public Tensor relu6() => Aten.relu6.Call(this);

        public Tensor sigmoid() => Aten.sigmoid.Call(this);

        public Tensor silu() => Aten.silu.Call(this);

        public Tensor selu() => Aten.selu.Call(this);

        public Tensor hardsigmoid() => Aten.hardsigmoid.Call(this);

        public Tensor hardswish() => Aten.hardswish.Call(this);

        public Tensor log_sigmoid() => Aten.log_sigmoid.Call(this);

        public Tensor relu_() => Aten.relu_.Call(this);

        public Tensor relu6_() => Aten.relu6_.Call(this);

        public Tensor sigmoid_() => Aten.sigmoid_.Call(this);

        public Tensor silu_() => Aten.silu_.Call(this);

        public Tensor selu_() => Aten.selu_.Call(this);

        public Tensor hardsigmoid_() => Aten.hardsigmoid_.Call(this);

        public Tensor hardswish_() => Aten.hardswish_.Call(this);

        public Tensor gelu() => Aten.gelu.Call(this);

        public Tensor gelu(Modules.GELU.Approximate approximate) => Aten.gelu.Call(this, approximate.ToString());

        public Tensor gelu_() => Aten.gelu_.CallInPlace(this, this);

        public Tensor gelu_(Modules.GELU.Approximate approximate) => Aten.gelu_.CallInPlace(this, this, approximate.ToString());

        public Tensor elu(double alpha = 1) => Aten.elu.Call(this, alpha);

        public Tensor elu_(double alpha = 1) => Aten.elu_.CallInPlace(this, this, alpha);

        public Tensor elu(Scalar alpha, Scalar scale, Scalar input_scale) => Aten.elu.Call(this, alpha, scale, input_scale);

        public Tensor elu_(Scalar alpha, Scalar scale, Scalar input_scale) => Aten.elu_.CallInPlace(this, this, alpha, scale, input_scale);

        public Tensor leaky_relu(Scalar negative_slope) => Aten.leaky_relu.Call(this, negative_slope);

        public Tensor leaky_relu_(Scalar negative_slope) => Aten.leaky_relu_.Call(this, negative_slope);

        public Tensor hardtanh(Scalar min, Scalar max) => Aten.hardtanh.Call(this, min, max);

        public Tensor hardtanh_(Scalar min, Scalar max) => Aten.hardtanh_.CallInPlace(this, this, min, max);

        public Tensor softplus(double beta = 1, double threshold = 20) => Aten.softplus.Call(this, beta, threshold);

        public Tensor glu(long dim = -1) => Aten.glu.Call(this, dim);

        public Tensor celu() => Aten.celu.Call(this);

        public Tensor celu(Scalar alpha) => Aten.celu.Call(this, alpha);

        public Tensor celu_() => Aten.celu_.CallInPlace(this, this);

        public Tensor celu_(Scalar alpha) => Aten.celu_.CallInPlace(this, this, alpha);

        public Tensor rrelu(double lower = 0.125, double upper = 0.3333333333333333) => Aten.rrelu.Call(this, lower, upper);

        public Tensor rrelu_(double lower = 0.125, double upper = 0.3333333333333333) => Aten.rrelu_.CallInPlace(this, this, lower, upper);

        public Tensor prelu(Tensor target) => Aten.prelu.Call(this, target);

        public Tensor threshold(Scalar threshold, Scalar value) => Aten.threshold.Call(this, threshold, value);

        public Tensor threshold_(Scalar threshold, Scalar value) => Aten.threshold_.CallInPlace(this, this, threshold, value);

        public Tensor softmax(long dim, ScalarType? dtype = null) => Softmax(dim, dtype);

        public Tensor log_softmax(long dim, ScalarType? dtype = null) => Aten.log_softmax_int.Call(this, dim, dtype);
    }
}
