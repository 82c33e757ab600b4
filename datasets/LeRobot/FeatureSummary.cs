using System.Text.Json.Nodes;
using Magma.Datasets.Episodes;
using Magma.Datasets.Parquet;
using Magma.Vision;

namespace Magma.Datasets.LeRobot;

/// <summary>
/// Statistics of one feature as LeRobot stores them: min, max, mean, std, count, q01, q10, q50, q90, q99. Those of cameras are per colour,
/// over all pixels, in 0..1, with shape [3][1][1]; their count is that of the frames.
/// </summary>
internal sealed class FeatureSummary(LeRobotFeature feature)
{
    /// <summary>The names of the statistics in the order of the columns.</summary>
    public static readonly string[] Names = ["min", "max", "mean", "std", "count", "q01", "q10", "q50", "q90", "q99"];

    private const int Levels = 256;

    private readonly VectorStatistics? numbers = feature.IsCamera ? null : new VectorStatistics(feature.Width);
    private readonly long[] histogram = new long[Image.Channels * Levels];
    private long frames;

    public void Add(double[] values) => numbers!.Add(values);

    public void Add(Image image)
    {
        frames++;
        ReadOnlySpan<byte> pixels = image.Pixels;
        for (int i = 0; i < pixels.Length; i += Image.Channels)
        {
            for (int c = 0; c < Image.Channels; c++) histogram[c * Levels + pixels[i + c]]++;
        }
    }

    /// <summary>The columns of an episode's row.</summary>
    public static IEnumerable<ParquetField> Columns(LeRobotFeature feature)
    {
        foreach (string name in Names)
        {
            ParquetType number = name == "count" ? ParquetType.Int64
                : name is "min" or "max" && feature.DType is "int64" or "int32" ? ParquetType.Int64
                : name is "min" or "max" && feature.DType == "bool" ? ParquetType.Boolean
                : ParquetType.Double;
            ParquetType list = ParquetType.List(number);
            yield return new ParquetField(
                $"stats/{feature.Name}/{name}", feature.IsCamera && name != "count" ? ParquetType.List(ParquetType.List(list)) : list);
        }
    }

    /// <summary>The cells of an episode's row.</summary>
    public IEnumerable<object?> Cells() => Rows().Select((row, i) => Cell(Names[i], row));

    /// <summary>The entry of <c>stats.json</c>.</summary>
    public JsonObject Json() => new(Rows().Select((row, i) => KeyValuePair.Create(Names[i], (JsonNode?)JsonOf(Cell(Names[i], row)))));

    private static JsonNode JsonOf(object cell) => cell switch
    {
        object?[] list => new JsonArray([.. list.Select(part => JsonOf(part!))]),
        long number => JsonValue.Create(number),
        bool flag => JsonValue.Create(flag),
        _ => JsonValue.Create((double)cell),
    };

    private object?[] Cell(string name, double[] row)
    {
        if (name == "count") return [(long)row[0]];
        if (feature.IsCamera) return [.. row.Select(value => (object?)new object?[] { new object?[] { value } })];
        bool extreme = name is "min" or "max";
        return [.. row.Select(value => (object?)(extreme && feature.DType is "int64" or "int32" ? (long)value : extreme && feature.DType == "bool" ? value != 0 : value))];
    }

    private double[][] Rows()
    {
        if (numbers is not null) return [numbers.Min, numbers.Max, numbers.Mean, numbers.Std, [numbers.Count], .. numbers.Quantiles(VectorStatistics.LeRobotFractions)];
        ColourSummary[] colours =
            [.. Enumerable.Range(0, Image.Channels).Select(c => new ColourSummary(histogram.AsSpan(c * Levels, Levels).ToArray()))];
        return
        [
            [.. colours.Select(c => c.Quantile(0))], [.. colours.Select(c => c.Quantile(1))], [.. colours.Select(c => c.Mean)],
            [.. colours.Select(c => c.Std)], [frames],
            .. VectorStatistics.LeRobotFractions.Select(fraction => colours.Select(c => c.Quantile(fraction)).ToArray()),
        ];
    }

    private sealed class ColourSummary
    {
        private readonly long[] counts;
        private readonly long total;

        public ColourSummary(long[] counts)
        {
            this.counts = counts;
            total = Math.Max(1, counts.Sum());
            Mean = counts.Select((count, level) => count * (level / 255.0)).Sum() / total;
            Std = Math.Sqrt(counts.Select((count, level) => count * (level / 255.0 - Mean) * (level / 255.0 - Mean)).Sum() / total);
        }

        public double Mean { get; }

        public double Std { get; }

        public double Quantile(double fraction)
        {
            long rank = (long)Math.Round(fraction * (total - 1));
            for (int level = 0; level < counts.Length; level++)
            {
                if (rank < counts[level]) return level / 255.0;
                rank -= counts[level];
            }

            return 1;
        }
    }
}
