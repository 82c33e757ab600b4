using System.Text.Json.Nodes;

namespace Magma.Datasets.Parquet;

/// <summary>The metadata entry <c>huggingface</c>, by which the <c>datasets</c> package knows pictures and fixed lists.</summary>
public static class HuggingFaceFeatures
{
    public const string Key = "huggingface";

    /// <summary>Describes columns as <c>datasets</c> 4 and later do.</summary>
    /// <param name="columns">The columns; a struct of <c>bytes</c> and <c>path</c> is taken for a picture.</param>
    /// <exception cref="ArgumentException">A column has a type that cannot be written.</exception>
    public static KeyValuePair<string, string> Of(IReadOnlyList<ParquetField> columns)
    {
        var info = new JsonObject { ["info"] = new JsonObject { ["features"] = Features(columns) } };
        return new KeyValuePair<string, string>(Key, info.ToJsonString());
    }

    private static JsonObject Features(IReadOnlyList<ParquetField> columns) =>
        new(columns.Select(column => KeyValuePair.Create(column.Name, (JsonNode?)Feature(column.Type))));

    private static JsonObject Feature(ParquetType type) => type.Kind switch
    {
        ParquetKind.Struct when type.Fields.Select(field => field.Name)
            .SequenceEqual(["bytes", "path"]) => new JsonObject { ["_type"] = "Image" },
        ParquetKind.Struct => Features(type.Fields),
        ParquetKind.List when type.FixedLength is { } length =>
            new JsonObject { ["feature"] = Feature(type.Element!), ["length"] = length, ["_type"] = "List" },
        ParquetKind.List => new JsonObject { ["feature"] = Feature(type.Element!), ["_type"] = "List" },
        _ => new JsonObject { ["dtype"] = NameOf(type), ["_type"] = "Value" },
    };

    private static string NameOf(ParquetType type) => type.Kind switch
    {
        ParquetKind.Boolean => "bool",
        ParquetKind.Int32 => "int32",
        ParquetKind.Int64 => "int64",
        ParquetKind.Float => "float32",
        ParquetKind.Double => "float64",
        ParquetKind.Text => type.IsLarge ? "large_string" : "string",
        ParquetKind.Bytes => "binary",
        _ => throw new ArgumentException($"Columns of type {type} can be read, but not written."),
    };
}
