using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Magma.Data;
using Magma.Datasets.Samples;
using Magma.Vision;

namespace Magma.Annotation.Inspection;

/// <summary>Something that is wrong with a data set.</summary>
/// <param name="Where">The file, and the sample in it.</param>
/// <param name="What">What is wrong, for a person to read.</param>
public sealed record DatasetProblem(string Where, string What);

/// <summary>What a check of a data set found.</summary>
/// <param name="Samples">Samples that could be read.</param>
/// <param name="Images">Pictures that could be decoded.</param>
/// <param name="Marks">Marks that were checked.</param>
/// <param name="Hashes">Shards whose hash was compared with the manifest.</param>
/// <param name="Problems">The first problems, in the order of the data set.</param>
/// <param name="ProblemCount">All problems.</param>
public sealed record VerifyResult(
    long Samples, long Images, long Marks, int Hashes, IReadOnlyList<DatasetProblem> Problems, long ProblemCount)
{
    /// <summary>Whether nothing is wrong.</summary>
    public bool IsClean => ProblemCount == 0;
}

/// <summary>
/// Checks a data set from end to end: shards against the hashes, sizes and counts of the manifest, the plan against its hash, every sample
/// for its form, every picture by decoding it, every mark for lying inside its picture, every number spoken of for being drawn.
/// </summary>
public static partial class DatasetVerifier
{
    private const int KeptProblems = 1_000;

    /// <summary>Marks are rounded to hundredths of a pixel, and paths may touch the edge.</summary>
    private const double Tolerance = 1;

    /// <summary>Checks a data set.</summary>
    /// <param name="path">A run's folder, or any data set that <see cref="SampleSource.Open"/> opens.</param>
    /// <param name="imageFolder">Where the picture paths of a JSON file start; null for its folder.</param>
    /// <param name="workers">Shards checked at once, at least 1.</param>
    /// <param name="onShard">Told after every shard; from several threads.</param>
    /// <param name="stop">Stops between two samples.</param>
    /// <exception cref="InvalidDataException">The path holds no data set.</exception>
    public static VerifyResult Verify(string path, string? imageFolder, int workers, Action? onShard, CancellationToken stop)
    {
        SampleSource source = SampleSource.Open(path, imageFolder);
        var findings = new Findings();
        ShardManifest? manifest = source is ShardSource && File.Exists(Path.Combine(path, ShardManifest.FileName))
            ? ShardManifest.Read(path)
            : null;
        if (source is ShardSource shards)
        {
            Dictionary<string, ShardSummary> stated = StatedShards(path, manifest, shards, findings);
            // Findings of a shard are kept together, so that the report is the same for any number of workers.
            IEnumerable<Findings> perShard = shards.Shards.AsParallel().AsOrdered().WithDegreeOfParallelism(workers).WithCancellation(stop).Select(shard =>
            {
                Findings found = CheckShard(shard, stated.GetValueOrDefault(Path.GetFileName(shard)), stop);
                onShard?.Invoke();
                return found;
            });
            foreach (Findings found in perShard) findings.Add(found);
        }
        else
        {
            foreach (Sample sample in source.Read(problem => findings.Report(path, problem), stop)) CheckSample(path, sample, findings);
        }

        findings.ReportRepeatedKeys(path);
        if (manifest?.Counts.TryGetValue("samples", out long samples) == true && samples != findings.Samples)
            findings.Report(ShardManifest.FileName, $"it counts {samples} samples; {findings.Samples} could be read");
        return findings.Result();
    }

    private static Dictionary<string, ShardSummary> StatedShards(
        string path, ShardManifest? manifest, ShardSource shards, Findings findings)
    {
        if (manifest is null) return [];
        Dictionary<string, ShardSummary> stated = manifest.Shards.ToDictionary(shard => shard.Name, StringComparer.Ordinal);
        HashSet<string> present = [.. shards.Shards.Select(shard => Path.GetFileName(shard))];
        foreach (string missing in stated.Keys.Where(name => !present.Contains(name)))
            findings.Report(missing, "the manifest lists it, but it is not there");
        foreach (string extra in present.Where(name => !stated.ContainsKey(name)).Order(StringComparer.Ordinal))
            findings.Report(extra, "it is there, but the manifest does not list it");
        string plan = Path.Combine(path, RunPlan.FileName);
        if (manifest.PlanSha256 is not { } expected) return stated;
        if (!File.Exists(plan)) findings.Report(RunPlan.FileName, "the manifest has its hash, but it is not there");
        else if (Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(plan))) != expected)
            findings.Report(RunPlan.FileName, "its hash is not the manifest's");
        return stated;
    }

    private static Findings CheckShard(string shard, ShardSummary? stated, CancellationToken stop)
    {
        var findings = new Findings();
        string name = Path.GetFileName(shard);
        if (stated is not null)
        {
            findings.Hashes++;
            using FileStream file = File.OpenRead(shard);
            if (file.Length != stated.Bytes) findings.Report(name, $"it has {file.Length} bytes; the manifest says {stated.Bytes}");
            string hash = Convert.ToHexStringLower(SHA256.HashData(file));
            if (hash != stated.Sha256) findings.Report(name, $"its SHA-256 is {hash}; the manifest says {stated.Sha256}");
        }

        // The messages of the reader name the shard by its whole path.
        string prefix = shard + ": ";
        void Report(string problem) =>
            findings.Report(name, problem.StartsWith(prefix, StringComparison.Ordinal) ? problem[prefix.Length..] : problem.Replace(shard, name, StringComparison.Ordinal));
        foreach (Sample sample in ShardSource.ReadShard(shard, Report))
        {
            stop.ThrowIfCancellationRequested();
            CheckSample(name, sample, findings);
        }

        if (stated is not null && stated.Samples != findings.Samples)
            findings.Report(name, $"{findings.Samples} samples could be read; the manifest says {stated.Samples}");
        return findings;
    }

    private static void CheckSample(string file, Sample sample, Findings findings)
    {
        string where = $"{file}: {sample.Key}";
        findings.Samples++;
        findings.Keys.Add(sample.Key);
        if (!KeyForm().IsMatch(sample.Key)) findings.Report(where, "its key is not made of at most 80 letters, digits, - and _");
        int placeholders = sample.Conversation.CountImages();
        if (placeholders != sample.Images.Count)
            findings.Report(where, $"its questions speak of {placeholders} pictures; it has {sample.Images.Count}");
        for (int i = 0; i < sample.Conversation.Turns.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(sample.Conversation.Turns[i].Answer)) findings.Report(where, $"answer {i} is empty");
        }

        PixelSize? last = null;
        for (int i = 0; i < sample.Images.Count; i++)
        {
            last = DecodedSize(sample.Images[i], where, i, findings) ?? last;
        }

        CheckMarks(sample, last, where, findings);
    }

    private static PixelSize? DecodedSize(SampleImage image, string where, int index, Findings findings)
    {
        try
        {
            using Image decoded = Image.Decode(image.Bytes.Span);
            findings.Images++;
            string extension = ImageInfo.Read(image.Bytes.Span).Format.Extension().TrimStart('.');
            if (extension != image.Extension) findings.Report(where, $"picture {index} is named .{image.Extension}, but is {extension}");
            return decoded.Size;
        }
        catch (InvalidDataException problem)
        {
            findings.Report(where, $"picture {index} cannot be decoded: {problem.Message}");
            return null;
        }
    }

    // Marks are drawn on the last picture; a sample with two has the unmarked one first.
    private static void CheckMarks(Sample sample, PixelSize? size, string where, Findings findings)
    {
        IReadOnlyList<SampleMark> marks;
        try
        {
            marks = SampleMark.Of(sample);
        }
        catch (InvalidDataException problem)
        {
            findings.Report(where, problem.Message);
            return;
        }

        findings.Marks += marks.Count;
        if (marks.Count == 0) return;
        if (SampleMark.StatedSize(sample) is { } stated && size is { } real && stated != real)
            findings.Report(where, $"it says its picture is {stated.Width}x{stated.Height}; it is {real.Width}x{real.Height}");
        foreach (IGrouping<int, SampleMark> twice in marks.GroupBy(mark => mark.Number).Where(group => group.Count() > 1))
            findings.Report(where, $"mark {twice.Key} comes {twice.Count()} times");
        if (size is { } picture)
        {
            foreach (SampleMark mark in marks)
            {
                if (Outside(mark, picture) is { } reason)
                    findings.Report(where, $"mark {mark.Number} {reason} in a picture of {picture.Width}x{picture.Height}");
            }
        }

        HashSet<int> numbers = [.. marks.Select(mark => mark.Number)];
        foreach (Turn turn in sample.Conversation.Turns)
        {
            foreach (Match spoken in MarkSpokenOf().Matches(turn.Answer))
            {
                if (!int.TryParse(spoken.Groups[1].ValueSpan, out int number) || !numbers.Contains(number))
                    findings.Report(
                        where, $"an answer speaks of mark {spoken.Groups[1].Value}, which is not among its {marks.Count} marks");
            }
        }
    }

    private static string? Outside(SampleMark mark, PixelSize size)
    {
        if (mark.Box is { } box)
        {
            if (box.IsEmpty) return $"has the empty box {box.X1}, {box.Y1}, {box.X2}, {box.Y2}";
            bool inside = box.X1 >= -Tolerance && box.Y1 >= -Tolerance && box.X2 <= size.Width + Tolerance
                && box.Y2 <= size.Height + Tolerance;
            return inside ? null : $"reaches outside with {box.X1}, {box.Y1}, {box.X2}, {box.Y2}";
        }

        if (mark.Path.Count == 0) return "has neither box nor path";
        // Later points of a path may leave the picture once the camera's motion is removed; the mark itself may not.
        PixelPoint start = mark.Path[0];
        bool startsInside = start.X >= -Tolerance && start.Y >= -Tolerance && start.X <= size.Width + Tolerance
            && start.Y <= size.Height + Tolerance;
        return startsInside ? null : $"starts outside at {start.X}, {start.Y}";
    }

    [GeneratedRegex("^[A-Za-z0-9_-]{1,80}$")]
    private static partial Regex KeyForm();

    [GeneratedRegex(@"\bMark:? (\d+)")]
    private static partial Regex MarkSpokenOf();

    private sealed class Findings
    {
        private readonly List<DatasetProblem> problems = [];
        private long problemCount;

        public long Samples { get; set; }

        public long Images { get; set; }

        public long Marks { get; set; }

        public int Hashes { get; set; }

        public List<string> Keys { get; } = [];

        public void Report(string where, string what)
        {
            if (problems.Count < KeptProblems) problems.Add(new DatasetProblem(where, what));
            problemCount++;
        }

        public void ReportRepeatedKeys(string path)
        {
            foreach (IGrouping<string, string> key in Keys.GroupBy(key => key).Where(group => group.Count() > 1))
                Report(path, $"the key '{key.Key}' is that of {key.Count()} samples");
        }

        public void Add(Findings other)
        {
            foreach (DatasetProblem problem in other.problems.Take(KeptProblems - problems.Count)) problems.Add(problem);
            problemCount += other.problemCount;
            Samples += other.Samples;
            Images += other.Images;
            Marks += other.Marks;
            Hashes += other.Hashes;
            Keys.AddRange(other.Keys);
        }

        public VerifyResult Result() => new(Samples, Images, Marks, Hashes, problems, problemCount);
    }
}
