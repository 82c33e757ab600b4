using Magma.Datasets.Episodes;
using Magma.Datasets.Parquet;

namespace Magma.Datasets.LeRobot;

/// <summary>How values of features lie in the columns of the tables: scalars where the shape is [1] or [], lists otherwise.</summary>
internal static class LeRobotColumns
{
    public const string Events = "language_events";

    private static readonly ParquetType EventRow = ParquetType.Struct(
        new ParquetField("role", ParquetType.Text), new ParquetField("content", ParquetType.Text),
        new ParquetField("style", ParquetType.Text),
        new ParquetField("camera", ParquetType.Text), new ParquetField("tool_calls", ParquetType.List(ParquetType.Text)));

    public static ParquetType TypeOf(LeRobotFeature feature)
    {
        if (feature.IsImage) return ParquetType.Image;
        if (feature.IsLanguage) return ParquetType.List(EventRow);
        ParquetType number = ScalarOf(feature);
        return feature.Shape is [] or [1]
            ? number
            : feature.Shape.Reverse().Aggregate(number, (inner, side) => ParquetType.List(inner, feature.Shape.Count == 1 ? side : null));
    }

    public static ParquetType ScalarOf(LeRobotFeature feature) => feature.DType switch
    {
        "float32" => ParquetType.Float,
        "float64" => ParquetType.Double,
        "int64" => ParquetType.Int64,
        "int32" => ParquetType.Int32,
        "bool" => ParquetType.Boolean,
        _ => throw new ArgumentException($"The feature '{feature.Name}' has the type {feature.DType}, which cannot be written."),
    };

    /// <summary>The numbers of one value, in row-major order.</summary>
    /// <exception cref="InvalidDataException">There are not as many as the shape says.</exception>
    public static double[] Numbers(ParquetChunk chunk, LeRobotFeature feature, int row)
    {
        double[] numbers = [.. Flatten(chunk[feature.Name], row)];
        return numbers.Length == feature.Width
            ? numbers
            : throw new InvalidDataException(
                $"{chunk.Path}: '{feature.Name}' has {numbers.Length} numbers where its shape says {feature.Width}.");
    }

    /// <summary>A value for a column from its numbers.</summary>
    public static object Cell(LeRobotFeature feature, double[] numbers)
    {
        if (numbers.Length != feature.Width)
            throw new ArgumentException($"The feature '{feature.Name}' has {feature.Width} numbers; {numbers.Length} were given.");
        if (feature.Shape is [] or [1]) return Scalar(feature, numbers[0]);
        object?[] cells = [.. numbers.Select(number => (object?)Scalar(feature, number))];
        for (int side = feature.Shape.Count - 1; side > 0; side--)
            cells = [.. cells.Chunk(feature.Shape[side]).Select(part => (object?)part)];
        return cells;
    }

    public static object EventsCell(IReadOnlyList<LanguageEvent> events) =>
        events.Select(e => (object?)new object?[] { e.Role, e.Content, e.Style, e.Camera, null }).ToArray();

    public static IReadOnlyList<LanguageEvent> EventsOf(ParquetVector column, int row)
    {
        (int start, int count) = column.Range(row);
        ParquetVector rows = column.Elements;
        return
        [
            .. Enumerable.Range(start, count).Select(i => new LanguageEvent(
                rows.Field("role").Text(i) ?? "", rows.Field("content").Text(i), rows.Field("style").Text(i) ?? "", rows.Field("camera").Text(i))),
        ];
    }

    private static IEnumerable<double> Flatten(ParquetVector vector, int row)
    {
        if (vector.Type.Kind != ParquetKind.List) return [vector.Number(row)];
        (int start, int count) = vector.Range(row);
        return Enumerable.Range(start, count).SelectMany(i => Flatten(vector.Elements, i));
    }

    private static object Scalar(LeRobotFeature feature, double number) => feature.DType switch
    {
        "float32" => (float)number,
        "float64" => number,
        "int64" => (long)number,
        "int32" => (int)number,
        _ => number != 0,
    };
}
