using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Conv2d Conv2d(
                long in_channels,
                long out_channels,
                long kernel_size,
                long stride = 1,
                long padding = 0,
                long dilation = 1,
                PaddingModes padding_mode = PaddingModes.Zeros,
                long groups = 1,
                bool bias = true,
                Device? device = null,
                ScalarType? dtype = null) => new(new(
                    in_channels,
                    out_channels,
                    [kernel_size, kernel_size],
                    [stride, stride],
                    [padding, padding],
                    null,
                    [dilation, dilation],
                    padding_mode,
                    groups,
                    bias,
                    device,
                    dtype));

            public static Conv2d Conv2d(
                long in_channels,
                long out_channels,
                (long, long) kernel_size,
                (long, long)? stride = null,
                (long, long)? padding = null,
                (long, long)? dilation = null,
                PaddingModes padding_mode = PaddingModes.Zeros,
                long groups = 1,
                bool bias = true,
                Device? device = null,
                ScalarType? dtype = null) => new(new(
                    in_channels,
                    out_channels,
                    Pair(kernel_size),
                    Pair(stride ?? (1, 1)),
                    Pair(padding ?? (0, 0)),
                    null,
                    Pair(dilation ?? (1, 1)),
                    padding_mode,
                    groups,
                    bias,
                    device,
                    dtype));

            public static Conv2d Conv2d(
                long in_channels,
                long out_channels,
                long kernel_size,
                Padding padding,
                long stride = 1,
                long dilation = 1,
                PaddingModes padding_mode = PaddingModes.Zeros,
                long groups = 1,
                bool bias = true,
                Device? device = null,
                ScalarType? dtype = null) => new(new(
                    in_channels,
                    out_channels,
                    [kernel_size, kernel_size],
                    [stride, stride],
                    [0, 0],
                    padding,
                    [dilation, dilation],
                    padding_mode,
                    groups,
                    bias,
                    device,
                    dtype));

            public static Conv2d Conv2d(
                long in_channels,
                long out_channels,
                (long, long) kernel_size,
                Padding padding,
                (long, long)? stride = null,
                (long, long)? dilation = null,
                PaddingModes padding_mode = PaddingModes.Zeros,
                long groups = 1,
                bool bias = true,
                Device? device = null,
                ScalarType? dtype = null) => new(new(
                    in_channels,
                    out_channels,
                    Pair(kernel_size),
                    Pair(stride ?? (1, 1)),
                    [0, 0],
                    padding,
                    Pair(dilation ?? (1, 1)),
                    padding_mode,
                    groups,
                    bias,
                    device,
                    dtype));

            private static long[] Pair((long, long) values) => [values.Item1, values.Item2];
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>
    /// A convolution of (n, in_channels, h, w), or (in_channels, h, w), to (n, out_channels, h', w') with h' = (h + 2 · padding - dilation
    /// · (kernel - 1) - 1) / stride + 1. weight is (out_channels, in_channels / groups, kernel, kernel), bias (out_channels) or null; both
    /// are drawn evenly from ±1/√(in_channels / groups · kernel²). Owns them.
    /// </summary>
    /// <exception cref="System.Runtime.InteropServices.ExternalException">
    /// Calling it with shapes that do not fit; the message has them.
    /// </exception>
    public class Conv2d : Convolution
    {
        internal Conv2d(ConvolutionSettings settings)
            : base(nameof(Conv2d), settings)
        {
        }

        public override Tensor forward(Tensor input)
        {
            if (Settings.PaddingType is { } type)
            {
                return nn.functional.conv2d_padding(input, weight, bias, stride, type, dilation, groups);
            }

            if (padding_mode == PaddingModes.Zeros)
            {
                return nn.functional.conv2d(input, weight, bias, stride, padding, dilation, groups);
            }

            using var padded = nn.functional.pad(input, [padding[1], padding[1], padding[0], padding[0]], padding_mode);
            return nn.functional.conv2d(padded, weight, bias, stride, [0, 0], dilation, groups);
        }
    }
}
