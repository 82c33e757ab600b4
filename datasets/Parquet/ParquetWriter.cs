using System.Runtime.ExceptionServices;
using System.Text;
using Magma.Datasets.Native;

namespace Magma.Datasets.Parquet;

/// <summary>How a Parquet file is laid out.</summary>
public sealed record ParquetWriteSettings
{
    /// <summary>The most rows in one row group; 1 to 2,048.</summary>
    public int RowsPerGroup { get; init; } = 1_000;

    /// <summary>A row group ends once its texts and bytes reach this size, so this and one row bound the writer's memory.</summary>
    public long BytesPerGroup { get; init; } = 32L << 20;

    /// <summary>Says, for a row, that a new row group begins with it; null leaves that to the two sizes.</summary>
    public Func<IReadOnlyList<object?>, bool>? BeginsGroup { get; init; }

    /// <summary>Key-value metadata of the file, for example <c>huggingface</c>. The Arrow schema is added to it.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Metadata { get; init; } = [];
}

/// <summary>Writes Parquet files from a stream of rows: Snappy, with an Arrow schema as pyarrow adds it.</summary>
public static class ParquetWriter
{
    /// <summary>Writes a whole file; it appears under its name only when it is complete.</summary>
    /// <param name="path">Where; an existing file is replaced.</param>
    /// <param name="columns">The columns, at least one.</param>
    /// <param name="rows">
    /// One value per column: null, <c>bool</c>, <c>int</c>, <c>long</c>, <c>float</c>, <c>double</c>, <c>string</c>, <c>byte[]</c>;
    /// <c>float[]</c>, <c>double[]</c>, <c>long[]</c> or a list of values for a list; a list of parts, in order, for a struct.
    /// </param>
    /// <param name="settings">The layout; null takes the defaults.</param>
    /// <param name="stop">Stops between two row groups; nothing is left behind.</param>
    /// <returns>How many rows were written.</returns>
    /// <exception cref="ArgumentException">A value does not fit its column.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static long Write(
        string path,
        IReadOnlyList<ParquetField> columns,
        IEnumerable<IReadOnlyList<object?>> rows,
        ParquetWriteSettings? settings = null,
        CancellationToken stop = default)
    {
        settings ??= new ParquetWriteSettings();
        ArgumentOutOfRangeException.ThrowIfZero(columns.Count, nameof(columns));
        if (settings.RowsPerGroup is < 1 or > RowSource.MaximumRows)
            throw new ArgumentOutOfRangeException(
                nameof(settings), settings.RowsPerGroup, $"1 to {RowSource.MaximumRows} rows fit one row group.");
        path = Path.GetFullPath(path);
        string partial = path + ".partial";
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            long written = Copy(partial, path, columns, rows, settings, stop);
            using (FileStream file = new(partial, FileMode.Open, FileAccess.ReadWrite)) file.Flush(flushToDisk: true);
            File.Move(partial, path, overwrite: true);
            return written;
        }
        catch
        {
            File.Delete(partial);
            throw;
        }
    }

    private static long Copy(
        string partial,
        string path,
        IReadOnlyList<ParquetField> columns,
        IEnumerable<IReadOnlyList<object?>> rows,
        ParquetWriteSettings settings,
        CancellationToken stop)
    {
        using DuckDbConnection connection = DuckDbConnection.ForWriting();
        using var source = new RowSource(columns, rows, settings, stop);
        source.Register(connection);
        try
        {
            using DuckDbResult done = connection.Execute(
                CopyStatement(partial, columns, settings.Metadata), message => new IOException($"{path} cannot be written: {message}"));
        }
        catch (IOException) when (source.Problem is { } problem)
        {
            ExceptionDispatchInfo.Throw(problem);
        }

        return source.RowCount;
    }

    private static string CopyStatement(
        string partial, IReadOnlyList<ParquetField> columns, IReadOnlyList<KeyValuePair<string, string>> metadata)
    {
        var sql = new StringBuilder("COPY (SELECT * FROM ").Append(RowSource.FunctionName).Append("()) TO ").Append(Literal(partial));
        // A row group of one row: every chunk that the source hands over then becomes a row group of its own.
        sql.Append(" (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 1, DICTIONARY_SIZE_LIMIT 10000, KV_METADATA {");
        foreach ((string key, string value) in metadata) sql.Append(Literal(key)).Append(": ").Append(Literal(value)).Append(", ");
        sql.Append(Literal(ArrowSchema.Key)).Append(": ").Append(Literal(ArrowSchemaWriter.Write(columns, metadata))).Append("})");
        return sql.ToString();
    }

    private static string Literal(string text)
    {
        if (text.Contains('\0')) throw new ArgumentException($"The text '{text}' holds a NUL character.");
        return $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
    }
}
