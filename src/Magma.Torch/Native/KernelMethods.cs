using System.Runtime.InteropServices;
using TorchSharp;

namespace Magma.Torch.Native;

/// <summary>
/// The exports of libmagma_kernels (src/native/magma_torch/kernels). A tensor is its handle; results are written into tensors that the
/// caller made. Each returns 0, or 1 with a message in mk_error, unless it says otherwise.
/// </summary>
internal static unsafe partial class KernelMethods
{
    private const string Library = "magma_kernels";

    [LibraryImport(Library)]
    public static partial int mk_error(byte** text);

    /// <summary>The set in use; null when the processor has not even AVX2.</summary>
    [LibraryImport(Library)]
    public static partial int mk_instruction_set(byte** name);

    /// <summary>1 when the processor has the set.</summary>
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mk_select(string name);

    /// <summary>1 when the kernels may take the tensors.</summary>
    [LibraryImport(Library)]
    public static partial int mk_usable(IntPtr* tensors, int count, int allowFloat);

    [LibraryImport(Library)]
    public static partial int mk_linear(LinearCall* calls, int count);

    [LibraryImport(Library)]
    public static partial int mk_norm(IntPtr x, IntPtr weight, IntPtr bias, double epsilon, IntPtr y);

    [LibraryImport(Library)]
    public static partial int mk_rotary(IntPtr x, IntPtr cosine, IntPtr sine);

    [LibraryImport(Library)]
    public static partial int mk_attention(
        IntPtr query, IntPtr key, IntPtr value, IntPtr mask, long start, long window, double scale, IntPtr result);

    [LibraryImport(Library)]
    public static partial int mk_layers(LayerCall* calls, int count);

    [LibraryImport(Library)]
    public static partial int mk_depthwise_norm(
        IntPtr x, IntPtr weight, IntPtr bias, IntPtr normWeight, IntPtr normBias, double epsilon, IntPtr y);

    [LibraryImport(Library)]
    public static partial int mk_measure_reading(long bytes, double* bytesPerSecond);

    [LibraryImport(Library)]
    public static partial int mk_measure_products(double* operationsPerSecond);

    public static string? InstructionSet
    {
        get
        {
            byte* name;
            _ = mk_instruction_set(&name);
            return name is null ? null : Marshal.PtrToStringUTF8((IntPtr)name);
        }
    }

    /// <exception cref="ArgumentException">The status is not 0.</exception>
    public static void Check(int status)
    {
        if (status == 0) return;
        byte* text;
        _ = mk_error(&text);
        throw new ArgumentException(Marshal.PtrToStringUTF8((IntPtr)text));
    }

    /// <exception cref="ArgumentException">Shapes do not fit.</exception>
    public static void Run(ReadOnlySpan<LayerCall> calls)
    {
        fixed (LayerCall* pointer = calls) Check(mk_layers(pointer, calls.Length));
    }

    /// <summary>Whether the kernels may take the tensors (null ones aside): the first decides the type.</summary>
    public static bool Usable(bool allowFloat, params ReadOnlySpan<torch.Tensor?> tensors)
    {
        IntPtr* handles = stackalloc IntPtr[tensors.Length];
        for (int i = 0; i < tensors.Length; i++) handles[i] = tensors[i]?.Handle ?? IntPtr.Zero;
        return mk_usable(handles, tensors.Length, allowFloat ? 1 : 0) != 0;
    }
}

/// <summary>One product of mk_linear; the native LinearCall has the same layout.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LinearCall
{
    public IntPtr X;
    public IntPtr Weight;
    public IntPtr Scales;
    public IntPtr Up;
    public IntPtr UpScales;
    public IntPtr Bias;
    public IntPtr Scale;
    public IntPtr Residual;
    public IntPtr Y;
    public long Columns;
    public long Group;
    public int Bits;
    public int Activation;
}

/// <summary>A decoder layer of mk_layers; the native LayerCall has the same layout.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LayerCall
{
    public IntPtr X;
    public IntPtr Y;
    public IntPtr InputNorm;
    public IntPtr OutputNorm;
    public IntPtr Cosine;
    public IntPtr Sine;
    public IntPtr Keys;
    public IntPtr Values;
    public IntPtr Mask;
    public LinearCall QueryProjection;
    public LinearCall KeyProjection;
    public LinearCall ValueProjection;
    public LinearCall OutputProjection;
    public LinearCall GateProjection;
    public LinearCall DownProjection;
    public long Heads;
    public long Start;
    public long Window;
    public double Epsilon;
    public double Scale;
}
