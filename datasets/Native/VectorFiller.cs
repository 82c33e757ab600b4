using System.Runtime.InteropServices;
using System.Text;
using Magma.Datasets.Parquet;

namespace Magma.Datasets.Native;

/// <summary>Puts managed values into DuckDB's vectors.</summary>
internal static unsafe class VectorFiller
{
    /// <summary>The engine's type for a column that is to be written.</summary>
    /// <exception cref="ArgumentException">The type can only be read.</exception>
    public static DuckDbLogicalTypeHandle TypeOf(ParquetType type)
    {
        switch (type.Kind)
        {
            case ParquetKind.Boolean: return DuckDbNative.duckdb_create_logical_type(DuckDbTypeId.Boolean);
            case ParquetKind.Int32: return DuckDbNative.duckdb_create_logical_type(DuckDbTypeId.Integer);
            case ParquetKind.Int64: return DuckDbNative.duckdb_create_logical_type(DuckDbTypeId.BigInt);
            case ParquetKind.Float: return DuckDbNative.duckdb_create_logical_type(DuckDbTypeId.Float);
            case ParquetKind.Double: return DuckDbNative.duckdb_create_logical_type(DuckDbTypeId.Double);
            case ParquetKind.Text: return DuckDbNative.duckdb_create_logical_type(DuckDbTypeId.Varchar);
            case ParquetKind.Bytes: return DuckDbNative.duckdb_create_logical_type(DuckDbTypeId.Blob);
            case ParquetKind.List:
                using (DuckDbLogicalTypeHandle element = TypeOf(type.Element!)) return DuckDbNative.duckdb_create_list_type(element);
            case ParquetKind.Struct: return StructOf(type);
            default: throw new ArgumentException($"Columns of type {type} can be read, but not written.");
        }
    }

    /// <summary>Fills the first entries of a vector.</summary>
    /// <param name="vector">The vector, empty so far.</param>
    /// <param name="type">Its type.</param>
    /// <param name="values">The values, in the forms that <see cref="ParquetWriter.Write"/> names.</param>
    /// <param name="column">The column's name, for messages.</param>
    /// <exception cref="ArgumentException">A value does not fit the type.</exception>
    public static void Fill(nint vector, ParquetType type, IReadOnlyList<object?> values, string column)
    {
        MarkNulls(vector, values);
        void* data = DuckDbNative.duckdb_vector_get_data(vector);
        switch (type.Kind)
        {
            case ParquetKind.List:
                FillLists(vector, type, values, column);
                return;
            case ParquetKind.Struct:
                FillStructs(vector, type, values, column);
                return;
            default:
                for (int i = 0; i < values.Count; i++)
                {
                    if (values[i] is { } value && !Put(vector, data, i, type.Kind, value)) throw Misfit(column, type, value);
                }

                return;
        }
    }

    private static DuckDbLogicalTypeHandle StructOf(ParquetType type)
    {
        int count = type.Fields.Count;
        var parts = new DuckDbLogicalTypeHandle[count];
        nint* types = stackalloc nint[count];
        nint* names = stackalloc nint[count];
        try
        {
            for (int i = 0; i < count; i++)
            {
                parts[i] = TypeOf(type.Fields[i].Type);
                types[i] = parts[i].DangerousGetHandle();
                names[i] = Marshal.StringToCoTaskMemUTF8(type.Fields[i].Name);
            }

            return DuckDbNative.duckdb_create_struct_type(types, names, (ulong)count);
        }
        finally
        {
            for (int i = 0; i < count; i++)
            {
                parts[i]?.Dispose();
                Marshal.FreeCoTaskMem(names[i]);
            }
        }
    }

    private static void MarkNulls(nint vector, IReadOnlyList<object?> values)
    {
        ulong* validity = null;
        for (int i = 0; i < values.Count; i++)
        {
            if (values[i] is not null) continue;
            if (validity == null)
            {
                DuckDbNative.duckdb_vector_ensure_validity_writable(vector);
                validity = DuckDbNative.duckdb_vector_get_validity(vector);
            }

            validity[i >> 6] &= ~(1UL << (i & 63));
        }
    }

    private static bool Put(nint vector, void* data, int row, ParquetKind kind, object value)
    {
        switch (kind, value)
        {
            case (ParquetKind.Boolean, bool flag): ((byte*)data)[row] = flag ? (byte)1 : (byte)0; return true;
            case (ParquetKind.Int32, int number): ((int*)data)[row] = number; return true;
            case (ParquetKind.Int64, long number): ((long*)data)[row] = number; return true;
            case (ParquetKind.Int64, int number): ((long*)data)[row] = number; return true;
            case (ParquetKind.Float, float number): ((float*)data)[row] = number; return true;
            case (ParquetKind.Double, double number): ((double*)data)[row] = number; return true;
            case (ParquetKind.Double, float number): ((double*)data)[row] = number; return true;
            case (ParquetKind.Text, string text): Assign(vector, row, Encoding.UTF8.GetBytes(text)); return true;
            case (ParquetKind.Bytes, byte[] bytes): Assign(vector, row, bytes); return true;
            default: return false;
        }
    }

    private static void Assign(nint vector, int row, byte[] bytes)
    {
        fixed (byte* start = bytes)
        {
            byte nothing;
            DuckDbNative.duckdb_vector_assign_string_element_len(vector, (ulong)row, start == null ? &nothing : start, (ulong)bytes.Length);
        }
    }

    private static void FillLists(nint vector, ParquetType type, IReadOnlyList<object?> values, string column)
    {
        ulong* entries = (ulong*)DuckDbNative.duckdb_vector_get_data(vector);
        var elements = new List<object?>();
        for (int i = 0; i < values.Count; i++)
        {
            entries[2 * i] = (ulong)elements.Count;
            AddElements(elements, type, values[i], column);
            entries[2 * i + 1] = (ulong)elements.Count - entries[2 * i];
            if (type.FixedLength is { } length && values[i] is not null && entries[2 * i + 1] != (ulong)length)
                throw new ArgumentException($"Column '{column}' holds lists of {length} values; one of {entries[2 * i + 1]} was given.");
        }

        if (DuckDbNative.duckdb_list_vector_reserve(vector, (ulong)elements.Count) != 0
            || DuckDbNative.duckdb_list_vector_set_size(vector, (ulong)elements.Count) != 0)
        {
            throw new ArgumentException($"Column '{column}': {elements.Count} list elements in one row group are too many.");
        }

        Fill(DuckDbNative.duckdb_list_vector_get_child(vector), type.Element!, elements, column);
    }

    private static void AddElements(List<object?> elements, ParquetType type, object? value, string column)
    {
        switch (value)
        {
            case null: return;
            case float[] floats: foreach (float number in floats) elements.Add(number); return;
            case double[] doubles: foreach (double number in doubles) elements.Add(number); return;
            case long[] integers: foreach (long number in integers) elements.Add(number); return;
            case IReadOnlyList<object?> any: elements.AddRange(any); return;
            default: throw Misfit(column, type, value);
        }
    }

    private static void FillStructs(nint vector, ParquetType type, IReadOnlyList<object?> values, string column)
    {
        var parts = new object?[values.Count];
        for (int field = 0; field < type.Fields.Count; field++)
        {
            for (int i = 0; i < values.Count; i++)
            {
                parts[i] = values[i] switch
                {
                    null => null,
                    IReadOnlyList<object?> all when all.Count == type.Fields.Count => all[field],
                    { } other => throw Misfit(column, type, other),
                };
            }

            nint child = DuckDbNative.duckdb_struct_vector_get_child(vector, (ulong)field);
            Fill(child, type.Fields[field].Type, parts, $"{column}.{type.Fields[field].Name}");
        }
    }

    private static ArgumentException Misfit(string column, ParquetType type, object value) =>
        new($"Column '{column}' holds {type}; a value of type {value.GetType().Name} does not fit.");
}
