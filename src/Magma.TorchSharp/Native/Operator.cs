using System.Runtime.CompilerServices;
using System.Text;

namespace TorchSharp.Native;

/// <summary>The typed ways into the dispatcher; the order of operators.cpp.</summary>
internal enum Signature
{
    Boxed,
    Unary,
    Binary,
    Ternary,
    BinaryAlpha,
    WithScalar,
    WithScalars,
    UnaryInPlace,
    BinaryInPlace,
    BinaryAlphaInPlace,
    WithScalarInPlace,
    WithScalarsInPlace,
}

/// <summary>
/// An operator of libtorch's dispatcher, looked up by its schema name at the first call ("abs", "add.Tensor"; namespace "aten" unless
/// written as "ns::name"). The subclasses are the shapes a call can have; every call keeps its tensors alive until it returns.
/// </summary>
internal abstract unsafe class Operator(string name, Signature signature)
{
    private IntPtr handle;

    protected IntPtr Handle => handle != IntPtr.Zero ? handle : Find();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private IntPtr Find()
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        var schema = dot < 0 ? name : name[..dot];
        var overload = dot < 0 ? string.Empty : name[(dot + 1)..];
        if (!schema.Contains("::", StringComparison.Ordinal))
        {
            schema = "aten::" + schema;
        }

        IntPtr found;
        fixed (byte* schemaText = Encoding.UTF8.GetBytes(schema + '\0'), overloadText = Encoding.UTF8.GetBytes(overload + '\0'))
        {
            NativeError.Check(NativeMethods.mt_operator_find(schemaText, overloadText, (int)signature, &found));
        }

        return handle = found;
    }
}
