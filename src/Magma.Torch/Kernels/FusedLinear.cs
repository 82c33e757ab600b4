using Magma.Torch.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magma.Torch;

/// <summary>
/// A linear layer (x · weightᵀ + bias) whose weight is a parameter or quantised, together with what tends to follow it. On the CPU, in
/// bfloat16 (quantised also float32) and without gradients it runs as one kernel, elsewhere as libtorch's operators.
/// </summary>
public sealed class FusedLinear : nn.Module<Tensor, Tensor>
{
    private readonly Parameter? weight;
    private readonly QuantizedWeight? quantized;
    private readonly Parameter? bias;

    /// <param name="weight">(outputs, inputs); registered as "weight".</param>
    /// <param name="bias">(outputs), or null; registered as "bias".</param>
    public FusedLinear(Parameter weight, Parameter? bias)
        : base(nameof(FusedLinear))
    {
        this.weight = weight;
        this.bias = bias;
        register_parameter("weight", weight);
        register_parameter("bias", bias);
    }

    /// <param name="weight">
    /// The weight, owned by this layer; registered as the buffers "weight_int8" or "weight_int4", and "weight_scale".
    /// </param>
    /// <param name="bias">(outputs), or null; registered as "bias".</param>
    public FusedLinear(QuantizedWeight weight, Parameter? bias)
        : base(nameof(FusedLinear))
    {
        quantized = weight;
        this.bias = bias;
        register_buffer($"weight_int{weight.Bits}", weight.Data);
        register_buffer("weight_scale", weight.Scales);
        register_parameter("bias", bias);
    }

    private enum Activation
    {
        None,
        Gelu,
        SwiGlu,
    }

    private Tensor Stored => quantized?.Data ?? weight!;

    private long Outputs => quantized?.Rows ?? weight!.shape[0];

    private long Inputs => quantized?.Columns ?? weight!.shape[1];

    /// <summary>x · weightᵀ + bias: (…, inputs) → (…, outputs).</summary>
    public override Tensor forward(Tensor input)
    {
        if (Run(input, Activation.None, null, null) is { } result) return result;
        if (quantized is null) return nn.functional.linear(input, weight!, bias);
        using Tensor plain = quantized.Dequantize(input.dtype);
        return nn.functional.linear(input, plain, bias);
    }

    /// <summary>x · weightᵀ for a weight that is no layer's own, as an embedding that is also the head.</summary>
    /// <param name="x">(…, inputs).</param>
    /// <param name="weight">(outputs, inputs).</param>
    public static Tensor Multiply(Tensor x, Tensor weight)
    {
        if (!CanRun(x, weight)) return nn.functional.linear(x, weight);
        Tensor y = Result(x, weight.shape[0]);
        Run([new LinearCall { X = x.Handle, Weight = weight.Handle, Y = y.Handle, Columns = weight.shape[1], Bits = 16 }], [y]);
        return y;
    }

    /// <summary>Several layers on the same input, at once.</summary>
    /// <param name="x">(…, inputs).</param>
    /// <param name="layers">The layers.</param>
    /// <returns>What each gives.</returns>
    public static Tensor[] Project(Tensor x, params ReadOnlySpan<FusedLinear> layers)
    {
        var results = new Tensor[layers.Length];
        bool fits = true;
        foreach (FusedLinear layer in layers) fits &= layer.Fits(x);
        if (!fits)
        {
            for (int i = 0; i < layers.Length; i++) results[i] = layers[i].call(x);
            return results;
        }

        var calls = new LinearCall[layers.Length];
        for (int i = 0; i < layers.Length; i++)
        {
            results[i] = Result(x, layers[i].Outputs);
            calls[i] = layers[i].Call(x, results[i], Activation.None);
        }

        Run(calls, results);
        return results;
    }

    /// <summary>silu(x · gateᵀ) · (x · upᵀ).</summary>
    /// <param name="x">(…, inputs).</param>
    /// <param name="gate">The layer below silu.</param>
    /// <param name="up">As large.</param>
    public static Tensor SwiGlu(Tensor x, FusedLinear gate, FusedLinear up)
    {
        if (gate.SharesFormat(up) && gate.Fits(x) && up.Fits(x))
        {
            Tensor y = Result(x, gate.Outputs);
            LinearCall call = gate.Call(x, y, Activation.SwiGlu);
            (call.Up, call.UpScales) = (up.Stored.Handle, up.quantized?.Scales.Handle ?? IntPtr.Zero);
            Run([call], [y]);
            return y;
        }

        using DisposeScope scope = NewDisposeScope();
        return nn.functional.silu(gate.call(x)).mul(up.call(x)).MoveToOuterDisposeScope();
    }

    /// <summary>gelu(x · weightᵀ + bias), with the error function.</summary>
    /// <param name="x">(…, inputs).</param>
    public Tensor Gelu(Tensor x)
    {
        if (Run(x, Activation.Gelu, null, null) is { } result) return result;
        using Tensor y = call(x);
        return nn.functional.gelu(y);
    }

    /// <summary>residual + x · weightᵀ + bias.</summary>
    /// <param name="x">(…, inputs).</param>
    /// <param name="residual">(…, outputs).</param>
    public Tensor Add(Tensor x, Tensor residual)
    {
        if (Run(x, Activation.None, null, residual) is { } result) return result;
        using Tensor y = call(x);
        return residual.add(y);
    }

    /// <summary>(x · weightᵀ + bias) · scale + residual.</summary>
    /// <param name="x">(…, inputs).</param>
    /// <param name="scale">(outputs).</param>
    /// <param name="residual">(…, outputs).</param>
    public Tensor ScaleAndAdd(Tensor x, Tensor scale, Tensor residual)
    {
        if (Run(x, Activation.None, scale, residual) is { } result) return result;
        using DisposeScope scope = NewDisposeScope();
        Tensor y = call(x);
        if (x.dtype is ScalarType.Float32 or ScalarType.Float64) return residual.add(y.mul(scale)).MoveToOuterDisposeScope();
        // In low precision scaled and added with one rounding.
        Tensor scaled = y.to(ScalarType.Float32).mul(scale.to(ScalarType.Float32));
        return residual.to(ScalarType.Float32).add(scaled).to(x.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>Whether two layers may be gate and up of one product: no biases, the same kind of weight.</summary>
    internal bool SharesFormat(FusedLinear other) =>
        bias is null && other.bias is null && quantized?.Group == other.quantized?.Group && quantized?.Bits == other.quantized?.Bits;

    /// <summary>Whether the kernels may take this layer with an input.</summary>
    internal bool Fits(Tensor x) => quantized is null
        ? CanRun(x, weight!) && KernelMethods.Usable(false, x, bias)
        : KernelMethods.Usable(true, x, quantized.Data, bias);

    /// <summary>A call with weight and bias alone.</summary>
    internal LinearCall Weights() => new()
    {
        Weight = Stored.Handle,
        Scales = quantized?.Scales.Handle ?? IntPtr.Zero,
        Bias = bias?.Handle ?? IntPtr.Zero,
        Columns = Inputs,
        Group = quantized?.Group ?? 0,
        Bits = quantized?.Bits ?? 16,
    };

    private static bool CanRun(Tensor x, Tensor weight) =>
        weight.dtype == ScalarType.BFloat16 && weight.is_contiguous() && KernelMethods.Usable(false, x, weight);

    private static Tensor Result(Tensor x, long outputs)
    {
        long[] shape = x.shape;
        shape[^1] = outputs;
        return empty(shape, x.dtype, x.device);
    }

    private static unsafe void Run(ReadOnlySpan<LinearCall> calls, ReadOnlySpan<Tensor> results)
    {
        int status;
        fixed (LinearCall* pointer = calls) status = KernelMethods.mk_linear(pointer, calls.Length);
        if (status == 0) return;
        foreach (Tensor result in results) result.Dispose();
        KernelMethods.Check(status);
    }

    private Tensor? Run(Tensor x, Activation activation, Tensor? scale, Tensor? residual)
    {
        if (!Fits(x) || !KernelMethods.Usable(true, x, scale, residual)) return null;
        Tensor y = Result(x, Outputs);
        LinearCall call = Call(x, y, activation);
        (call.Scale, call.Residual) = (scale?.Handle ?? IntPtr.Zero, residual?.Handle ?? IntPtr.Zero);
        Run([call], [y]);
        return y;
    }

    private LinearCall Call(Tensor x, Tensor y, Activation activation)
    {
        LinearCall call = Weights();
        (call.X, call.Y, call.Activation) = (x.Handle, y.Handle, (int)activation);
        return call;
    }
}
