using static TorchSharp.torch;

namespace TorchSharp.Native;

/// <summary>Changes its tensor and returns it.</summary>
internal sealed class UnaryInPlace(string name) : Operator(name, Signature.UnaryInPlace)
{
    public Tensor Call(Tensor a)
    {
        NativeError.Check(NativeMethods.mt_unary_(Handle, a.Handle));
        return a;
    }
}

/// <summary>Changes its first tensor by the second and returns it.</summary>
internal sealed class BinaryInPlace(string name) : Operator(name, Signature.BinaryInPlace)
{
    public Tensor Call(Tensor a, Tensor b)
    {
        NativeError.Check(NativeMethods.mt_binary_(Handle, a.Handle, b.Handle));
        GC.KeepAlive(b);
        return a;
    }
}

/// <summary>Changes its first tensor by alpha times the second and returns it.</summary>
internal sealed class BinaryAlphaInPlace(string name) : Operator(name, Signature.BinaryAlphaInPlace)
{
    public Tensor Call(Tensor a, Tensor b) => Call(a, b, (int)ValueKind.Int, 1);

    public Tensor Call(Tensor a, Tensor b, Scalar alpha) => Call(a, b, (int)alpha.Kind, alpha.Bits);

    private Tensor Call(Tensor a, Tensor b, int kind, long bits)
    {
        NativeError.Check(NativeMethods.mt_binary_alpha_(Handle, a.Handle, b.Handle, kind, bits));
        GC.KeepAlive(b);
        return a;
    }
}

/// <summary>Changes its tensor by a number and returns it.</summary>
internal sealed class WithScalarInPlace(string name) : Operator(name, Signature.WithScalarInPlace)
{
    public Tensor Call(Tensor a, Scalar scalar)
    {
        NativeError.Check(NativeMethods.mt_with_scalar_(Handle, a.Handle, (int)scalar.Kind, scalar.Bits));
        return a;
    }
}

/// <summary>Changes its tensor by two numbers and returns it.</summary>
internal sealed class WithScalarsInPlace(string name) : Operator(name, Signature.WithScalarsInPlace)
{
    public Tensor Call(Tensor a, Scalar first, Scalar second)
    {
        NativeError.Check(NativeMethods.mt_with_scalars_(Handle, a.Handle, (int)first.Kind, first.Bits, (int)second.Kind, second.Bits));
        return a;
    }
}
