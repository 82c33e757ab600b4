using System.Globalization;
using System.Text;
using Magma.Datasets.Native;

namespace Magma.Datasets.Parquet;

/// <summary>
/// One Parquet file, read as a stream of chunks: memory is one row group of the columns asked for, whatever the file's size.
/// Several readers may be used at the same time; one reader belongs to one thread at a time.
/// </summary>
public sealed class ParquetReader : IDisposable
{
    private readonly DuckDbConnection connection;
    private readonly ParquetColumnLayout[] layouts;
    private readonly HashSet<string> checkedColumns = new(StringComparer.Ordinal);

    private ParquetReader(
        string path, DuckDbConnection connection, ParquetFooter footer, ParquetField[] columns, ParquetColumnLayout[] layouts)
    {
        Path = path;
        this.connection = connection;
        this.layouts = layouts;
        RowCount = footer.RowCount;
        RowGroupCount = footer.RowGroupCount;
        Metadata = footer.Metadata;
        Columns = columns;
    }

    /// <summary>The file, as a full path.</summary>
    public string Path { get; }

    public long RowCount { get; }

    public long RowGroupCount { get; }

    /// <summary>The file's columns, in order.</summary>
    public IReadOnlyList<ParquetField> Columns { get; }

    /// <summary>The file's key-value metadata, as text; Hugging Face and pandas keep JSON there under their names.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file and reads its footer.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no whole, unencrypted Parquet file.</exception>
    public static ParquetReader Open(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        ParquetFooter.CheckFrame(path);
        DuckDbConnection connection = DuckDbConnection.ForReading();
        try
        {
            ParquetFooter footer = ParquetFooter.Read(connection, path);
            IReadOnlyList<ArrowField> arrow = footer.Metadata.TryGetValue(ArrowSchema.Key, out string? schema)
                ? ArrowSchema.Read(path, Encoding.UTF8.GetBytes(schema))
                : [];
            using DuckDbResult empty = connection.Execute(Scan("*") + " LIMIT 0", message => Refuse(path, message), path);
            var columns = new ParquetField[empty.ColumnCount];
            var layouts = new ParquetColumnLayout[empty.ColumnCount];
            for (int i = 0; i < columns.Length; i++)
            {
                string name = empty.ColumnName(i);
                using DuckDbLogicalTypeHandle type = empty.ColumnType(i);
                layouts[i] = ParquetColumnLayout.Of(type, i < arrow.Count && arrow[i].Name == name ? arrow[i] : null);
                columns[i] = new ParquetField(name, layouts[i].Type);
            }

            return new ParquetReader(path, connection, footer, columns, layouts);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The rows in the order of the file, in chunks; each chunk is disposed when the next one is asked for.</summary>
    /// <param name="columns">The columns to read, in this order; null reads all.</param>
    /// <param name="stop">Stops between two chunks.</param>
    /// <exception cref="InvalidDataException">A column is not there, has a type that cannot be read, or the data are damaged.</exception>
    public IEnumerable<ParquetChunk> Read(IReadOnlyList<string>? columns = null, CancellationToken stop = default) =>
        Read(columns, 0, RowCount, stop);

    /// <summary>Some consecutive rows, in chunks; what lies before them is skipped without being decoded.</summary>
    /// <param name="columns">The columns to read, in this order; null reads all.</param>
    /// <param name="first">The first row, counted from 0.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="stop">Stops between two chunks.</param>
    /// <exception cref="InvalidDataException">
    /// A column is not there, has a type that cannot be read, the file has fewer rows, or the data are damaged.
    /// </exception>
    public IEnumerable<ParquetChunk> Read(IReadOnlyList<string>? columns, long first, long count, CancellationToken stop = default)
    {
        if (first < 0 || count < 0 || first + count > RowCount)
            throw new InvalidDataException($"{Path} has {RowCount} rows; {count} from row {first} on were asked for.");
        int[] chosen = columns is null ? [.. Enumerable.Range(0, Columns.Count)] : [.. columns.Select(IndexOf)];
        foreach (int i in chosen)
        {
            if (Columns[i].Type.Kind == ParquetKind.Unsupported)
                throw new InvalidDataException(
                    $"{Path}: column '{Columns[i].Name}' holds {Columns[i].Type}, which is not supported. Leave it out.");
        }

        return chosen.Length == 0 || count == 0 ? [] : Stream(chosen, first, count, stop);
    }

    /// <summary>Whether the file has a column of this name.</summary>
    public bool Has(string column) => Columns.Any(c => c.Name == column);

    public void Dispose() => connection.Dispose();

    private static InvalidDataException Refuse(string path, string message) => new($"{path} cannot be read as Parquet: {message}");

    // Names in the path mean nothing, and several files are never joined behind the reader's back.
    private static string Scan(string columns, bool numbered = false) =>
        $"SELECT {columns} FROM read_parquet(?, hive_partitioning = false, union_by_name = false, binary_as_string = false"
        + (numbered ? ", file_row_number = true)" : ")");

    private static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private IEnumerable<ParquetChunk> Stream(int[] chosen, long first, long count, CancellationToken stop)
    {
        ParquetField[] fields = [.. chosen.Select(i => Columns[i])];
        ParquetColumnLayout[] parts = [.. chosen.Select(i => layouts[i])];
        string[] fresh = [.. fields.Select(field => field.Name).Where(checkedColumns.Add)];
        if (fresh.Length > 0) PageChecksums.Check(connection, Path, fresh);
        bool all = count == RowCount;
        string sql = Scan(string.Join(", ", fields.Select(field => Quote(field.Name))), numbered: !all);
        if (!all) sql += string.Create(CultureInfo.InvariantCulture, $" WHERE file_row_number BETWEEN {first} AND {first + count - 1}");
        using DuckDbResult result = connection.Execute(sql, message => Refuse(Path, message), Path);
        long rows = 0;
        while (result.Fetch() is { } handle)
        {
            using var chunk = new ParquetChunk(Path, handle, fields, parts);
            rows += chunk.RowCount;
            yield return chunk;
            stop.ThrowIfCancellationRequested();
        }

        if (rows != count) throw Refuse(Path, $"{rows} rows came out where {count} were expected");
    }

    private int IndexOf(string column)
    {
        for (int i = 0; i < Columns.Count; i++)
        {
            if (Columns[i].Name == column) return i;
        }

        throw new InvalidDataException($"{Path} has no column '{column}'; it has {string.Join(", ", Columns.Select(c => c.Name))}.");
    }
}
