using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>
            /// Resizes the last 1 to 3 dimensions of (n, c, …) to size or by scale_factor. align_corners is for the linear kinds and
            /// bicubic;
            /// antialias for bilinear and bicubic.
            /// </summary>
            /// <exception cref="ArgumentException">
            /// Neither or both of size and scale_factor are given, or the mode does not fit the rank.
            /// </exception>
            public static Tensor interpolate(
                Tensor x,
                long[]? size = null,
                double[]? scale_factor = null,
                InterpolationMode mode = InterpolationMode.Nearest,
                bool? align_corners = null,
                bool recompute_scale_factor = false,
                bool antialias = false)
            {
                var rank = (int)x.ndim - 2;
                if (size is null == scale_factor is null)
                {
                    throw new ArgumentException("interpolate takes either size or scale_factor");
                }

                var target = size?.Length == 1 && rank > 1 ? [.. Enumerable.Repeat(size[0], rank)] : size;
                var scale = scale_factor?.Length == 1 && rank > 1 ? [.. Enumerable.Repeat(scale_factor[0], rank)] : scale_factor;
                if (recompute_scale_factor && scale is not null)
                {
                    target = [.. scale.Select((factor, i) => (long)Math.Floor(x.size(i + 2) * factor))];
                    scale = null;
                }

                var corners = align_corners ?? false;
                return (mode, rank) switch
                {
                    (InterpolationMode.Nearest, 1) => Aten.upsample_nearest1d_vec.Call(x, target, scale),
                    (InterpolationMode.Nearest, 2) => Aten.upsample_nearest2d_vec.Call(x, target, scale),
                    (InterpolationMode.Nearest, 3) => Aten.upsample_nearest3d_vec.Call(x, target, scale),
                    (InterpolationMode.NearestExact, 2) => Aten.upsample_nearest_exact2d_vec.Call(x, target, scale),
                    (InterpolationMode.Linear, 1) => Aten.upsample_linear1d_vec.Call(x, target, corners, scale),
                    (InterpolationMode.Bilinear, 2) when antialias => Aten.upsample_bilinear2d_aa_vec.Call(x, target, corners, scale),
                    (InterpolationMode.Bilinear, 2) => Aten.upsample_bilinear2d_vec.Call(x, target, corners, scale),
                    (InterpolationMode.Bicubic, 2) when antialias => Aten.upsample_bicubic2d_aa_vec.Call(x, target, corners, scale),
                    (InterpolationMode.Bicubic, 2) => Aten.upsample_bicubic2d_vec.Call(x, target, corners, scale),
                    (InterpolationMode.Trilinear, 3) => Aten.upsample_trilinear3d_vec.Call(x, target, corners, scale),
                    (InterpolationMode.Area, 2) when target is not null => adaptive_avg_pool2d(x, target),
                    _ => throw new ArgumentException($"interpolate: mode {mode} does not fit a tensor of {x.ndim} dimensions"),
                };
            }

            /// <summary>Reads input (n, c, h, w) at the positions of grid (n, h', w', 2), x then y, from -1 to 1.</summary>
            public static Tensor grid_sample(
                Tensor input,
                Tensor grid,
                GridSampleMode mode = GridSampleMode.Bilinear,
                GridSamplePaddingMode padding_mode = GridSamplePaddingMode.Zeros,
                bool? align_corners = null)
            {
                var interpolation = mode == GridSampleMode.Nearest ? 1 : 0;
                var padding = padding_mode switch
                {
                    GridSamplePaddingMode.Border => 1,
                    GridSamplePaddingMode.Reflection => 2,
                    _ => 0,
                };
                return Aten.grid_sampler.Call(input, grid, interpolation, padding, align_corners ?? false);
            }

            /// <summary>Pads from the last dimension backwards: (before, after) pairs.</summary>
            public static Tensor pad(Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                (mode, pad.Length) switch
                {
                    (PaddingModes.Constant or PaddingModes.Zeros, _) => Aten.constant_pad_nd.Call(input, pad, value),
                    (PaddingModes.Reflect, 2) => Aten.reflection_pad1d.Call(input, pad),
                    (PaddingModes.Reflect, 4) => Aten.reflection_pad2d.Call(input, pad),
                    (PaddingModes.Replicate, 2) => Aten.replication_pad1d.Call(input, pad),
                    (PaddingModes.Replicate, 4) => Aten.replication_pad2d.Call(input, pad),
                    (PaddingModes.Replicate, 6) => Aten.replication_pad3d.Call(input, pad),
                    (PaddingModes.Circular, _) => Aten.pad_circular.Call(input, pad),
                    _ => throw new ArgumentException($"pad: {pad.Length} numbers do not fit mode {mode}"),
                };

            public static Tensor pad(Tensor input, ReadOnlySpan<long> pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, pad.ToArray(), mode, value);

            public static Tensor pad(Tensor input, (long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, [pad.Item1, pad.Item2], mode, value);

            public static Tensor pad(
                Tensor input,
                (long, long, long, long) pad,
                PaddingModes mode = PaddingModes.Constant,
                double value = 0) => functional.pad(input, [pad.Item1, pad.Item2, pad.Item3, pad.Item4], mode, value);

            public static Tensor pad(Tensor input, long pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, [pad, pad], mode, value);

            /// <summary>Blocks of kernel_size as columns: (n, c · k · k, positions).</summary>
            public static Tensor unfold(Tensor input, long kernel_size, long dilation = 1, long padding = 0, long stride = 1) =>
                Aten.im2col.Call(
                    input,
                    new[] { kernel_size, kernel_size },
                    new[] { dilation, dilation },
                    new[] { padding, padding },
                    new[] { stride, stride });

            public static Tensor affine_grid(Tensor theta, long[]? size = null, bool align_corners = false) =>
                Aten.affine_grid_generator.Call(theta, size, align_corners);
        }
    }
}
