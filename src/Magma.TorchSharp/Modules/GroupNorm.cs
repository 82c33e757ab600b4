using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static GroupNorm GroupNorm(
                long num_groups,
                long num_channels,
                double eps = 1E-05,
                bool affine = true,
                Device? device = null,
                ScalarType? dtype = null) => new(num_groups, num_channels, eps, affine, device, dtype);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>
    /// Mean 0 and variance 1 over groups of channels of (n, c, …), then a learned scale (from 1) and offset (from 0) per channel; the shape
    /// stays (Wu and He, 2018). Owns both.
    /// </summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">
    /// Calling it with shapes that do not fit; the message has them.
    /// </exception>
    public class GroupNorm : nn.Module<Tensor, Tensor>
    {
        private Parameter? scale;
        private Parameter? offset;

        internal GroupNorm(long groups, long channels, double eps, bool affine, Device? device, ScalarType? dtype)
            : base(nameof(GroupNorm))
        {
            (num_groups, this.eps, this.affine) = (groups, eps, affine);
            scale = affine ? new(ones(channels, dtype, device)) : null;
            offset = affine ? new(zeros(channels, dtype, device)) : null;
            register_parameter(nameof(weight), scale);
            register_parameter(nameof(bias), offset);
        }

        public long num_groups { get; set; }

        public double eps { get; set; }

        public bool affine { get; set; }

        public Parameter? weight
        {
            get => scale;
            set => ConditionallyRegisterParameter(nameof(weight), scale = value);
        }

        public Parameter? bias
        {
            get => offset;
            set => ConditionallyRegisterParameter(nameof(bias), offset = value);
        }

        public override Tensor forward(Tensor tensor) => nn.functional.group_norm(tensor, num_groups, scale, offset, eps);
    }
}
