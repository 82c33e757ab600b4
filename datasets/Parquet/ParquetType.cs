namespace Magma.Datasets.Parquet;

/// <summary>What a Parquet column holds, as a reader sees it; codecs, encodings and physical types are DuckDB's business.</summary>
public enum ParquetKind
{
    Boolean,
    Int8,
    Int16,
    Int32,
    Int64,
    UInt8,
    UInt16,
    UInt32,
    UInt64,

    /// <summary>32 bits; 16-bit floats are widened.</summary>
    Float,
    Double,
    Decimal,

    /// <summary>UTF-8.</summary>
    Text,
    Bytes,

    /// <summary>Days since 1970-01-01.</summary>
    Date,

    /// <summary>Microseconds since midnight.</summary>
    Time,

    /// <summary>Ticks of <see cref="ParquetType.Unit"/> since 1970-01-01, in UTC when the column has a time zone.</summary>
    Timestamp,

    /// <summary>A span of time, in ticks of <see cref="ParquetType.Unit"/>.</summary>
    Duration,
    List,
    Struct,

    /// <summary>A list of structs <c>key</c>, <c>value</c>.</summary>
    Map,

    /// <summary>A type that this reader does not know; such a column can be left out, but not read.</summary>
    Unsupported,
}

/// <summary>The tick of a time column.</summary>
public enum ParquetTimeUnit
{
    Second = 0,
    Millisecond = 1,
    Microsecond = 2,
    Nanosecond = 3,
}

/// <summary>A named column, or a named part of a struct.</summary>
/// <param name="Name">Its name, which may hold any character.</param>
/// <param name="Type">What it holds; every value may be null.</param>
public sealed record ParquetField(string Name, ParquetType Type);

/// <summary>The type of a column, with the types inside it.</summary>
public sealed class ParquetType
{
    private ParquetType(ParquetKind kind) => Kind = kind;

    public static ParquetType Boolean { get; } = new(ParquetKind.Boolean);

    public static ParquetType Int32 { get; } = new(ParquetKind.Int32);

    public static ParquetType Int64 { get; } = new(ParquetKind.Int64);

    public static ParquetType Float { get; } = new(ParquetKind.Float);

    public static ParquetType Double { get; } = new(ParquetKind.Double);

    public static ParquetType Text { get; } = new(ParquetKind.Text);

    /// <summary>Text that Arrow readers take as <c>large_string</c>, as pandas writes its index.</summary>
    public static ParquetType LargeText { get; } = new(ParquetKind.Text) { IsLarge = true };

    public static ParquetType Bytes { get; } = new(ParquetKind.Bytes);

    /// <summary>A Hugging Face image: a struct of <c>bytes</c> (the encoded file) and <c>path</c>.</summary>
    public static ParquetType Image { get; } = Struct(new ParquetField("bytes", Bytes), new ParquetField("path", Text));

    public ParquetKind Kind { get; }

    /// <summary>What a list holds, or the struct of key and value of a map; null otherwise.</summary>
    public ParquetType? Element { get; private init; }

    /// <summary>The parts of a struct, in order; empty otherwise.</summary>
    public IReadOnlyList<ParquetField> Fields { get; private init; } = [];

    /// <summary>Digits after the point of a decimal.</summary>
    public int Scale { get; private init; }

    /// <summary>The number of elements that every list has, where the file's Arrow schema says so.</summary>
    public int? FixedLength { get; private init; }

    /// <summary>The tick of a timestamp or a duration.</summary>
    public ParquetTimeUnit Unit { get; private init; }

    /// <summary>The time zone's name, where the file's Arrow schema gives one.</summary>
    public string? TimeZone { get; private init; }

    /// <summary>Whether Arrow readers take the text as <c>large_string</c>.</summary>
    public bool IsLarge { get; private init; }

    /// <summary>The engine's name of an <see cref="ParquetKind.Unsupported"/> type.</summary>
    public string? EngineName { get; private init; }

    /// <summary>A list.</summary>
    /// <param name="element">What it holds.</param>
    /// <param name="fixedLength">How many elements every list has, or null; goes into the file's Arrow schema.</param>
    public static ParquetType List(ParquetType element, int? fixedLength = null) =>
        new(ParquetKind.List) { Element = element, FixedLength = fixedLength };

    public static ParquetType Struct(params IReadOnlyList<ParquetField> fields) => new(ParquetKind.Struct) { Fields = fields };

    /// <summary>As in SQL, for messages: <c>struct(bytes Bytes, path Text)</c>.</summary>
    public override string ToString() => Kind switch
    {
        ParquetKind.List => FixedLength is { } length ? $"{Element}[{length}]" : $"{Element}[]",
        ParquetKind.Struct => $"struct({string.Join(", ", Fields.Select(field => $"{field.Name} {field.Type}"))})",
        ParquetKind.Map => $"map({string.Join(", ", Element!.Fields.Select(field => field.Type.ToString()))})",
        ParquetKind.Unsupported => EngineName!,
        _ => Kind.ToString(),
    };

    internal static ParquetType Of(ParquetKind kind) => new(kind);

    internal static ParquetType Map(ParquetType key, ParquetType value) =>
        new(ParquetKind.Map) { Element = Struct(new ParquetField("key", key), new ParquetField("value", value)) };

    internal static ParquetType Decimal(int scale) => new(ParquetKind.Decimal) { Scale = scale };

    internal static ParquetType Timestamp(ParquetTimeUnit unit, string? timeZone) =>
        new(ParquetKind.Timestamp) { Unit = unit, TimeZone = timeZone };

    internal static ParquetType Duration(ParquetTimeUnit unit) => new(ParquetKind.Duration) { Unit = unit };

    internal static ParquetType Unsupported(string engineName) => new(ParquetKind.Unsupported) { EngineName = engineName };

    internal ParquetType AsLarge() => new(Kind) { IsLarge = true };
}
