using System.Runtime.InteropServices;

namespace Magma.Datasets.Native;

/// <summary>An object of DuckDB's C API; freed once, by its own destroy function.</summary>
internal abstract class DuckDbHandle : SafeHandle
{
    protected DuckDbHandle()
        : base(0, ownsHandle: true)
    {
    }

    /// <summary>Whether the call that made this handle gave nothing.</summary>
    public override bool IsInvalid => handle == 0;
}

internal sealed class DuckDbDatabaseHandle : DuckDbHandle
{
    protected override bool ReleaseHandle()
    {
        DuckDbNative.duckdb_close(ref handle);
        return true;
    }
}

internal sealed class DuckDbConnectionHandle : DuckDbHandle
{
    protected override bool ReleaseHandle()
    {
        DuckDbNative.duckdb_disconnect(ref handle);
        return true;
    }
}

internal sealed class DuckDbStatementHandle : DuckDbHandle
{
    protected override bool ReleaseHandle()
    {
        DuckDbNative.duckdb_destroy_prepare(ref handle);
        return true;
    }
}

internal sealed class DuckDbPendingHandle : DuckDbHandle
{
    protected override bool ReleaseHandle()
    {
        DuckDbNative.duckdb_destroy_pending(ref handle);
        return true;
    }
}

internal sealed class DuckDbChunkHandle : DuckDbHandle
{
    protected override bool ReleaseHandle()
    {
        DuckDbNative.duckdb_destroy_data_chunk(ref handle);
        return true;
    }
}

internal sealed class DuckDbLogicalTypeHandle : DuckDbHandle
{
    protected override bool ReleaseHandle()
    {
        DuckDbNative.duckdb_destroy_logical_type(ref handle);
        return true;
    }
}
