using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>start, start + step, … before stop. Whole numbers give int64, others the default type, unless a type is given.</summary>
    public static Tensor arange(
        Scalar start,
        Scalar stop,
        Scalar step,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false)
    {
        var whole = start.Kind == ValueKind.Int && stop.Kind == ValueKind.Int && step.Kind == ValueKind.Int;
        var type = dtype ?? (whole ? ScalarType.Int64 : defaultType);
        return Grad(Aten.arange_start_step.Call(start, stop, step, type, null as string, device ?? defaultDevice), requires_grad);
    }

    public static Tensor arange(
        Scalar start,
        Scalar stop,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false) => arange(start, stop, 1, dtype, device, requires_grad);

    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(0, stop, 1, dtype, device, requires_grad);

    /// <summary>Equally spaced numbers, both ends included.</summary>
    public static Tensor linspace(
        double start,
        double end,
        long steps,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false) =>
        Grad(Aten.linspace.Call(start, end, steps, dtype ?? defaultType, null as string, device ?? defaultDevice), requires_grad);

    public static Tensor logspace(
        double start,
        double end,
        long steps,
        double @base = 10,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false) =>
        Grad(Aten.logspace.Call(start, end, steps, @base, dtype ?? defaultType, null as string, device ?? defaultDevice), requires_grad);

    /// <summary>Ones on the diagonal; square when columns is -1.</summary>
    public static Tensor eye(
        long rows,
        long columns = -1,
        ScalarType? dtype = null,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null)
    {
        RefuseNames(names);
        var made = Aten.eye_m.Call(
            rows, columns < 0 ? rows : columns, dtype ?? defaultType, null as string, device ?? defaultDevice);
        return Grad(made, requires_grad);
    }

    public static Tensor tril_indices(
        long row,
        long col,
        long offset = 0,
        ScalarType dtype = ScalarType.Int64,
        Device? device = null) => Aten.tril_indices.Call(row, col, offset, dtype, null as string, device ?? defaultDevice);

    public static Tensor triu_indices(
        long row,
        long col,
        long offset = 0,
        ScalarType dtype = ScalarType.Int64,
        Device? device = null) => Aten.triu_indices.Call(row, col, offset, dtype, null as string, device ?? defaultDevice);

    private static Tensor Make(Boxed op, long[] size, ScalarType? dtype, Device? device, bool requires_grad, string[]? names)
    {
        RefuseNames(names);
        return Grad(op.Call(size, dtype ?? defaultType, null as string, device ?? defaultDevice), requires_grad);
    }

    private static Tensor Filled(long[] size, Scalar value, ScalarType? dtype, Device? device, bool requires_grad, string[]? names)
    {
        RefuseNames(names);
        var type = dtype ?? (value.Kind == ValueKind.Double
            ? defaultType : value.Kind == ValueKind.Bool ? ScalarType.Bool
            : ScalarType.Int64);
        return Grad(Aten.full.Call(size, value, type, null as string, device ?? defaultDevice), requires_grad);
    }

    private static Tensor Uninitialized(ReadOnlySpan<long> size, ScalarType? dtype, Device? device, bool requires_grad, string[]? names)
    {
        RefuseNames(names);
        return Grad(Allocate(size, dtype ?? defaultType, device ?? defaultDevice), requires_grad);
    }

    private static unsafe Tensor Allocate(ReadOnlySpan<long> size, ScalarType dtype, Device device)
    {
        IntPtr result;
        fixed (long* sizes = size)
        {
            NativeError.Check(NativeMethods.mt_tensor_empty(sizes, size.Length, (int)dtype, (int)device.type, device.index, &result));
        }

        return new(result);
    }

    private static Tensor Grad(Tensor made, bool requires_grad) => requires_grad ? made.requires_grad_() : made;

    private static void RefuseNames(string[]? names)
    {
        if (names is not null)
        {
            throw new NotSupportedException("named dimensions are not bound");
        }
    }
}
