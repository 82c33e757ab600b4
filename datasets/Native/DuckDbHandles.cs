using System.Runtime.InteropServices;

namespace Magma.Datasets.Native;

/// <summary>An object of DuckDB's C API; freed once, by its own destroy function.</summary>
internal abstract class DuckDbHandle(DuckDbHandle.Destroy destroy) : SafeHandle(0, ownsHandle: true)
{
    /// <summary>Frees the object and sets the pointer to it to 0.</summary>
    internal delegate void Destroy(ref nint handle);

    /// <summary>Whether the call that made this handle gave nothing.</summary>
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        destroy(ref handle);
        return true;
    }
}

internal sealed class DuckDbDatabaseHandle() : DuckDbHandle(DuckDbNative.duckdb_close);

internal sealed class DuckDbConnectionHandle() : DuckDbHandle(DuckDbNative.duckdb_disconnect);

internal sealed class DuckDbStatementHandle() : DuckDbHandle(DuckDbNative.duckdb_destroy_prepare);

internal sealed class DuckDbPendingHandle() : DuckDbHandle(DuckDbNative.duckdb_destroy_pending);

internal sealed class DuckDbChunkHandle() : DuckDbHandle(DuckDbNative.duckdb_destroy_data_chunk);

internal sealed class DuckDbLogicalTypeHandle() : DuckDbHandle(DuckDbNative.duckdb_destroy_logical_type);
