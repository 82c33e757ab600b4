using System.Text.Json.Nodes;
using Magma.Data;
using Magma.Datasets.Samples;

namespace Magma.Annotation.Inspection;

/// <summary>One input that both versions labelled, with different marks.</summary>
/// <param name="Name">The input, as the samples name it.</param>
/// <param name="Marks">How its marks differ.</param>
/// <param name="Picture">The new version's marked picture; null when it was not kept.</param>
public sealed record InputDiff(string Name, MarkDiff Marks, SampleImage? Picture);

/// <summary>How two labelled versions of one corpus differ.</summary>
public sealed class DatasetDiff
{
    /// <summary>Samples that wait for their partner keep their picture up to this many; both versions usually have one order.</summary>
    private const int WaitingPictures = 256;

    private readonly Dictionary<string, Waiting> old = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Waiting> @new = new(StringComparer.Ordinal);
    private readonly PriorityQueue<InputDiff, (int, string)> worst = new(Comparer<(int Count, string Name)>.Create(
        (one, other) => one.Count != other.Count ? one.Count.CompareTo(other.Count) : string.CompareOrdinal(other.Name, one.Name)));

    private readonly int pictures;

    private DatasetDiff(int pictures) => this.pictures = pictures;

    /// <summary>Inputs that both versions have.</summary>
    public long Compared { get; private set; }

    /// <summary>Of these, how many have different marks.</summary>
    public long Different { get; private set; }

    public long Added { get; private set; }

    public long Lost { get; private set; }

    public long Moved { get; private set; }

    public long Same { get; private set; }

    /// <summary>Added and lost marks by kind.</summary>
    public SortedDictionary<string, (long Added, long Lost, long Moved)> ByKind { get; } = new(StringComparer.Ordinal);

    /// <summary>Inputs that only the old version has a sample of.</summary>
    public IReadOnlyList<string> OnlyOld => [.. old.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Inputs that only the new version has a sample of.</summary>
    public IReadOnlyList<string> OnlyNew => [.. @new.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The inputs that differ most, most first.</summary>
    public IReadOnlyList<InputDiff> Worst =>
        [.. worst.UnorderedItems.OrderByDescending(item => item.Priority.Item1).ThenBy(item => item.Priority.Item2, StringComparer.Ordinal).Select(item => item.Element)];

    /// <summary>Compares two data sets that were labelled from the same inputs; both are read as streams, side by side.</summary>
    /// <param name="oldVersion">The earlier one.</param>
    /// <param name="newVersion">The later one.</param>
    /// <param name="pictures">How many of the inputs that differ most are kept with their pictures.</param>
    /// <param name="onProblem">Told of what could not be read.</param>
    /// <param name="stop">Stops between two samples.</param>
    public static DatasetDiff Between(
        SampleSource oldVersion, SampleSource newVersion, int pictures, Action<string> onProblem, CancellationToken stop)
    {
        var diff = new DatasetDiff(pictures);
        using IEnumerator<Sample> left = oldVersion.Read(onProblem, stop).GetEnumerator(), right = newVersion.Read(onProblem, stop).GetEnumerator();
        var occurrences = (new Dictionary<string, int>(StringComparer.Ordinal), new Dictionary<string, int>(StringComparer.Ordinal));
        for (bool more = true; more;)
        {
            more = false;
            if (left.MoveNext())
            {
                diff.Take(left.Current, occurrences.Item1, diff.old, diff.@new, isOld: true, onProblem);
                more = true;
            }

            if (right.MoveNext())
            {
                diff.Take(right.Current, occurrences.Item2, diff.@new, diff.old, isOld: false, onProblem);
                more = true;
            }
        }

        return diff;
    }

    // The input's name without its hash, then the sample's place among those of one input.
    private static string NameOf(Sample sample, Dictionary<string, int> occurrences)
    {
        string name = sample.Key;
        if (sample.Metadata["source"] is JsonObject source)
        {
            IEnumerable<string> parts = source.Where(part => part.Key != "sha256").Select(part => part.Value?.ToString() ?? "");
            name = string.Join(" ", parts);
        }

        int occurrence = occurrences[name] = occurrences.GetValueOrDefault(name) + 1;
        return occurrence == 1 ? name : $"{name} ({occurrence})";
    }

    private void Take(
        Sample sample, Dictionary<string, int> occurrences, Dictionary<string, Waiting> mine, Dictionary<string, Waiting> theirs,
        bool isOld,
        Action<string> onProblem)
    {
        IReadOnlyList<SampleMark> marks;
        try
        {
            marks = SampleMark.Of(sample);
        }
        catch (InvalidDataException problem)
        {
            onProblem(problem.Message);
            return;
        }

        string name = NameOf(sample, occurrences);
        SampleImage? picture = sample.Images.Count > 0 ? sample.Images[^1] : null;
        if (!theirs.Remove(name, out Waiting? partner))
        {
            mine[name] = new Waiting(marks, !isOld && mine.Count < WaitingPictures ? picture : null);
            return;
        }

        (IReadOnlyList<SampleMark> before, IReadOnlyList<SampleMark> after) = isOld ? (marks, partner.Marks) : (partner.Marks, marks);
        Add(name, MarkDiff.Between(before, after), (isOld ? partner.Picture : picture) ?? picture);
    }

    private void Add(string name, MarkDiff marks, SampleImage? picture)
    {
        Compared++;
        Same += marks.Same;
        Added += marks.Added.Count;
        Lost += marks.Lost.Count;
        Moved += marks.Moved.Count;
        foreach (SampleMark mark in marks.Added) Count(mark.Kind, 1, 0, 0);
        foreach (SampleMark mark in marks.Lost) Count(mark.Kind, 0, 1, 0);
        foreach (MovedMark mark in marks.Moved) Count(mark.New.Kind, 0, 0, 1);
        if (marks.Count == 0) return;
        Different++;
        worst.Enqueue(new InputDiff(name, marks, picture), (marks.Count, name));
        if (worst.Count > pictures) worst.Dequeue();
    }

    private void Count(string kind, int added, int lost, int moved)
    {
        (long Added, long Lost, long Moved) counts = ByKind.GetValueOrDefault(kind);
        ByKind[kind] = (counts.Added + added, counts.Lost + lost, counts.Moved + moved);
    }

    private sealed record Waiting(IReadOnlyList<SampleMark> Marks, SampleImage? Picture);
}
