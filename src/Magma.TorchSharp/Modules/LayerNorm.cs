using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static LayerNorm LayerNorm(
                long[] normalized_shape,
                double eps = 1E-05,
                bool elementwise_affine = true,
                bool bias = true,
                Device? device = null,
                ScalarType? dtype = null) => new(normalized_shape, eps, elementwise_affine, bias, device, dtype);

            public static LayerNorm LayerNorm(
                long normalized_shape,
                double eps = 1E-05,
                bool elementwise_affine = true,
                bool bias = true,
                Device? device = null,
                ScalarType? dtype = null) => new([normalized_shape], eps, elementwise_affine, bias, device, dtype);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>
    /// (x - mean) / √(variance + eps) over the last dimensions, then a learned scale (from 1) and offset (from 0) of their shape; the shape
    /// of x stays (Ba, Kiros and Hinton, 2016). Owns both, which are null without elementwise_affine.
    /// </summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">
    /// Calling it with shapes that do not fit; the message has them.
    /// </exception>
    public class LayerNorm : nn.Module<Tensor, Tensor>
    {
        private Parameter? scale;
        private Parameter? offset;

        internal LayerNorm(long[] shape, double eps, bool affine, bool hasBias, Device? device, ScalarType? dtype)
            : base(nameof(LayerNorm))
        {
            (normalized_shape, this.eps, elementwise_affine) = (shape, eps, affine);
            scale = affine ? new(ones(shape, dtype, device)) : null;
            offset = affine && hasBias ? new(zeros(shape, dtype, device)) : null;
            register_parameter(nameof(weight), scale);
            register_parameter(nameof(bias), offset);
        }

        public long[] normalized_shape { get; set; }

        public double eps { get; set; }

        public bool elementwise_affine { get; set; }

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

        public void reset_parameters()
        {
            if (scale is not null)
            {
                nn.init.ones_(scale);
            }

            if (offset is not null)
            {
                nn.init.zeros_(offset);
            }
        }

        public override Tensor forward(Tensor tensor) => nn.functional.layer_norm(tensor, normalized_shape, scale, offset, eps);
    }
}
