using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Magma.Annotation.Gallery;
using Magma.Data;

namespace Magma.Annotation;

/// <summary>
/// The folder that a run writes into: <c>plan.jsonl</c>, <c>shards/</c>, <c>errors.jsonl</c>, <c>manifest.json</c>, the gallery, and while
/// the run is not complete <c>.run/</c> with the finished items of unfinished shards. Several processes may work in it, each on shards of
/// its own.
/// </summary>
internal sealed class RunFolder
{
    private const string ErrorsFile = "errors.jsonl";

    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(60);

    private readonly string _work;
    private readonly string _shards;

    public RunFolder(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        _work = System.IO.Path.Combine(Path, ".run");
        _shards = System.IO.Path.Combine(Path, ShardManifest.ShardFolder);
    }

    public string Path { get; }

    public string PlanPath => System.IO.Path.Combine(Path, RunPlan.FileName);

    public string ItemSamples(int item) => System.IO.Path.Combine(_work, $"{RunPlan.KeyOf(item)}.tar");

    public string ItemRecord(int item) => System.IO.Path.Combine(_work, $"{RunPlan.KeyOf(item)}.json");

    public string Shard(int shard) => System.IO.Path.Combine(_shards, ShardManifest.ShardName(shard));

    public string ShardRecord(int shard) => System.IO.Path.ChangeExtension(Shard(shard), ".json");

    /// <summary>The record of an item whose samples are there as the record says; null when it must be labelled.</summary>
    public ItemRecord? FinishedItem(int item)
    {
        var samples = new FileInfo(ItemSamples(item));
        return samples.Exists && RunRecords.Read<ItemRecord>(ItemRecord(item)) is { } record && record.Bytes == samples.Length
            ? record
            : null;
    }

    /// <summary>Removes what finished items left, once their shard has it.</summary>
    public void ForgetItems(IEnumerable<int> items)
    {
        try
        {
            foreach (int item in items)
            {
                File.Delete(ItemRecord(item));
                File.Delete(ItemSamples(item));
            }
        }
        catch (DirectoryNotFoundException)
        {
            // The last shard of the run was finished elsewhere, and all work cleared away.
        }
    }

    /// <summary>Makes the folder ready, or refuses it.</summary>
    public void Open(bool resume, bool shared)
    {
        bool begun = File.Exists(PlanPath);
        if (begun && !resume && !shared)
        {
            throw new InvalidDataException(
                $"{Path} holds a run already. Add --resume to go on with it, or give another folder with --out.");
        }

        // Another rank may be beginning the same run at this moment: its plan is looked for once more, after what else there is.
        string[] own = [_work, _shards, PlanPath, PlanPath + AtomicFile.PartialSuffix];
        if (Directory.Exists(Path) && Directory.EnumerateFileSystemEntries(Path).Except(own).Any() && !File.Exists(PlanPath))
        {
            throw new InvalidDataException($"{Path} is not empty and holds no run. Give a new or an empty folder with --out.");
        }

        if (!File.Exists(System.IO.Path.Combine(Path, ShardManifest.FileName))) Directory.CreateDirectory(_work);
        Directory.CreateDirectory(_shards);
    }

    /// <summary>Stores the plan, or takes the stored one when it fits.</summary>
    /// <returns>The plan that counts, and the names of inputs that are not part of it.</returns>
    public (RunPlan Plan, IReadOnlyList<string> NotPlanned) Settle(RunPlan fresh)
    {
        if (!File.Exists(PlanPath)) Store(fresh);
        RunPlan stored = RunPlan.Read(PlanPath);
        if (stored.SettingsDifference(fresh) is { } difference)
        {
            throw new InvalidDataException(
                $"The run in {Path} was begun differently: {difference}. Go on as it was begun, or give another --out.");
        }

        HashSet<PlannedItem> planned = [.. stored.Items];
        PlannedItem[] notPlanned = [.. fresh.Items.Where(item => !planned.Contains(item))];
        if (notPlanned.Length == fresh.Items.Count)
        {
            throw new InvalidDataException(
                $"None of the inputs is part of the run in {Path}, which begins with '{stored.Items[0].Input}'. Give the same inputs, or another --out.");
        }

        return (stored, [.. notPlanned.Select(item => item.Input).Distinct()]);
    }

    private void Store(RunPlan fresh)
    {
        try
        {
            using IDisposable held = Lock("plan", LockPatience);
            if (!File.Exists(PlanPath)) AtomicFile.WriteAllBytes(PlanPath, fresh.ToBytes());
        }
        catch (DirectoryNotFoundException) when (File.Exists(PlanPath))
        {
            // While this process waited for its turn, others planned the run, did all of it and cleared the work away.
        }
    }

    /// <summary>Keeps other processes off a shard, or says that one is at it.</summary>
    public IDisposable LockShard(int shard) => Lock(ShardManifest.ShardName(shard), TimeSpan.Zero);

    /// <summary>
    /// Brings gallery and error list up to what is finished and, when every shard is there, writes the manifest and clears the work away.
    /// </summary>
    /// <returns>The manifest when the run is complete.</returns>
    public ShardManifest? Publish(RunPlan plan)
    {
        if (!Directory.Exists(_work)) return ShardManifest.Read(Path);
        using IDisposable? held = LockUnlessComplete();
        if (held is null) return ShardManifest.Read(Path);
        ShardRecord?[] shards = [.. Enumerable.Range(0, plan.ShardCount).Select(shard => RunRecords.Read<ShardRecord>(ShardRecord(shard)))];
        GalleryPages.WriteIndex(
            Path, plan.Kind, [.. shards.Select((shard, index) => (index, shard?.Cards ?? 0)).Where(one => one.Item2 > 0)]);
        WriteErrors(plan, shards);
        if (shards.Any(shard => shard is null)) return null;
        ShardManifest manifest = Summarize(plan, [.. shards.Select(shard => shard!)]);
        manifest.Write(Path);
        ClearWork();
        return manifest;
    }

    private void ClearWork()
    {
        const int attempts = 50;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                Directory.Delete(_work, recursive: true);
                return;
            }
            catch (DirectoryNotFoundException)
            {
                return;
            }
            catch (IOException) when (attempt < attempts)
            {
                // Another process put its lock there at this moment; it will find the run complete.
                Thread.Sleep(20);
            }
        }
    }

    // Whoever finishes last clears the work away, perhaps while this process waits for its turn.
    private FileStream? LockUnlessComplete()
    {
        try
        {
            return Lock("publish", LockPatience);
        }
        catch (DirectoryNotFoundException) when (File.Exists(System.IO.Path.Combine(Path, ShardManifest.FileName)))
        {
            return null;
        }
    }

    private static ShardManifest Summarize(RunPlan plan, IReadOnlyList<ShardRecord> shards)
    {
        var counts = new Dictionary<string, long>
        {
            ["inputs"] = plan.Items.Select(item => item.Input).Distinct().LongCount(),
            ["items"] = plan.Items.Count,
            ["samples"] = shards.Sum(shard => (long)shard.Shard.Samples),
            ["failed"] = shards.Sum(shard => (long)shard.Errors.Count),
        };
        foreach (ShardRecord shard in shards) counts.Add(shard.Counts);
        return new ShardManifest(
            ShardManifest.CurrentFormat, plan.Tool, plan.Kind, (JsonObject)plan.Settings.DeepClone(), plan.Hash(), counts,
            [.. shards.Select(shard => shard.Shard)]);
    }

    /// <summary>What failed in a run; nothing when nothing did.</summary>
    /// <exception cref="InvalidDataException">The file of errors is damaged.</exception>
    public static IReadOnlyList<RunError> ErrorsOf(string folder)
    {
        string path = System.IO.Path.Combine(folder, ErrorsFile);
        if (!File.Exists(path)) return [];
        try
        {
            return [.. File.ReadLines(path).Select(line => JsonSerializer.Deserialize<RunError>(line, RunRecords.Layout)!)];
        }
        catch (JsonException problem)
        {
            throw new InvalidDataException($"{path} is no list of errors: {problem.Message}", problem);
        }
    }

    private void WriteErrors(RunPlan plan, IReadOnlyList<ShardRecord?> shards)
    {
        var lines = new StringBuilder();
        for (int shard = 0; shard < shards.Count; shard++)
        {
            IEnumerable<RunError> errors = shards[shard]?.Errors
                ?? plan.ItemsOf(shard).Select(item => RunRecords.Read<ItemRecord>(ItemRecord(item))?.Error).OfType<RunError>();
            foreach (RunError error in errors) lines.Append(JsonSerializer.Serialize(error, RunRecords.Layout)).Append('\n');
        }

        string path = System.IO.Path.Combine(Path, ErrorsFile);
        if (lines.Length > 0) AtomicFile.WriteAllBytes(path, Encoding.UTF8.GetBytes(lines.ToString()));
    }

    // An advisory lock: it goes with the process, however that ends.
    private FileStream Lock(string name, TimeSpan patience)
    {
        string path = System.IO.Path.Combine(_work, $"{name}.lock");
        DateTime until = DateTime.UtcNow + patience;
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            }
            catch (IOException problem) when (problem is not (DirectoryNotFoundException or FileNotFoundException) && File.Exists(path))
            {
                if (DateTime.UtcNow >= until)
                {
                    throw new IOException(
                        $"Another process is working on {name} in {Path}. Let it end, or give every process a --rank of its own.");
                }

                Thread.Sleep(50);
            }
        }
    }
}
