using System.CommandLine;
using System.Globalization;
using Magma.Annotation.Inspection;
using Magma.Data;
using Magma.Datasets.Episodes;
using Magma.Datasets.LeRobot;
using Magma.Datasets.Samples;

namespace Magma.Cli;

/// <summary><c>magma dataset info</c>: what a data set holds, as counts and distributions.</summary>
internal static class DatasetInfoCommand
{
    private const int MostBins = 12;
    private const int MostNames = 25;
    private const int BarWidth = 40;
    private const int LabelWidth = 28;

    public static Command Create()
    {
        var source =
            new Argument<string>("dataset") { Description = $"What to look at: {DatasetCommand.Sources}; or a LeRobot or RLDS folder." };
        Option<string?> images = DatasetCommand.ImagesOption();
        var split = new Option<string>("--split") { Description = "The split of an RLDS data set.", DefaultValueFactory = _ => "train" };
        var command = new Command("info", "Show what a data set holds: counts and distributions.") { source, images, split };
        command.SetAction((arguments, stop) => Task.FromResult(RobotSources.IsRobot(arguments.GetRequiredValue(source))
            ? Robot(arguments.GetRequiredValue(source), arguments.GetValue(split)!, stop)
            : Samples(arguments.GetRequiredValue(source), arguments.GetValue(images), stop)));
        return command;
    }

    private static int Samples(string path, string? images, CancellationToken stop)
    {
        SampleSource source = SampleSource.Open(path, images);
        var display = new StreamDisplay("samples");
        var profile = new DatasetProfile();
        foreach (Sample sample in display.Watch(source.Read(problem =>
        {
            display.Problem(problem);
            profile.AddUnreadable();
        }, stop)))
        {
            profile.Add(sample);
        }

        if (File.Exists(Path.Combine(path, ShardManifest.FileName))) Print(ShardManifest.Read(path));
        Row("samples", profile.Samples);
        Row("questions", profile.Turns);
        Row("pictures", profile.ImageWidth.Count);
        Row("bytes of pictures", profile.ImageBytes);
        if (profile.Unreadable > 0) Row("could not be read", profile.Unreadable);
        Print("questions per sample", profile.TurnsPerSample);
        Print("characters per question", profile.QuestionCharacters);
        Print("characters per answer", profile.AnswerCharacters);
        Print("pictures per sample", profile.ImagesPerSample);
        Print("picture width, px", profile.ImageWidth);
        Print("picture height, px", profile.ImageHeight);
        Print("marks per marked sample", profile.MarksPerSample);
        Print("shorter side of marks, px", profile.MarkSide);
        foreach ((string category, SortedDictionary<string, long> counts) in profile.Categories) Print(category, counts);
        return profile.Unreadable == 0 ? CommandLine.Success : CommandLine.Failure;
    }

    private static int Robot(string path, string split, CancellationToken stop)
    {
        IRobotDataset dataset = RobotSources.Open(path, split);
        var display = new StreamDisplay("episodes");
        var lengths = new Distribution();
        var tasks = new SortedDictionary<string, long>(StringComparer.Ordinal);
        RobotEpisode? first = null;
        foreach (RobotEpisode episode in display.Watch(dataset.Episodes(display.Problem)))
        {
            stop.ThrowIfCancellationRequested();
            first ??= episode;
            lengths.Add(episode.Steps.Count);
            foreach (string task in episode.Steps.Select(step => step.Instruction).Distinct(StringComparer.Ordinal))
                tasks[task] = tasks.GetValueOrDefault(task) + 1;
        }

        Console.WriteLine(dataset is LeRobotDataset lerobot ? $"LeRobot {lerobot.Info.Version}, robot {lerobot.Info.RobotType ?? "unknown"}" : $"RLDS {dataset.Name}, split {split}");
        Row("episodes", lengths.Count);
        Console.WriteLine(
            Line("steps per second", dataset.FramesPerSecond is { } rate ? rate.ToString(CultureInfo.InvariantCulture) : "not stated"));
        if (first is not null)
        {
            Row("numbers in an action", first.Steps[0].Action.Length);
            Row("numbers in a state", first.Steps[0].State?.Length ?? 0);
            Console.WriteLine(Line("cameras", string.Join(", ", first.Cameras)));
        }

        Print("steps per episode", lengths);
        Print("episodes by task", tasks);
        return display.Problems == 0 ? CommandLine.Success : CommandLine.Failure;
    }

    private static void Print(ShardManifest manifest)
    {
        Console.WriteLine($"{manifest.Kind}, made by {manifest.Tool}");
        Row("shards", manifest.Shards.Count);
        Row("bytes of shards", manifest.Shards.Sum(shard => shard.Bytes));
        foreach ((string name, long count) in manifest.Counts.Where(count => count.Key is "inputs" or "failed" or "errors" or "without_sample"))
            Row($"run: {name.Replace('_', ' ')}", count);
    }

    private static void Print(string title, Distribution numbers)
    {
        if (numbers.Count == 0) return;
        Console.WriteLine();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{title}: least {numbers.Quantile(0):N0}, median {numbers.Quantile(0.5):N0}, mean {numbers.Mean:N1}, 95 % {numbers.Quantile(0.95):N0}, most {numbers.Quantile(1):N0}"));
        IReadOnlyList<(long First, long Last, long Count)> bins = numbers.Bins(MostBins);
        if (bins.Count < 2) return;
        PrintBars(bins.Select(bin => (
            bin.First == bin.Last
                ? bin.First.ToString("N0", CultureInfo.InvariantCulture)
                : string.Create(CultureInfo.InvariantCulture, $"{bin.First:N0} to {bin.Last:N0}"),
            bin.Count)));
    }

    private static void Print(string title, SortedDictionary<string, long> counts)
    {
        if (counts.Count == 0) return;
        Console.WriteLine();
        Console.WriteLine($"{title}:");
        PrintBars(counts.OrderByDescending(count => count.Value).Take(MostNames).Select(count => (count.Key, count.Value)));
        if (counts.Count > MostNames) Console.WriteLine($"  … and {counts.Count - MostNames} more");
    }

    private static void PrintBars(IEnumerable<(string Name, long Count)> bars)
    {
        (string Name, long Count)[] all = [.. bars];
        long most = Math.Max(1, all.Max(bar => bar.Count));
        foreach ((string name, long count) in all)
        {
            string label = name.Length > LabelWidth ? name[..(LabelWidth - 1)] + "…" : name;
            string bar = new('█', (int)Math.Round((double)count / most * BarWidth));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {Printable(label).PadLeft(LabelWidth)} {bar} {count:N0}"));
        }
    }

    // Names come from files; control characters in them must not reach the terminal.
    private static string Printable(string text) => new([.. text.Select(character => char.IsControl(character) ? ' ' : character)]);

    private static void Row(string name, long value) => Console.WriteLine(Line(name, value.ToString("N0", CultureInfo.InvariantCulture)));

    private static string Line(string name, string value) => $"{name + ":",-24}{value}";
}
