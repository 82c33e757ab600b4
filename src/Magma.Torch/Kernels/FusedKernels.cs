using Magma.Torch.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Magma.Torch;

/// <summary>
/// Steps of decoders and vision towers as single passes over memory, on the CPU in bfloat16, for inference. Where a kernel cannot run
/// (another device or type, gradients wanted, no AVX2) the same is computed with libtorch's own operators, so callers need no second
/// path. Kernels compute in float32 and round once, at the end: they are nearer to float32 than a chain of bfloat16 operators.
/// </summary>
public static class FusedKernels
{
    /// <summary>The instruction set that the kernels use here, as "AVX-512 with BF16"; null when the processor has none of them.</summary>
    public static string? InstructionSet => KernelMethods.InstructionSet;

    /// <summary>weight · x / √(mean(x²) + ε) over the last dimension.</summary>
    /// <param name="x">(…, n).</param>
    /// <param name="weight">(n).</param>
    /// <param name="epsilon">ε, inside the root.</param>
    public static Tensor RmsNorm(Tensor x, Tensor weight, double epsilon)
    {
        if (KernelMethods.Usable(false, x, weight))
        {
            Tensor y = empty(x.shape, x.dtype, x.device);
            Run(KernelMethods.mk_norm(x.Handle, weight.Handle, IntPtr.Zero, epsilon, y.Handle), y);
            return y;
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor single = x.to(ScalarType.Float32);
        Tensor scale = single.pow(2).mean([-1], keepdim: true).add(epsilon).rsqrt();
        return single.mul(scale).to(x.dtype).mul(weight).MoveToOuterDisposeScope();
    }

    /// <summary>Layer norm over the last dimension.</summary>
    /// <param name="x">(…, n).</param>
    /// <param name="weight">(n).</param>
    /// <param name="bias">(n).</param>
    /// <param name="epsilon">ε, inside the root.</param>
    public static Tensor LayerNorm(Tensor x, Tensor weight, Tensor bias, double epsilon)
    {
        if (!KernelMethods.Usable(false, x, weight, bias)) return PlainLayerNorm(x, weight, bias, epsilon);
        Tensor y = empty(x.shape, x.dtype, x.device);
        Run(KernelMethods.mk_norm(x.Handle, weight.Handle, bias.Handle, epsilon, y.Handle), y);
        return y;
    }

    /// <summary>
    /// Turns dimension i with dimension i + d/2 of every head, i &lt; d/2 ≤ D/2: x_i cos - x_(i + d/2) sin and x_(i + d/2) cos + x_i sin.
    /// Works in place where the kernel runs; use the result in either case.
    /// </summary>
    /// <param name="x">(B, T, H, D).</param>
    /// <param name="cosine">(B or 1, T, d/2), float32.</param>
    /// <param name="sine">As the cosines.</param>
    /// <returns>x itself, or a new tensor.</returns>
    public static Tensor Rotate(Tensor x, Tensor cosine, Tensor sine)
    {
        if (KernelMethods.Usable(false, x, cosine, sine))
        {
            KernelMethods.Check(KernelMethods.mk_rotary(x.Handle, cosine.Handle, sine.Handle));
            return x;
        }

        using DisposeScope scope = NewDisposeScope();
        long half = cosine.shape[^1], rest = x.shape[^1] - (2 * half);
        Tensor c = cosine.unsqueeze(2).to(x.dtype), s = sine.unsqueeze(2).to(x.dtype);
        Tensor low = x.narrow(-1, 0, half), high = x.narrow(-1, half, half);
        Tensor[] parts = [low.mul(c).sub(high.mul(s)), high.mul(c).add(low.mul(s)), x.narrow(-1, 2 * half, rest)];
        return cat(parts, -1).MoveToOuterDisposeScope();
    }

    /// <summary>Whether <see cref="Attention"/> has a kernel for these heads: 32 to 256 dimensions in steps of 32.</summary>
    /// <inheritdoc cref="Attention"/>
    public static bool CanAttend(Tensor query, Tensor key, Tensor value) =>
        query.shape[^1] is var size && size % 32 == 0 && size <= 256 && KernelMethods.Usable(false, query, key, value);

    /// <summary>
    /// Causal attention of new tokens over a cache that already holds their keys and values: softmax(query · keyᵀ · scale) · value.
    /// Query t stands at position start + t and sees itself and the positions before it inside the window. Key head j serves the H/K
    /// query heads from j · H/K on. Softmax in float32.
    /// </summary>
    /// <param name="query">(B, T, H, D), heads side by side.</param>
    /// <param name="key">(B, K, at least start + T, D).</param>
    /// <param name="value">As the keys.</param>
    /// <param name="mask">
    /// Which positions may be seen at all, bool (B, start + T); null for all. What a query that sees none gets is undefined.
    /// </param>
    /// <param name="start">Position of the first query.</param>
    /// <param name="window">Positions that a query sees, its own included; null for all.</param>
    /// <param name="scale">Factor of the scores, 1/√D as a rule.</param>
    /// <returns>(B, T, H, D).</returns>
    /// <exception cref="ArgumentException">Shapes or types do not fit.</exception>
    public static Tensor Attention(Tensor query, Tensor key, Tensor value, Tensor? mask, long start, long? window, double scale)
    {
        if (CanAttend(query, key, value))
        {
            // Positions lie side by side in a cache; keys fresh from their projection do not.
            using DisposeScope scratch = NewDisposeScope();
            Tensor y = empty(query.shape, query.dtype, query.device);
            if (key.stride(2) != key.shape[3]) (key, value) = (key.contiguous(), value.contiguous());
            IntPtr seenMask = mask?.Handle ?? IntPtr.Zero;
            long seenWindow = window ?? long.MaxValue >> 1;
            Run(KernelMethods.mk_attention(query.Handle, key.Handle, value.Handle, seenMask, start, seenWindow, scale, y.Handle), y);
            return y.MoveToOuterDisposeScope();
        }

        using DisposeScope scope = NewDisposeScope();
        long batch = query.shape[0], count = query.shape[1], heads = query.shape[2], size = query.shape[3];
        long shared = key.shape[1], end = start + count;
        Tensor grouped = query.transpose(1, 2).reshape(batch, shared, heads / shared, count, size);
        Tensor seenKeys = key.narrow(2, 0, end).unsqueeze(2), seenValues = value.narrow(2, 0, end).unsqueeze(2);
        Tensor scores = grouped.matmul(seenKeys.transpose(-2, -1)).mul(scale).to(ScalarType.Float32);
        Tensor positions = arange(end, device: query.device).unsqueeze(0), own = arange(start, end, device: query.device).unsqueeze(1);
        Tensor hidden = positions.gt(own);
        if (window is { } seen) hidden = hidden.logical_or(positions.le(own.sub(seen)));
        if (mask is not null) hidden = hidden.logical_or(mask.logical_not().reshape(batch, 1, 1, 1, end));
        Tensor shares = scores.masked_fill(hidden, float.MinValue).softmax(-1).to(value.dtype);
        return shares.matmul(seenValues).reshape(batch, heads, count, size).transpose(1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>The first half of a ConvNeXt block: layer norm over channels of a depthwise 7×7 convolution with padding 3.</summary>
    /// <param name="x">(B, H, W, C).</param>
    /// <param name="weight">(C, 1, 7, 7).</param>
    /// <param name="bias">(C).</param>
    /// <param name="normWeight">(C).</param>
    /// <param name="normBias">(C).</param>
    /// <param name="epsilon">ε of the norm.</param>
    public static Tensor DepthwiseNorm(Tensor x, Tensor weight, Tensor bias, Tensor normWeight, Tensor normBias, double epsilon)
    {
        long channels = x.shape[^1];
        if (channels % 16 == 0 && KernelMethods.Usable(false, x, weight, bias, normWeight, normBias))
        {
            Tensor y = empty(x.shape, x.dtype, x.device);
            Run(
                KernelMethods.mk_depthwise_norm(
                    x.Handle, weight.Handle, bias.Handle, normWeight.Handle, normBias.Handle, epsilon, y.Handle),
                y);
            return y;
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor mixed = nn.functional.conv2d(x.permute(0, 3, 1, 2), weight, bias, [1, 1], [3, 3], groups: channels).permute(0, 2, 3, 1);
        return PlainLayerNorm(mixed, normWeight, normBias, epsilon).MoveToOuterDisposeScope();
    }

    // libtorch 1.13 rounds inside its low precision kernel; the reference does not.
    private static Tensor PlainLayerNorm(Tensor x, Tensor weight, Tensor bias, double epsilon)
    {
        long[] size = [x.shape[^1]];
        if (x.dtype is ScalarType.Float32 or ScalarType.Float64) return nn.functional.layer_norm(x, size, weight, bias, epsilon);
        using DisposeScope scope = NewDisposeScope();
        Tensor single = nn.functional.layer_norm(
            x.to(ScalarType.Float32), size, weight.to(ScalarType.Float32), bias.to(ScalarType.Float32), epsilon);
        return single.to(x.dtype).MoveToOuterDisposeScope();
    }

    // A failed call leaves nothing behind.
    private static void Run(int status, Tensor result)
    {
        if (status != 0) result.Dispose();
        KernelMethods.Check(status);
    }
}
