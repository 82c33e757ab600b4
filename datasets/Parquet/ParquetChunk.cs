using Magma.Datasets.Native;

namespace Magma.Datasets.Parquet;

/// <summary>Up to 2,048 consecutive rows of a Parquet file. Its columns look into the engine's memory until it is disposed.</summary>
public sealed class ParquetChunk : IDisposable
{
    private readonly DuckDbChunkHandle handle;
    private readonly ParquetVector[] vectors;
    private readonly IReadOnlyList<ParquetField> columns;

    internal ParquetChunk(
        string path, DuckDbChunkHandle handle, IReadOnlyList<ParquetField> columns, IReadOnlyList<ParquetColumnLayout> layouts)
    {
        Path = path;
        this.handle = handle;
        this.columns = columns;
        RowCount = (int)DuckDbNative.duckdb_data_chunk_get_size(handle);
        vectors = [.. layouts.Select((layout, i) =>
            new ParquetVector(this, new VectorMemory(DuckDbNative.duckdb_data_chunk_get_vector(handle, (ulong)i)), layout, RowCount))];
    }

    /// <summary>The file the rows come from.</summary>
    public string Path { get; }

    public int RowCount { get; }

    /// <summary>A column by its place among those that were asked for.</summary>
    public ParquetVector this[int column] => vectors[column];

    /// <summary>A column by name.</summary>
    /// <exception cref="InvalidDataException">It was not read.</exception>
    public ParquetVector this[string column]
    {
        get
        {
            for (int i = 0; i < columns.Count; i++)
            {
                if (columns[i].Name == column) return vectors[i];
            }

            throw new InvalidDataException($"{Path}: no column '{column}' among {string.Join(", ", columns.Select(c => c.Name))}.");
        }
    }

    public void Dispose() => handle.Dispose();

    internal void ThrowIfClosed() => ObjectDisposedException.ThrowIf(handle.IsClosed, this);
}
