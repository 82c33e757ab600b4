using System.Runtime.CompilerServices;
using System.Text;
using Magma.Datasets.Native;

namespace Magma.Datasets.Parquet;

/// <summary>
/// One column of a chunk, or the elements of a list column, or a part of a struct column. It looks into the engine's memory, so it
/// is valid until its <see cref="ParquetChunk"/> is disposed.
/// </summary>
public sealed class ParquetVector
{
    private readonly ParquetChunk chunk;
    private readonly VectorMemory memory;
    private readonly DuckDbTypeId storage;
    private readonly ParquetVector[] children;

    internal ParquetVector(ParquetChunk chunk, VectorMemory memory, ParquetColumnLayout layout, int count)
    {
        this.chunk = chunk;
        this.memory = memory;
        Type = layout.Type;
        Count = count;
        storage = layout.Storage;
        children = layout.Type.Kind switch
        {
            ParquetKind.List or ParquetKind.Map => [new ParquetVector(chunk, memory.ListElements, layout.Parts[0], memory.ListElementCount)],
            ParquetKind.Struct => [.. layout.Parts.Select((part, i) => new ParquetVector(chunk, memory.Part(i), part, count))],
            _ => [],
        };
    }

    public ParquetType Type { get; }

    /// <summary>The number of values.</summary>
    public int Count { get; }

    /// <summary>
    /// The elements of all lists (or the key-value structs of all maps), one after the other; <see cref="Range"/> says whose are which.
    /// </summary>
    public ParquetVector Elements =>
        Type.Kind is ParquetKind.List or ParquetKind.Map ? children[0] : throw new InvalidOperationException($"A {Type} has no elements.");

    public bool IsNull(int row)
    {
        Check(row);
        return memory.IsNull(row);
    }

    /// <summary>A part of a struct column.</summary>
    /// <exception cref="InvalidDataException">The struct has no such part.</exception>
    public ParquetVector Field(string name)
    {
        for (int i = 0; i < Type.Fields.Count; i++)
        {
            if (Type.Fields[i].Name == name) return children[i];
        }

        throw new InvalidDataException($"{chunk.Path}: {Type} was found where a struct with a part '{name}' was expected.");
    }

    /// <summary>Where the list (or map) of a row lies in <see cref="Elements"/>; (0, 0) when it is null.</summary>
    public (int Start, int Count) Range(int row)
    {
        if (IsNull(row)) return (0, 0);
        _ = Elements;
        return memory.ListEntry(row);
    }

    /// <summary>The fixed-size values themselves; entries of null rows are undefined.</summary>
    /// <typeparam name="T">
    /// The type of the same width: <c>bool</c>, integers, <c>float</c>, <c>double</c>; <c>long</c> for times.
    /// </typeparam>
    public ReadOnlySpan<T> Values<T>()
        where T : unmanaged
    {
        chunk.ThrowIfClosed();
        int width = WidthOf(storage);
        if (width != Unsafe.SizeOf<T>())
            throw new InvalidOperationException(
                $"A {Type} column holds values of {width} bytes, {typeof(T).Name} has {Unsafe.SizeOf<T>()}.");
        return memory.Span<T>(Count);
    }

    /// <summary>
    /// The bytes of a <see cref="ParquetKind.Bytes"/> or (as UTF-8) <see cref="ParquetKind.Text"/> value; empty when it is null.
    /// </summary>
    public ReadOnlySpan<byte> Bytes(int row)
    {
        if (IsNull(row)) return default;
        if (storage is not (DuckDbTypeId.Varchar or DuckDbTypeId.Blob))
            throw new InvalidDataException($"{chunk.Path}: {Type} was found where text or bytes were expected.");
        return memory.Bytes(row);
    }

    /// <summary>A text; null when the value is null.</summary>
    public string? Text(int row) => IsNull(row) ? null : Encoding.UTF8.GetString(Bytes(row));

    /// <summary>A whole number of any width.</summary>
    /// <exception cref="InvalidDataException">The column holds something else, or the value is null or above 2^63 - 1.</exception>
    public long Integer(int row)
    {
        if (!IsNull(row) && TryInteger(row, out long value)) return value;
        throw new InvalidDataException(
            $"{chunk.Path}: {(IsNull(row) ? "no value" : Type.ToString())} was found where a whole number was expected.");
    }

    /// <summary>A number of any kind, as the nearest double.</summary>
    /// <exception cref="InvalidDataException">The column holds something else, or the value is null.</exception>
    public double Number(int row)
    {
        if (!IsNull(row))
        {
            if (storage == DuckDbTypeId.Float) return memory.Read<float>(row);
            if (storage == DuckDbTypeId.Double) return memory.Read<double>(row);
            if (storage == DuckDbTypeId.Boolean) return memory.Read<byte>(row);
            if (TryInteger(row, out long value)) return value;
        }

        throw new InvalidDataException(
            $"{chunk.Path}: {(IsNull(row) ? "no value" : Type.ToString())} was found where a number was expected.");
    }

    /// <summary>
    /// Any value as an object: null, <c>bool</c>, <c>long</c>, <c>ulong</c>, <c>float</c>, <c>double</c>, <c>decimal</c>, <c>string</c>,
    /// <c>byte[]</c>, <see cref="DateOnly"/>, <see cref="TimeOnly"/>, <see cref="TimeSpan"/> (durations), <c>long</c> ticks (timestamps),
    /// <c>object?[]</c> (lists), an ordered dictionary (structs) or an array of pairs (maps).
    /// </summary>
    public object? Value(int row)
    {
        if (IsNull(row)) return null;
        switch (Type.Kind)
        {
            case ParquetKind.Boolean: return memory.Read<byte>(row) != 0;
            case ParquetKind.UInt64: return memory.Read<ulong>(row);
            case ParquetKind.Float: return memory.Read<float>(row);
            case ParquetKind.Double: return memory.Read<double>(row);
            case ParquetKind.Decimal: return DecimalAt(row);
            case ParquetKind.Text: return Text(row);
            case ParquetKind.Bytes: return Bytes(row).ToArray();
            case ParquetKind.Date or ParquetKind.Time or ParquetKind.Duration: return TimeAt(row);
            case ParquetKind.Timestamp: return memory.Read<long>(row);
            case ParquetKind.List:
                (int start, int count) = Range(row);
                return Enumerable.Range(start, count).Select(Elements.Value).ToArray();
            case ParquetKind.Map:
                (start, count) = Range(row);
                return Enumerable.Range(start, count)
                    .Select(i => KeyValuePair.Create(Elements.children[0].Value(i)!, Elements.children[1].Value(i))).ToArray();
            case ParquetKind.Struct:
                var parts = new OrderedDictionary<string, object?>();
                for (int i = 0; i < children.Length; i++) parts.Add(Type.Fields[i].Name, children[i].Value(row));
                return parts;
            default: return Integer(row);
        }
    }

    private static int WidthOf(DuckDbTypeId storage) => storage switch
    {
        DuckDbTypeId.Boolean or DuckDbTypeId.TinyInt or DuckDbTypeId.UTinyInt => 1,
        DuckDbTypeId.SmallInt or DuckDbTypeId.USmallInt => 2,
        DuckDbTypeId.Integer or DuckDbTypeId.UInteger or DuckDbTypeId.Float => 4,
        DuckDbTypeId.BigInt or DuckDbTypeId.UBigInt or DuckDbTypeId.Double => 8,
        _ => 0,
    };

    private bool TryInteger(int row, out long value)
    {
        value = storage switch
        {
            DuckDbTypeId.TinyInt => memory.Read<sbyte>(row),
            DuckDbTypeId.SmallInt => memory.Read<short>(row),
            DuckDbTypeId.Integer => memory.Read<int>(row),
            DuckDbTypeId.UTinyInt => memory.Read<byte>(row),
            DuckDbTypeId.USmallInt => memory.Read<ushort>(row),
            DuckDbTypeId.UInteger => memory.Read<uint>(row),
            DuckDbTypeId.BigInt or DuckDbTypeId.UBigInt => memory.Read<long>(row),
            _ => 0,
        };
        return storage is >= DuckDbTypeId.TinyInt and <= DuckDbTypeId.UBigInt && (storage != DuckDbTypeId.UBigInt || value >= 0);
    }

    private decimal DecimalAt(int row)
    {
        // Int128 of .NET and hugeint of DuckDB have the same layout on little-endian machines.
        Int128 digits = storage switch
        {
            DuckDbTypeId.HugeInt => memory.Read<Int128>(row),
            DuckDbTypeId.BigInt => memory.Read<long>(row),
            DuckDbTypeId.Integer => memory.Read<int>(row),
            _ => memory.Read<short>(row),
        };
        try
        {
            return (decimal)digits / (decimal)Math.Pow(10, Type.Scale);
        }
        catch (OverflowException)
        {
            throw new InvalidDataException($"{chunk.Path}: a decimal of more than 28 digits cannot be represented.");
        }
    }

    private object TimeAt(int row)
    {
        try
        {
            return Type.Kind switch
            {
                ParquetKind.Date => new DateOnly(1970, 1, 1).AddDays(memory.Read<int>(row)),
                ParquetKind.Time => new TimeOnly(memory.Read<long>(row) * TimeSpan.TicksPerMicrosecond),
                _ => DurationOf(memory.Read<long>(row)),
            };
        }
        catch (Exception problem) when (problem is ArgumentOutOfRangeException or OverflowException)
        {
            throw new InvalidDataException($"{chunk.Path}: a value of a {Type} column is out of the range of .NET's type.", problem);
        }
    }

    private TimeSpan DurationOf(long ticks) => Type.Unit switch
    {
        ParquetTimeUnit.Second => TimeSpan.FromSeconds(ticks),
        ParquetTimeUnit.Millisecond => TimeSpan.FromMilliseconds(ticks),
        ParquetTimeUnit.Microsecond => TimeSpan.FromMicroseconds(ticks),
        _ => TimeSpan.FromTicks(ticks / TimeSpan.NanosecondsPerTick),
    };

    private void Check(int row)
    {
        chunk.ThrowIfClosed();
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Count, nameof(row));
    }
}
