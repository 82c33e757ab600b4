using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <summary>y = x · weightᵀ + bias, with weight (outputSize, inputSize), both drawn from ±1/√inputSize.</summary>
            public static Linear Linear(
                long inputSize,
                long outputSize,
                bool hasBias = true,
                Device? device = null,
                ScalarType? dtype = null) => new(inputSize, outputSize, hasBias, device, dtype);

            /// <summary>Over parameters that exist already.</summary>
            public static Linear Linear(Parameter weight, Parameter? bias = null) => new(weight, bias);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>
    /// y = x · weightᵀ + bias: (…, in_features) → (…, out_features). weight is (out_features, in_features), bias (out_features) or null;
    /// both are drawn evenly from ±1/√in_features, as PyTorch does. Owns them.
    /// </summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">
    /// Calling it with shapes that do not fit; the message has them.
    /// </exception>
    public class Linear : nn.Module<Tensor, Tensor>
    {
        private Parameter weights;
        private Parameter? offset;

        internal Linear(long inputSize, long outputSize, bool hasBias, Device? device, ScalarType? dtype)
            : base(nameof(Linear))
        {
            (in_features, out_features) = (inputSize, outputSize);
            weights = new(nn.init.kaiming_uniform_(empty(outputSize, inputSize, dtype, device), Math.Sqrt(5)));
            register_parameter(nameof(weight), weights);
            var bound = 1 / Math.Sqrt(Math.Max(inputSize, 1));
            offset = hasBias ? new(nn.init.uniform_(empty(outputSize, dtype, device), -bound, bound)) : null;
            register_parameter(nameof(bias), offset);
        }

        internal Linear(Parameter weight, Parameter? bias)
            : base(nameof(Linear))
        {
            (in_features, out_features) = (weight.size(1), weight.size(0));
            weights = weight;
            offset = bias;
            register_parameter(nameof(weight), weight);
            register_parameter(nameof(bias), bias);
        }

        public long in_features { get; set; }

        public long out_features { get; set; }

        public Parameter weight
        {
            get => weights;
            set => ConditionallyRegisterParameter(nameof(weight), weights = value);
        }

        public Parameter? bias
        {
            get => offset;
            set => ConditionallyRegisterParameter(nameof(bias), offset = value);
        }

        public override Tensor forward(Tensor tensor) => nn.functional.linear(tensor, weights, offset);
    }
}
