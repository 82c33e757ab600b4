namespace Magma.Datasets.Native;

/// <summary>
/// The memory of one of DuckDB's vectors. It belongs to a data chunk: who reads it makes sure that the chunk is open and the row inside.
/// </summary>
internal readonly unsafe struct VectorMemory
{
    private readonly nint vector;
    private readonly void* data;
    private readonly ulong* validity;

    public VectorMemory(nint vector)
    {
        this.vector = vector;
        data = DuckDbNative.duckdb_vector_get_data(vector);
        validity = DuckDbNative.duckdb_vector_get_validity(vector);
    }

    /// <summary>The vector that holds the elements of all lists.</summary>
    public VectorMemory ListElements => new(DuckDbNative.duckdb_list_vector_get_child(vector));

    /// <summary>How many elements all lists have together.</summary>
    public int ListElementCount => (int)DuckDbNative.duckdb_list_vector_get_size(vector);

    /// <summary>The vector of a part of a struct.</summary>
    public VectorMemory Part(int index) => new(DuckDbNative.duckdb_struct_vector_get_child(vector, (ulong)index));

    public bool IsNull(int row) => validity != null && (validity[row >> 6] >> (row & 63) & 1) == 0;

    public T Read<T>(int row)
        where T : unmanaged => ((T*)data)[row];

    public ReadOnlySpan<T> Span<T>(int count)
        where T : unmanaged => new(data, count);

    /// <summary>Where a row's list lies among the elements (<c>duckdb_list_entry</c>).</summary>
    public (int Start, int Count) ListEntry(int row)
    {
        ulong* entry = (ulong*)data + 2L * row;
        return ((int)entry[0], (int)entry[1]);
    }

    /// <summary>
    /// The bytes of a text or blob (<c>duckdb_string_t</c>): up to 12 lie in place, more behind a pointer after a 4-byte prefix.
    /// </summary>
    public ReadOnlySpan<byte> Bytes(int row)
    {
        byte* entry = (byte*)data + 16L * row;
        uint length = *(uint*)entry;
        return new ReadOnlySpan<byte>(length <= 12 ? entry + 4 : *(byte**)(entry + 8), checked((int)length));
    }
}
