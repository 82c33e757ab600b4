using static TorchSharp.torch;

namespace TorchSharp.Native;

/// <summary>Tensor(Tensor).</summary>
internal sealed unsafe class Unary(string name) : Operator(name, Signature.Unary)
{
    public Tensor Call(Tensor a)
    {
        IntPtr result;
        NativeError.Check(NativeMethods.mt_unary(Handle, a.Handle, &result));
        GC.KeepAlive(a);
        return new(result);
    }
}

/// <summary>Tensor(Tensor, Tensor).</summary>
internal sealed unsafe class Binary(string name) : Operator(name, Signature.Binary)
{
    public Tensor Call(Tensor a, Tensor b)
    {
        IntPtr result;
        NativeError.Check(NativeMethods.mt_binary(Handle, a.Handle, b.Handle, &result));
        GC.KeepAlive(a);
        GC.KeepAlive(b);
        return new(result);
    }
}

/// <summary>Tensor(Tensor, Tensor, Tensor).</summary>
internal sealed unsafe class Ternary(string name) : Operator(name, Signature.Ternary)
{
    public Tensor Call(Tensor a, Tensor b, Tensor c)
    {
        IntPtr result;
        NativeError.Check(NativeMethods.mt_ternary(Handle, a.Handle, b.Handle, c.Handle, &result));
        GC.KeepAlive(a);
        GC.KeepAlive(b);
        GC.KeepAlive(c);
        return new(result);
    }
}

/// <summary>Tensor(Tensor, Tensor, Scalar alpha).</summary>
internal sealed unsafe class BinaryAlpha(string name) : Operator(name, Signature.BinaryAlpha)
{
    public Tensor Call(Tensor a, Tensor b) => Call(a, b, (int)ValueKind.Int, 1);

    public Tensor Call(Tensor a, Tensor b, Scalar alpha) => Call(a, b, (int)alpha.Kind, alpha.Bits);

    private Tensor Call(Tensor a, Tensor b, int kind, long bits)
    {
        IntPtr result;
        NativeError.Check(NativeMethods.mt_binary_alpha(Handle, a.Handle, b.Handle, kind, bits, &result));
        GC.KeepAlive(a);
        GC.KeepAlive(b);
        return new(result);
    }
}

/// <summary>Tensor(Tensor, Scalar).</summary>
internal sealed unsafe class WithScalar(string name) : Operator(name, Signature.WithScalar)
{
    public Tensor Call(Tensor a, Scalar scalar) => Call(a, scalar.Kind, scalar.Bits);

    public Tensor Call(Tensor a, long scalar) => Call(a, ValueKind.Int, scalar);

    public Tensor Call(Tensor a, double scalar) => Call(a, ValueKind.Double, BitConverter.DoubleToInt64Bits(scalar));

    private Tensor Call(Tensor a, ValueKind kind, long bits)
    {
        IntPtr result;
        NativeError.Check(NativeMethods.mt_with_scalar(Handle, a.Handle, (int)kind, bits, &result));
        GC.KeepAlive(a);
        return new(result);
    }
}

/// <summary>Tensor(Tensor, Scalar, Scalar).</summary>
internal sealed unsafe class WithScalars(string name) : Operator(name, Signature.WithScalars)
{
    public Tensor Call(Tensor a, Scalar first, Scalar second) => Call(a, first.Kind, first.Bits, second.Kind, second.Bits);

    public Tensor Call(Tensor a, long first, long second) => Call(a, ValueKind.Int, first, ValueKind.Int, second);

    public Tensor Call(Tensor a, double first, long second) =>
        Call(a, ValueKind.Double, BitConverter.DoubleToInt64Bits(first), ValueKind.Int, second);

    private Tensor Call(Tensor a, ValueKind kind, long bits, ValueKind kind2, long bits2)
    {
        IntPtr result;
        NativeError.Check(NativeMethods.mt_with_scalars(Handle, a.Handle, (int)kind, bits, (int)kind2, bits2, &result));
        GC.KeepAlive(a);
        return new(result);
    }
}
