using System.Runtime.InteropServices;

namespace Magma.Datasets.Native;

/// <summary>Ids of DuckDB's column types, as <c>duckdb_type</c> of its C API numbers them.</summary>
internal enum DuckDbTypeId
{
    Invalid = 0,
    Boolean = 1,
    TinyInt = 2,
    SmallInt = 3,
    Integer = 4,
    BigInt = 5,
    UTinyInt = 6,
    USmallInt = 7,
    UInteger = 8,
    UBigInt = 9,
    Float = 10,
    Double = 11,
    Timestamp = 12,
    Date = 13,
    Time = 14,
    Interval = 15,
    HugeInt = 16,
    Varchar = 17,
    Blob = 18,
    Decimal = 19,
    TimestampS = 20,
    TimestampMs = 21,
    TimestampNs = 22,
    Enum = 23,
    List = 24,
    Struct = 25,
    Map = 26,
    Uuid = 27,
    Array = 33,
    TimestampTz = 31,
}

/// <summary><c>duckdb_result</c>: passed by value where the C API does so; only <see cref="Internal"/> is in use today.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct DuckDbRawResult
{
    public ulong ColumnCount;
    public ulong RowCount;
    public ulong RowsChanged;
    public nint Columns;
    public nint ErrorMessage;
    public nint Internal;
}

/// <summary>The part of DuckDB's C API (version 1.5) that reading and writing Parquet needs.</summary>
internal static unsafe partial class DuckDbNative
{
    private const string Library = "duckdb";

    [LibraryImport(Library)]
    internal static partial int duckdb_create_config(out nint config);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int duckdb_set_config(nint config, string name, string option);

    [LibraryImport(Library)]
    internal static partial void duckdb_destroy_config(ref nint config);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int duckdb_open_ext(string? path, out DuckDbDatabaseHandle database, nint config, out nint error);

    [LibraryImport(Library)]
    internal static partial void duckdb_close(ref nint database);

    [LibraryImport(Library)]
    internal static partial int duckdb_connect(DuckDbDatabaseHandle database, out DuckDbConnectionHandle connection);

    [LibraryImport(Library)]
    internal static partial void duckdb_disconnect(ref nint connection);

    [LibraryImport(Library)]
    internal static partial void duckdb_interrupt(DuckDbConnectionHandle connection);

    [LibraryImport(Library)]
    internal static partial void duckdb_free(nint memory);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int duckdb_prepare(DuckDbConnectionHandle connection, string sql, out DuckDbStatementHandle statement);

    [LibraryImport(Library)]
    internal static partial nint duckdb_prepare_error(DuckDbStatementHandle statement);

    [LibraryImport(Library)]
    internal static partial void duckdb_destroy_prepare(ref nint statement);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int duckdb_bind_varchar(DuckDbStatementHandle statement, ulong index, string value);

    [LibraryImport(Library)]
    internal static partial int duckdb_pending_prepared_streaming(DuckDbStatementHandle statement, out DuckDbPendingHandle pending);

    [LibraryImport(Library)]
    internal static partial nint duckdb_pending_error(DuckDbPendingHandle pending);

    [LibraryImport(Library)]
    internal static partial int duckdb_execute_pending(DuckDbPendingHandle pending, DuckDbRawResult* result);

    [LibraryImport(Library)]
    internal static partial void duckdb_destroy_pending(ref nint pending);

    [LibraryImport(Library)]
    internal static partial nint duckdb_result_error(DuckDbRawResult* result);

    [LibraryImport(Library)]
    internal static partial void duckdb_destroy_result(DuckDbRawResult* result);

    [LibraryImport(Library)]
    internal static partial ulong duckdb_column_count(DuckDbRawResult* result);

    [LibraryImport(Library)]
    internal static partial nint duckdb_column_name(DuckDbRawResult* result, ulong column);

    [LibraryImport(Library)]
    internal static partial DuckDbLogicalTypeHandle duckdb_column_logical_type(DuckDbRawResult* result, ulong column);

    [LibraryImport(Library)]
    internal static partial DuckDbChunkHandle duckdb_fetch_chunk(DuckDbRawResult result);

    [LibraryImport(Library)]
    internal static partial void duckdb_destroy_data_chunk(ref nint chunk);

    [LibraryImport(Library)]
    internal static partial ulong duckdb_data_chunk_get_size(DuckDbChunkHandle chunk);

    [LibraryImport(Library)]
    internal static partial nint duckdb_data_chunk_get_vector(DuckDbChunkHandle chunk, ulong column);

    [LibraryImport(Library)]
    internal static partial void* duckdb_vector_get_data(nint vector);

    [LibraryImport(Library)]
    internal static partial ulong* duckdb_vector_get_validity(nint vector);

    [LibraryImport(Library)]
    internal static partial nint duckdb_list_vector_get_child(nint vector);

    [LibraryImport(Library)]
    internal static partial ulong duckdb_list_vector_get_size(nint vector);

    [LibraryImport(Library)]
    internal static partial nint duckdb_struct_vector_get_child(nint vector, ulong index);

    [LibraryImport(Library)]
    internal static partial DuckDbTypeId duckdb_get_type_id(DuckDbLogicalTypeHandle type);

    [LibraryImport(Library)]
    internal static partial DuckDbTypeId duckdb_decimal_internal_type(DuckDbLogicalTypeHandle type);

    [LibraryImport(Library)]
    internal static partial byte duckdb_decimal_scale(DuckDbLogicalTypeHandle type);

    [LibraryImport(Library)]
    internal static partial DuckDbLogicalTypeHandle duckdb_list_type_child_type(DuckDbLogicalTypeHandle type);

    [LibraryImport(Library)]
    internal static partial DuckDbLogicalTypeHandle duckdb_map_type_key_type(DuckDbLogicalTypeHandle type);

    [LibraryImport(Library)]
    internal static partial DuckDbLogicalTypeHandle duckdb_map_type_value_type(DuckDbLogicalTypeHandle type);

    [LibraryImport(Library)]
    internal static partial ulong duckdb_struct_type_child_count(DuckDbLogicalTypeHandle type);

    [LibraryImport(Library)]
    internal static partial nint duckdb_struct_type_child_name(DuckDbLogicalTypeHandle type, ulong index);

    [LibraryImport(Library)]
    internal static partial DuckDbLogicalTypeHandle duckdb_struct_type_child_type(DuckDbLogicalTypeHandle type, ulong index);

    [LibraryImport(Library)]
    internal static partial void duckdb_destroy_logical_type(ref nint type);
}
