namespace Magma.Datasets.Native;

/// <summary>The rows of one statement, fetched chunk by chunk. Not safe for use from two threads.</summary>
internal sealed unsafe class DuckDbResult(Func<string, Exception> failure) : IDisposable
{
    private DuckDbRawResult raw;
    private bool open;

    public int ColumnCount
    {
        get
        {
            fixed (DuckDbRawResult* result = &raw) return (int)DuckDbNative.duckdb_column_count(result);
        }
    }

    public string ColumnName(int column)
    {
        fixed (DuckDbRawResult* result = &raw)
            return System.Runtime.InteropServices.Marshal.PtrToStringUTF8(DuckDbNative.duckdb_column_name(result, (ulong)column))!;
    }

    public DuckDbLogicalTypeHandle ColumnType(int column)
    {
        fixed (DuckDbRawResult* result = &raw) return DuckDbNative.duckdb_column_logical_type(result, (ulong)column);
    }

    /// <summary>The next rows; null after the last.</summary>
    public DuckDbChunkHandle? Fetch()
    {
        DuckDbChunkHandle chunk = DuckDbNative.duckdb_fetch_chunk(raw);
        if (!chunk.IsInvalid) return chunk;
        chunk.Dispose();
        fixed (DuckDbRawResult* result = &raw)
        {
            nint error = DuckDbNative.duckdb_result_error(result);
            if (error != 0) throw failure(DuckDbConnection.Text(error));
        }

        return null;
    }

    public void Dispose()
    {
        if (!open) return;
        open = false;
        fixed (DuckDbRawResult* result = &raw) DuckDbNative.duckdb_destroy_result(result);
    }

    internal bool Run(DuckDbPendingHandle pending)
    {
        open = true;
        fixed (DuckDbRawResult* result = &raw) return DuckDbNative.duckdb_execute_pending(pending, result) == 0;
    }

    internal string Error()
    {
        fixed (DuckDbRawResult* result = &raw) return DuckDbConnection.Text(DuckDbNative.duckdb_result_error(result));
    }
}
