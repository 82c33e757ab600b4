using System.Text;

namespace Magma.Datasets.Rlds;

/// <summary>One episode of an RLDS data set: the features of its steps, each as one long list, and what is known of all of it.</summary>
public sealed class RldsEpisode
{
    private readonly IReadOnlyDictionary<string, TfFeature> values;
    private readonly IReadOnlyDictionary<string, RldsFeature> features;

    internal RldsEpisode(string path, long offset, IReadOnlyList<RldsFeature> features, IReadOnlyDictionary<string, TfFeature> values)
    {
        Path = path;
        Offset = offset;
        this.values = values;
        this.features = features.ToDictionary(feature => feature.Name, StringComparer.Ordinal);
        StepCount = CountSteps(features);
    }

    /// <summary>The shard it lies in.</summary>
    public string Path { get; }

    /// <summary>Where its record begins in the shard, in bytes.</summary>
    public long Offset { get; }

    public int StepCount { get; }

    /// <summary>The features that this reader can take apart, steps and others.</summary>
    public IEnumerable<RldsFeature> Features => features.Values.Where(feature => feature.Kind != RldsKind.Other);

    /// <summary>Whether the data set has a feature of this name that can be read.</summary>
    public bool Has(string name) => features.TryGetValue(name, out RldsFeature? feature) && feature.Kind != RldsKind.Other;

    /// <summary>Whether a feature holds numbers.</summary>
    public bool IsNumeric(string name) => features.TryGetValue(name, out RldsFeature? feature) && feature.Kind == RldsKind.Numbers;

    /// <summary>Whether a feature holds pictures: it says so, or it holds bytes and those of the first step begin as a JPEG or PNG file does.</summary>
    public bool IsPicture(string name) => features.TryGetValue(name, out RldsFeature? feature)
        && (feature.Kind == RldsKind.Image
            || (feature.Kind == RldsKind.Text && values.GetValueOrDefault(name)?.Bytes is [var first, ..]
                && first.Span is [0xff, 0xd8, 0xff, ..] or [0x89, (byte)'P', (byte)'N', (byte)'G', ..]));

    /// <summary>The numbers of one step (or of the episode, for a feature outside the steps), in row-major order, as doubles.</summary>
    public double[] Numbers(string name, int step = 0)
    {
        (RldsFeature feature, TfFeature value) = Get(name, RldsKind.Numbers);
        int width = feature.Width;
        if (value.Floats is { } floats) return [.. floats.AsSpan(step * width, width).ToArray().Select(number => (double)number)];
        if (value.Integers is { } integers) return [.. integers.AsSpan(step * width, width).ToArray().Select(number => (double)number)];
        throw Wrong(name, "holds bytes where numbers were expected");
    }

    /// <summary>A text of one step, or of the episode.</summary>
    public string Text(string name, int step = 0) => Encoding.UTF8.GetString(BytesOf(name, RldsKind.Text, step).Span);

    /// <summary>The encoded picture of one step.</summary>
    public ReadOnlyMemory<byte> Image(string name, int step) =>
        BytesOf(name, IsPicture(name) ? features[name].Kind : RldsKind.Image, step);

    private ReadOnlyMemory<byte> BytesOf(string name, RldsKind kind, int step)
    {
        (_, TfFeature value) = Get(name, kind);
        return value.Bytes is { } bytes && step < bytes.Count ? bytes[step] : throw Wrong(name, $"has no bytes for step {step}");
    }

    private (RldsFeature Feature, TfFeature Value) Get(string name, RldsKind kind)
    {
        if (!features.TryGetValue(name, out RldsFeature? feature))
            throw Wrong(name, $"is not there; the data set has {string.Join(", ", features.Keys)}");
        if (feature.Kind != kind) throw Wrong(name, $"is of kind {feature.Kind}, not {kind}");
        return values.TryGetValue(name, out TfFeature? value) ? (feature, value) : throw Wrong(name, "is missing in this episode");
    }

    // Steps are stored without their number: it follows from the length of each feature, and all must agree.
    private int CountSteps(IReadOnlyList<RldsFeature> all)
    {
        int? steps = null;
        foreach (RldsFeature feature in all)
        {
            if (feature.Kind == RldsKind.Other || !feature.Name.StartsWith("steps/", StringComparison.Ordinal)) continue;
            if (!values.TryGetValue(feature.Name, out TfFeature? value)) continue;
            if (feature.Width == 0) continue;
            if (value.Count % feature.Width != 0) throw Wrong(feature.Name, $"has {value.Count} values, no multiple of {feature.Width}");
            int count = value.Count / feature.Width;
            if (steps is { } known && known != count) throw Wrong(feature.Name, $"has {count} steps, an earlier feature has {known}");
            steps = count;
        }

        return steps ?? throw TfRecordReader.Damage(Path, Offset, "the record holds no step of any feature that features.json names");
    }

    private InvalidDataException Wrong(string name, string what) => TfRecordReader.Damage(Path, Offset, $"feature '{name}' {what}");
}
