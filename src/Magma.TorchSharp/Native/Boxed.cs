using System.Runtime.InteropServices;
using System.Text;
using static TorchSharp.torch;

namespace TorchSharp.Native;

/// <summary>
/// An operator called with any arguments, in the order of its schema; those left out at the end take the schema's defaults. It costs about
/// half a microsecond more than a typed call, so it is the way for everything that does real work per call.
/// </summary>
internal sealed unsafe class Boxed(string name) : Operator(name, Signature.Boxed)
{
    private const int StackWords = 128;

    /// <summary>The first result.</summary>
    public Tensor Call(params ReadOnlySpan<Value> arguments)
    {
        var results = Invoke(arguments, out var count);
        for (var i = 1; i < count; i++)
        {
            Free(results[i]);
        }

        return new((IntPtr)results[0].Bits);
    }

    /// <summary>Two tensors.</summary>
    public (Tensor, Tensor) Call2(params ReadOnlySpan<Value> arguments)
    {
        var results = Invoke(arguments, out _);
        return (new((IntPtr)results[0].Bits), new((IntPtr)results[1].Bits));
    }

    /// <summary>Three tensors.</summary>
    public (Tensor, Tensor, Tensor) Call3(params ReadOnlySpan<Value> arguments)
    {
        var results = Invoke(arguments, out _);
        return (new((IntPtr)results[0].Bits), new((IntPtr)results[1].Bits), new((IntPtr)results[2].Bits));
    }

    /// <summary>A list of tensors.</summary>
    public Tensor[] CallMany(params ReadOnlySpan<Value> arguments)
    {
        var results = Invoke(arguments, out var count);
        var tensors = new Tensor[count];
        for (var i = 0; i < count; i++)
        {
            tensors[i] = new((IntPtr)results[i].Bits);
        }

        return tensors;
    }

    /// <summary>A truth value.</summary>
    public bool CallBool(params ReadOnlySpan<Value> arguments) => Invoke(arguments, out _)[0].Bits != 0;

    /// <summary>An integer.</summary>
    public long CallInt(params ReadOnlySpan<Value> arguments) => Invoke(arguments, out _)[0].Bits;

    /// <summary>An operator that changes its first argument, which is returned.</summary>
    public Tensor CallInPlace(Tensor self, params ReadOnlySpan<Value> arguments)
    {
        var results = Invoke(arguments, out var count);
        for (var i = 0; i < count; i++)
        {
            Free(results[i]);
        }

        return self;
    }

    private static void Free(in NativeValue value)
    {
        if (value.Kind == ValueKind.Tensor && value.Bits != 0)
        {
            NativeMethods.mt_tensor_free((IntPtr)value.Bits);
        }
    }

    private NativeValue* Invoke(ReadOnlySpan<Value> arguments, out int count)
    {
        var words = 0;
        foreach (ref readonly var argument in arguments)
        {
            words += Words(argument);
        }

        var native = stackalloc NativeValue[arguments.Length];
        var scratch = stackalloc long[words <= StackWords ? words : 0];
        var large = words > StackWords ? (long*)NativeMemory.Alloc((nuint)words, sizeof(long)) : null;
        try
        {
            var next = large != null ? large : scratch;
            for (var i = 0; i < arguments.Length; i++)
            {
                native[i] = Marshal(arguments[i], ref next);
            }

            NativeValue* results;
            int resultCount;
            NativeError.Check(NativeMethods.mt_boxed(Handle, native, arguments.Length, &results, &resultCount));
            foreach (ref readonly var argument in arguments)
            {
                GC.KeepAlive(argument.Reference);
            }

            count = resultCount;
            return results;
        }
        finally
        {
            NativeMemory.Free(large);
        }
    }

    private static int Words(in Value value) => value.Kind switch
    {
        ValueKind.Ints or ValueKind.Doubles or ValueKind.Tensors => value.Count,
        ValueKind.String => (value.Count + 7) / 8,
        _ => 0,
    };

    private static NativeValue Marshal(in Value value, ref long* next)
    {
        var native = new NativeValue { Kind = value.Kind, Count = value.Count, Bits = value.Bits };
        var words = Words(value);
        switch (value.Kind)
        {
            case ValueKind.Ints:
                ((long[])value.Reference!).CopyTo(new Span<long>(next, words));
                break;
            case ValueKind.Doubles:
                ((double[])value.Reference!).CopyTo(new Span<double>(next, words));
                break;
            case ValueKind.Tensors:
                var tensors = (Tensor?[])value.Reference!;
                for (var i = 0; i < words; i++)
                {
                    next[i] = tensors[i]?.Handle ?? 0;
                }

                break;
            case ValueKind.String:
                Encoding.UTF8.GetBytes((string)value.Reference!, new Span<byte>(next, words * 8));
                break;
            default:
                return native;
        }

        native.Bits = (long)next;
        next += words;
        return native;
    }
}
