using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Magma.Datasets.Parquet;

namespace Magma.Datasets.Native;

/// <summary>
/// A table function of DuckDB whose rows come from an enumerable. DuckDB calls it on the thread that runs the statement; an exception of
/// the enumerable is kept in <see cref="Problem"/> and never crosses the native border.
/// </summary>
internal sealed unsafe class RowSource : IDisposable
{
    public const string FunctionName = "magma_rows";

    /// <summary>DuckDB's vector size.</summary>
    public const int MaximumRows = 2_048;

    private readonly IReadOnlyList<ParquetField> columns;
    private readonly IEnumerator<IReadOnlyList<object?>> rows;
    private readonly ParquetWriteSettings settings;
    private readonly CancellationToken stop;
    private readonly List<IReadOnlyList<object?>> group = [];
    private IReadOnlyList<object?>? held;
    private GCHandle self;

    public RowSource(
        IReadOnlyList<ParquetField> columns, IEnumerable<IReadOnlyList<object?>> rows, ParquetWriteSettings settings, CancellationToken stop)
    {
        this.columns = columns;
        this.rows = rows.GetEnumerator();
        this.settings = settings;
        this.stop = stop;
        self = GCHandle.Alloc(this);
    }

    /// <summary>What went wrong in our own code while DuckDB asked for rows.</summary>
    public Exception? Problem { get; private set; }

    public long RowCount { get; private set; }

    public void Register(DuckDbConnection connection)
    {
        nint function = DuckDbNative.duckdb_create_table_function();
        try
        {
            DuckDbNative.duckdb_table_function_set_name(function, FunctionName);
            DuckDbNative.duckdb_table_function_set_extra_info(function, GCHandle.ToIntPtr(self), 0);
            DuckDbNative.duckdb_table_function_set_bind(function, &Bind);
            DuckDbNative.duckdb_table_function_set_init(function, &Init);
            DuckDbNative.duckdb_table_function_set_function(function, &Produce);
            if (DuckDbNative.duckdb_register_table_function(connection.Handle, function) != 0)
                throw new ExternalException("DuckDB refused the table function that rows come from.");
        }
        finally
        {
            DuckDbNative.duckdb_destroy_table_function(ref function);
        }
    }

    public void Dispose()
    {
        rows.Dispose();
        if (self.IsAllocated) self.Free();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Bind(nint info)
    {
        RowSource source = From(DuckDbNative.duckdb_bind_get_extra_info(info));
        try
        {
            foreach (ParquetField column in source.columns)
            {
                using DuckDbLogicalTypeHandle type = VectorFiller.TypeOf(column.Type);
                DuckDbNative.duckdb_bind_add_result_column(info, column.Name, type);
            }
        }
        catch (Exception problem)
        {
            source.Problem = problem;
            DuckDbNative.duckdb_bind_set_error(info, problem.Message);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Init(nint info) => DuckDbNative.duckdb_init_set_max_threads(info, 1);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Produce(nint info, nint chunk)
    {
        RowSource source = From(DuckDbNative.duckdb_function_get_extra_info(info));
        try
        {
            source.Fill(chunk);
        }
        catch (Exception problem)
        {
            source.Problem = problem;
            DuckDbNative.duckdb_function_set_error(info, problem.Message);
        }
    }

    private static RowSource From(nint extra) => (RowSource)GCHandle.FromIntPtr(extra).Target!;

    private static long SizeOf(object? value) => value switch
    {
        string text => text.Length,
        byte[] bytes => bytes.Length,
        Array array when array.GetType().GetElementType()!.IsPrimitive => 8L * array.Length,
        IReadOnlyList<object?> parts => parts.Sum(SizeOf),
        _ => 8,
    };

    private void Fill(nint chunk)
    {
        stop.ThrowIfCancellationRequested();
        group.Clear();
        long bytes = 0;
        while (group.Count < settings.RowsPerGroup && bytes < settings.BytesPerGroup)
        {
            IReadOnlyList<object?>? row = held ?? (rows.MoveNext() ? rows.Current : null);
            held = null;
            if (row is null) break;
            if (row.Count != columns.Count)
                throw new ArgumentException($"Row {RowCount + group.Count} has {row.Count} values for {columns.Count} columns.");
            if (group.Count > 0 && settings.BeginsGroup?.Invoke(row) == true)
            {
                held = row;
                break;
            }

            group.Add(row);
            bytes += SizeOf(row);
        }

        var values = new object?[group.Count];
        for (int c = 0; c < columns.Count; c++)
        {
            for (int r = 0; r < values.Length; r++) values[r] = group[r][c];
            VectorFiller.Fill(DuckDbNative.duckdb_output_get_vector(chunk, (ulong)c), columns[c].Type, values, columns[c].Name);
        }

        DuckDbNative.duckdb_data_chunk_set_size(chunk, (ulong)values.Length);
        RowCount += values.Length;
    }
}
