using System.Collections;
using static TorchSharp.torch;

namespace TorchSharp.Utils;

/// <summary>
/// The elements of a tensor, in row-major order of its shape whatever its strides. Keeps the tensor alive; needs no disposing.
/// </summary>
public sealed unsafe class TensorAccessor<T> : IDisposable, IEnumerable<T>
    where T : unmanaged
{
    private readonly Tensor tensor;
    private readonly T* first;
    private readonly long[] shape;
    private readonly long[] strides;
    private readonly bool contiguous;

    internal TensorAccessor(Tensor source)
    {
        // Elsewhere than on the CPU the accessor reads a copy of its own.
        tensor = source.is_cpu() ? source : source.cpu().DetachFromDisposeScope();
        first = (T*)tensor.DataPointer;
        shape = tensor.shape;
        strides = tensor.stride();
        contiguous = tensor.is_contiguous();
        Count = tensor.NumberOfElements;
    }

    public long Count { get; }

    public bool IsReadOnly => false;

    /// <exception cref="IndexOutOfRangeException">A position is outside the shape.</exception>
    public T this[params long[] indices]
    {
        get
        {
            var value = first[Offset(indices)];
            GC.KeepAlive(tensor);
            return value;
        }

        set
        {
            first[Offset(indices)] = value;
            GC.KeepAlive(tensor);
        }
    }

    public static bool operator ==(TensorAccessor<T> left, TensorAccessor<T> right) => left.Equals(right);

    public static bool operator !=(TensorAccessor<T> left, TensorAccessor<T> right) => !left.Equals(right);

    public T[] ToArray()
    {
        var result = new T[Count];
        CopyTo(result);
        return result;
    }

    /// <summary>An array of the tensor's rank.</summary>
    public Array ToNDArray()
    {
        var result = Array.CreateInstance(typeof(T), shape.Length == 0 ? [1] : shape);
        var position = 0L;
        var indices = new long[Math.Max(shape.Length, 1)];
        foreach (var value in this)
        {
            var rest = position++;
            for (var dim = shape.Length - 1; dim >= 0; dim--)
            {
                (rest, indices[dim]) = Math.DivRem(rest, shape[dim]);
            }

            result.SetValue(value, indices);
        }

        return result;
    }

    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var target = array[arrayIndex..];
        var count = checked((int)(Count - tensorIndex));
        if (contiguous)
        {
            new ReadOnlySpan<T>(first + tensorIndex, count).CopyTo(target);
        }
        else
        {
            for (var i = 0; i < count; i++)
            {
                target[i] = first[Offset(tensorIndex + i)];
            }
        }

        GC.KeepAlive(tensor);
    }

    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) =>
        CopyFrom((ReadOnlySpan<T>)array, arrayIndex, tensorIndex);

    public void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var source = array[arrayIndex..];
        var count = (int)Math.Min(source.Length, Count - tensorIndex);
        for (var i = 0; i < count; i++)
        {
            first[contiguous ? tensorIndex + i : Offset(tensorIndex + i)] = source[i];
        }

        GC.KeepAlive(tensor);
    }

    public IEnumerator<T> GetEnumerator()
    {
        for (var i = 0L; i < Count; i++)
        {
            yield return At(i);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose()
    {
    }

    public override bool Equals(object? obj) =>
        obj is TensorAccessor<T> other && shape.AsSpan().SequenceEqual(other.shape) && this.SequenceEqual(other);

    public override int GetHashCode() => HashCode.Combine(Count, shape.Length);

    private T At(long flat)
    {
        var value = first[contiguous ? flat : Offset(flat)];
        GC.KeepAlive(tensor);
        return value;
    }

    private long Offset(long flat)
    {
        var offset = 0L;
        for (var dim = shape.Length - 1; dim >= 0; dim--)
        {
            (flat, var index) = Math.DivRem(flat, shape[dim]);
            offset += index * strides[dim];
        }

        return offset;
    }

    private long Offset(long[] indices)
    {
        if (indices.Length != shape.Length)
        {
            throw new IndexOutOfRangeException($"{indices.Length} indices for the shape [{string.Join(", ", shape)}]");
        }

        var offset = 0L;
        for (var dim = 0; dim < shape.Length; dim++)
        {
            var index = indices[dim] < 0 ? indices[dim] + shape[dim] : indices[dim];
            if ((ulong)index >= (ulong)shape[dim])
            {
                throw new IndexOutOfRangeException($"[{string.Join(", ", indices)}] is outside the shape [{string.Join(", ", shape)}]");
            }

            offset += index * strides[dim];
        }

        return offset;
    }
}
