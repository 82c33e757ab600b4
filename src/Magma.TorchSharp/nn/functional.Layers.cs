using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static unsafe partial class functional
        {
            /// <summary>input · weightsᵀ + bias; weights are (out, in).</summary>
            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null)
            {
                IntPtr result;
                NativeError.Check(NativeMethods.mt_linear(input.Handle, weights.Handle, bias?.Handle ?? IntPtr.Zero, &result));
                GC.KeepAlive(input);
                GC.KeepAlive(weights);
                GC.KeepAlive(bias);
                return new(result);
            }

            /// <summary>Mean 0 and variance 1 over the last dimensions, then weight and bias where given.</summary>
            public static Tensor layer_norm(
                Tensor input,
                long[] normalized_shape,
                Tensor? weight = null,
                Tensor? bias = null,
                double eps = 1E-05)
            {
                IntPtr result;
                fixed (long* shape = normalized_shape)
                {
                    NativeError.Check(NativeMethods.mt_layer_norm(
                        input.Handle,
                        shape,
                        normalized_shape.Length,
                        weight?.Handle ?? IntPtr.Zero,
                        bias?.Handle ?? IntPtr.Zero,
                        eps,
                        &result));
                }

                GC.KeepAlive(input);
                GC.KeepAlive(weight);
                GC.KeepAlive(bias);
                return new(result);
            }

            public static Tensor group_norm(
                Tensor input,
                long num_groups,
                Tensor? weight = null,
                Tensor? bias = null,
                double eps = 1E-05) => Aten.group_norm.Call(input, num_groups, weight, bias, eps);

            public static Tensor batch_norm(
                Tensor input,
                Tensor? running_mean,
                Tensor? running_var,
                Tensor? weight = null,
                Tensor? bias = null,
                bool training = false,
                double momentum = 0.1,
                double eps = 1E-05) =>
                Aten.batch_norm.Call(input, weight, bias, running_mean, running_var, training, momentum, eps, false);

            /// <summary>(n, c, l) by (out, c / groups, k).</summary>
            public static Tensor conv1d(
                Tensor input,
                Tensor weight,
                Tensor? bias = null,
                long? stride = null,
                long? padding = null,
                long? dilation = null,
                long groups = 1) =>
                Aten.conv1d.Call(
                    input, weight, bias, new[] { stride ?? 1 }, new[] { padding ?? 0 }, new[] { dilation ?? 1 }, groups);

            /// <summary>(n, c, h, w) by (out, c / groups, kh, kw).</summary>
            public static Tensor conv2d(
                Tensor input,
                Tensor weight,
                Tensor? bias = null,
                long[]? strides = null,
                long[]? padding = null,
                long[]? dilation = null,
                long groups = 1) =>
                Aten.conv2d.Call(input, weight, bias, strides ?? [1, 1], padding ?? [0, 0], dilation ?? [1, 1], groups);

            public static Tensor conv2d_padding(
                Tensor input,
                Tensor weight,
                Tensor? bias = null,
                long[]? strides = null,
                Padding padding = Padding.Valid,
                long[]? dilation = null,
                long groups = 1) =>
                Aten.conv2d_padding.Call(
                    input, weight, bias, strides ?? [1, 1], padding == Padding.Same ? "same" : "valid", dilation ?? [1, 1], groups);

            /// <summary>(n, c, d, h, w) by (out, c / groups, kd, kh, kw).</summary>
            public static Tensor conv3d(
                Tensor input,
                Tensor weight,
                Tensor? bias = null,
                long[]? strides = null,
                long[]? padding = null,
                long[]? dilation = null,
                long groups = 1) =>
                Aten.conv3d.Call(input, weight, bias, strides ?? [1, 1, 1], padding ?? [0, 0, 0], dilation ?? [1, 1, 1], groups);

            public static Tensor conv_transpose2d(
                Tensor input,
                Tensor weight,
                Tensor? bias = null,
                long[]? strides = null,
                long[]? padding = null,
                long[]? output_padding = null,
                long[]? dilation = null,
                long groups = 1) =>
                Aten.conv_transpose2d.Call(
                    input, weight, bias, strides ?? [1, 1], padding ?? [0, 0], output_padding ?? [0, 0], groups, dilation ?? [1, 1]);

            public static Tensor max_pool2d(
                Tensor input,
                long[] kernel_size,
                long[]? strides = null,
                long[]? padding = null,
                long[]? dilation = null,
                bool ceil_mode = false) =>
                Aten.max_pool2d.Call(input, kernel_size, strides ?? kernel_size, padding ?? [0, 0], dilation ?? [1, 1], ceil_mode);

            public static Tensor max_pool2d(
                Tensor input,
                long kernel_size,
                long? stride = null,
                long? padding = null,
                long? dilation = null,
                bool ceil_mode = false) => max_pool2d(
                    input,
                    [kernel_size, kernel_size],
                    Square(stride),
                    Square(padding),
                    Square(dilation),
                    ceil_mode);

            public static Tensor avg_pool2d(
                Tensor input,
                long[] kernel_size,
                long[]? stride = null,
                long[]? padding = null,
                bool ceil_mode = false,
                bool count_include_pad = true,
                long? divisor_override = null) =>
                Aten.avg_pool2d.Call(
                    input, kernel_size, stride ?? kernel_size, padding ?? [0, 0], ceil_mode, count_include_pad, divisor_override);

            public static Tensor avg_pool2d(
                Tensor input,
                long kernel_size,
                long? stride = null,
                long padding = 0,
                bool ceil_mode = false,
                bool count_include_pad = true,
                long? divisor_override = null) => avg_pool2d(
                    input,
                    [kernel_size, kernel_size],
                    Square(stride),
                    [padding, padding],
                    ceil_mode,
                    count_include_pad,
                    divisor_override);

            public static Tensor adaptive_avg_pool2d(Tensor input, long[] output_size) => Aten.adaptive_avg_pool2d.Call(input, output_size);

            public static Tensor adaptive_avg_pool2d(Tensor input, (long, long) output_size) =>
                adaptive_avg_pool2d(input, [output_size.Item1, output_size.Item2]);

            public static Tensor adaptive_avg_pool2d(Tensor input, long output_size) =>
                adaptive_avg_pool2d(input, [output_size, output_size]);

            /// <summary>A row of ones and zeros per class number; -1 takes the largest number plus one for the width.</summary>
            public static Tensor one_hot(Tensor x, long num_classes = -1) => Aten.one_hot.Call(x, num_classes);

            public static Tensor pixel_shuffle(Tensor input, long upscale_factor) => Aten.pixel_shuffle.Call(input, upscale_factor);

            public static Tensor pixel_unshuffle(Tensor input, long downscale_factor) =>
                Aten.pixel_unshuffle.Call(input, downscale_factor);

            public static Tensor cosine_similarity(Tensor x1, Tensor x2, long dim = 1, double eps = 1E-08) =>
                Aten.cosine_similarity.Call(x1, x2, dim, eps);

            /// <summary>Divides by the p-norm over a dimension, at least eps.</summary>
            public static Tensor normalize(Tensor input, double p = 2, long dim = 1, double eps = 1E-12)
            {
                using var norm = Aten.norm_ScalarOpt_dim.Call(input, p, new[] { dim }, true);
                using var denominator = norm.clamp_min(eps);
                return input.div(denominator);
            }

            private static long[]? Square(long? size) => size is null ? null : [size.Value, size.Value];
        }
    }
}
