using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static PReLU PReLU(long num_parameters, double init = 0.25, Device? device = null, ScalarType? dtype = null) =>
                new(num_parameters, init, device, dtype);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>x, below zero times a learned slope: one for all, or one per channel (dimension 1).</summary>
    public class PReLU : nn.Module<Tensor, Tensor>
    {
        private Parameter slopes;

        internal PReLU(long num_parameters, double init, Device? device, ScalarType? dtype)
            : base(nameof(PReLU))
        {
            (this.num_parameters, this.init) = (num_parameters, init);
            slopes = new(full([num_parameters], init, dtype ?? get_default_dtype(), device ?? get_default_device()));
            register_parameter(nameof(weight), slopes);
        }

        public long num_parameters { get; }

        /// <summary>What the slopes were before training.</summary>
        public double init { get; }

        public Parameter weight
        {
            get => slopes;
            set => ConditionallyRegisterParameter(nameof(weight), slopes = value);
        }

        public override Tensor forward(Tensor tensor) => nn.functional.prelu(tensor, weight);
    }
}
