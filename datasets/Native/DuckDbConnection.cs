using System.Globalization;
using System.Runtime.InteropServices;

namespace Magma.Datasets.Native;

/// <summary>
/// A connection to an in-memory DuckDB that can do nothing but read and write local Parquet files: one thread (the caller's), no
/// extension is loaded or fetched, nothing is spilled to disk, and its memory is bounded.
/// </summary>
internal sealed unsafe class DuckDbConnection : IDisposable
{
    /// <summary>What DuckDB may hold in its own buffers, in bytes. Vectors handed to us come on top.</summary>
    private const long MemoryLimit = 2L << 30;

    private static readonly (string Name, string Value)[] Settings =
    [
        ("threads", "1"),
        ("memory_limit", MemoryLimit.ToString(CultureInfo.InvariantCulture) + "B"),
        ("temp_directory", ""),
        ("autoload_known_extensions", "false"),
        ("autoinstall_known_extensions", "false"),
        ("allow_community_extensions", "false"),
        ("enable_external_file_cache", "false"),
        // Rows come and go in the order of the file anyway, with one thread; this setting only allows row groups of few rows.
        ("preserve_insertion_order", "false"),
        ("write_buffer_row_group_count", "1"),
    ];

    private static readonly Lazy<DuckDbDatabaseHandle> ReadingDatabase = new(OpenDatabase);

    private readonly DuckDbDatabaseHandle? own;
    private readonly DuckDbConnectionHandle handle;

    private DuckDbConnection(DuckDbDatabaseHandle? own, DuckDbConnectionHandle handle)
    {
        this.own = own;
        this.handle = handle;
    }

    public DuckDbConnectionHandle Handle => handle;

    /// <summary>A connection for reading; opening a file takes well under a millisecond.</summary>
    public static DuckDbConnection ForReading()
    {
        var connection = new DuckDbConnection(null, Connect(ReadingDatabase.Value));
        // This buffer is counted without the bytes that texts and pictures take outside their vectors; its default of 1 MB would let
        // dozens of chunks of pictures wait.
        connection.Execute("SET streaming_buffer_size = '1KB'", message => new ExternalException($"DuckDB: {message}")).Dispose();
        return connection;
    }

    /// <summary>A connection with a catalogue of its own, for a table function that lives as long as one file is written.</summary>
    public static DuckDbConnection ForWriting()
    {
        DuckDbDatabaseHandle database = OpenDatabase();
        return new DuckDbConnection(database, Connect(database));
    }

    /// <summary>Runs one statement and gives its rows as a stream.</summary>
    /// <param name="sql">The statement, with <c>?</c> for each parameter.</param>
    /// <param name="failure">Makes the exception from DuckDB's message; names the file.</param>
    /// <param name="parameters">Texts for the parameters.</param>
    /// <exception cref="InvalidDataException">
    /// What <paramref name="failure"/> makes, when DuckDB refuses the statement or the file.
    /// </exception>
    public DuckDbResult Execute(string sql, Func<string, Exception> failure, params ReadOnlySpan<string> parameters)
    {
        int status = DuckDbNative.duckdb_prepare(handle, sql, out DuckDbStatementHandle statement);
        using (statement)
        {
            if (status != 0) throw failure(Text(DuckDbNative.duckdb_prepare_error(statement)));
            for (int i = 0; i < parameters.Length; i++)
            {
                if (DuckDbNative.duckdb_bind_varchar(statement, (ulong)i + 1, parameters[i]) != 0)
                    throw failure(Text(DuckDbNative.duckdb_prepare_error(statement)));
            }

            status = DuckDbNative.duckdb_pending_prepared_streaming(statement, out DuckDbPendingHandle pending);
            using (pending)
            {
                if (status != 0) throw failure(Text(DuckDbNative.duckdb_pending_error(pending)));
                var result = new DuckDbResult(failure);
                if (result.Run(pending)) return result;
                string message = result.Error();
                result.Dispose();
                throw failure(message);
            }
        }
    }

    public void Dispose()
    {
        handle.Dispose();
        own?.Dispose();
    }

    /// <summary>The first line of a message of DuckDB; the others repeat the SQL.</summary>
    internal static string Text(nint message)
    {
        string text = Marshal.PtrToStringUTF8(message) ?? "unknown error";
        int end = text.IndexOf('\n');
        return (end < 0 ? text : text[..end]).Trim();
    }

    private static DuckDbConnectionHandle Connect(DuckDbDatabaseHandle database)
    {
        if (DuckDbNative.duckdb_connect(database, out DuckDbConnectionHandle connection) != 0)
            throw new ExternalException("DuckDB gave no connection to its in-memory database.");
        return connection;
    }

    private static DuckDbDatabaseHandle OpenDatabase()
    {
        if (DuckDbNative.duckdb_create_config(out nint config) != 0) throw new ExternalException("DuckDB gave no configuration object.");
        try
        {
            foreach ((string name, string value) in Settings)
            {
                if (DuckDbNative.duckdb_set_config(config, name, value) != 0)
                    throw new ExternalException($"This DuckDB library does not know the setting {name} = '{value}'.");
            }

            if (DuckDbNative.duckdb_open_ext(null, out DuckDbDatabaseHandle database, config, out nint error) == 0) return database;
            string message = Text(error);
            DuckDbNative.duckdb_free(error);
            throw new ExternalException($"DuckDB could not be started: {message}");
        }
        finally
        {
            DuckDbNative.duckdb_destroy_config(ref config);
        }
    }
}
