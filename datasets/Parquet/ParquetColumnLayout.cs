using System.Runtime.InteropServices;
using Magma.Datasets.Native;

namespace Magma.Datasets.Parquet;

/// <summary>A column's type beside the way the engine stores it in vectors.</summary>
internal sealed record ParquetColumnLayout(ParquetType Type, DuckDbTypeId Storage, IReadOnlyList<ParquetColumnLayout> Parts)
{
    /// <summary>Reads a type of the engine; <paramref name="arrow"/> adds what Parquet itself cannot say.</summary>
    public static ParquetColumnLayout Of(DuckDbLogicalTypeHandle handle, ArrowField? arrow)
    {
        DuckDbTypeId id = DuckDbNative.duckdb_get_type_id(handle);
        switch (id)
        {
            case DuckDbTypeId.List:
                using (DuckDbLogicalTypeHandle child = DuckDbNative.duckdb_list_type_child_type(handle))
                {
                    ParquetColumnLayout element = Of(child, arrow?.ChildAt(0));
                    return new ParquetColumnLayout(ParquetType.List(element.Type, arrow?.FixedLength), id, [element]);
                }

            case DuckDbTypeId.Struct:
                return OfStruct(handle, arrow);
            case DuckDbTypeId.Map:
                return OfMap(handle, arrow?.ChildAt(0));
            case DuckDbTypeId.Decimal:
                return new ParquetColumnLayout(
                    ParquetType.Decimal(DuckDbNative.duckdb_decimal_scale(handle)), DuckDbNative.duckdb_decimal_internal_type(handle), []);
            default:
                ParquetType type = Scalar(id, arrow);
                return new ParquetColumnLayout(type, StorageOf(id), []);
        }
    }

    private static ParquetColumnLayout OfStruct(DuckDbLogicalTypeHandle handle, ArrowField? arrow)
    {
        int count = (int)DuckDbNative.duckdb_struct_type_child_count(handle);
        var fields = new ParquetField[count];
        var parts = new ParquetColumnLayout[count];
        for (int i = 0; i < count; i++)
        {
            nint text = DuckDbNative.duckdb_struct_type_child_name(handle, (ulong)i);
            string name = Marshal.PtrToStringUTF8(text)!;
            DuckDbNative.duckdb_free(text);
            using DuckDbLogicalTypeHandle child = DuckDbNative.duckdb_struct_type_child_type(handle, (ulong)i);
            parts[i] = Of(child, arrow?.ChildAt(i));
            fields[i] = new ParquetField(name, parts[i].Type);
        }

        return new ParquetColumnLayout(ParquetType.Struct(fields), DuckDbTypeId.Struct, parts);
    }

    private static ParquetColumnLayout OfMap(DuckDbLogicalTypeHandle handle, ArrowField? entries)
    {
        using DuckDbLogicalTypeHandle key = DuckDbNative.duckdb_map_type_key_type(handle);
        using DuckDbLogicalTypeHandle value = DuckDbNative.duckdb_map_type_value_type(handle);
        ParquetColumnLayout keys = Of(key, entries?.ChildAt(0)), values = Of(value, entries?.ChildAt(1));
        ParquetType map = ParquetType.Map(keys.Type, values.Type);
        return new ParquetColumnLayout(map, DuckDbTypeId.Map, [new ParquetColumnLayout(map.Element!, DuckDbTypeId.Struct, [keys, values])]);
    }

    private static ParquetType Scalar(DuckDbTypeId id, ArrowField? arrow) => id switch
    {
        DuckDbTypeId.Boolean => ParquetType.Boolean,
        DuckDbTypeId.TinyInt => ParquetType.Of(ParquetKind.Int8),
        DuckDbTypeId.SmallInt => ParquetType.Of(ParquetKind.Int16),
        DuckDbTypeId.Integer => ParquetType.Int32,
        DuckDbTypeId.BigInt => arrow?.DurationUnit is { } unit ? ParquetType.Duration(unit) : ParquetType.Int64,
        DuckDbTypeId.UTinyInt => ParquetType.Of(ParquetKind.UInt8),
        DuckDbTypeId.USmallInt => ParquetType.Of(ParquetKind.UInt16),
        DuckDbTypeId.UInteger => ParquetType.Of(ParquetKind.UInt32),
        DuckDbTypeId.UBigInt => ParquetType.Of(ParquetKind.UInt64),
        DuckDbTypeId.Float => ParquetType.Float,
        DuckDbTypeId.Double => ParquetType.Double,
        DuckDbTypeId.Varchar => arrow is { IsLarge: true } ? ParquetType.LargeText : ParquetType.Text,
        DuckDbTypeId.Blob => ParquetType.Bytes,
        DuckDbTypeId.Date => ParquetType.Of(ParquetKind.Date),
        DuckDbTypeId.Time => ParquetType.Of(ParquetKind.Time),
        DuckDbTypeId.TimestampS => ParquetType.Timestamp(ParquetTimeUnit.Second, arrow?.TimeZone),
        DuckDbTypeId.TimestampMs => ParquetType.Timestamp(ParquetTimeUnit.Millisecond, arrow?.TimeZone),
        DuckDbTypeId.Timestamp => ParquetType.Timestamp(ParquetTimeUnit.Microsecond, arrow?.TimeZone),
        DuckDbTypeId.TimestampTz => ParquetType.Timestamp(ParquetTimeUnit.Microsecond, arrow?.TimeZone ?? "UTC"),
        DuckDbTypeId.TimestampNs => ParquetType.Timestamp(ParquetTimeUnit.Nanosecond, arrow?.TimeZone),
        _ => ParquetType.Unsupported($"the engine's type {id}"),
    };

    /// <summary>Days are kept in 32 bits and all times in 64.</summary>
    private static DuckDbTypeId StorageOf(DuckDbTypeId id) => id switch
    {
        DuckDbTypeId.Date => DuckDbTypeId.Integer,
        DuckDbTypeId.Time or DuckDbTypeId.Timestamp or DuckDbTypeId.TimestampS or DuckDbTypeId.TimestampMs
            or DuckDbTypeId.TimestampNs or DuckDbTypeId.TimestampTz => DuckDbTypeId.BigInt,
        _ => id,
    };
}
