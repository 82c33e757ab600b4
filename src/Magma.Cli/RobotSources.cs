using Magma.Datasets.Episodes;
using Magma.Datasets.LeRobot;
using Magma.Datasets.Rlds;
using Magma.Vision;

namespace Magma.Cli;

/// <summary>Opens robot data sets of either format.</summary>
internal static class RobotSources
{
    /// <summary>Whether a folder holds a LeRobot or an RLDS data set.</summary>
    public static bool IsRobot(string folder) =>
        File.Exists(Path.Combine(folder, "meta", "info.json")) || File.Exists(Path.Combine(folder, "dataset_info.json"))
        || (Directory.Exists(folder) && Directory.EnumerateDirectories(folder).Any(version => File.Exists(Path.Combine(version, "dataset_info.json"))));

    public static IRobotDataset Open(string folder, string split)
    {
        if (File.Exists(Path.Combine(folder, "meta", "info.json"))) return LeRobotDataset.Open(folder);
        if (!IsRobot(folder))
            throw new InvalidDataException(
                $"{folder} holds neither a LeRobot data set (meta/info.json) nor an RLDS one (dataset_info.json).");
        RldsDataset dataset = RldsDataset.Open(folder);
        return new RldsRobotDataset(dataset, split, RldsMapping.Guess(dataset));
    }

    /// <summary>What a copy in LeRobot's format holds: all features of a LeRobot source; of others, what the first episode has.</summary>
    public static LeRobotDescription Describe(IRobotDataset source, int framesPerSecond)
    {
        if (source is LeRobotDataset lerobot)
        {
            IEnumerable<LeRobotFeature> own = lerobot.Info.Features.Where(f => !f.IsLanguage || f.Name == "language_events")
                .Where(f => f.IsNumeric || f.IsCamera || f.IsLanguage).Where(f => LeRobotFeature.Defaults.All(d => d.Name != f.Name));
            return new LeRobotDescription(framesPerSecond, lerobot.Info.RobotType, [.. own.Select(Writable)]);
        }

        RobotEpisode first = source.Episodes(_ => { }).FirstOrDefault(episode => episode.Steps.Count > 0)
            ?? throw new InvalidDataException($"{source.Name} has no episode with a step.");
        RobotStep step = first.Steps[0];
        var features = new List<LeRobotFeature>();
        if (step.State is { } state) features.Add(new LeRobotFeature("observation.state", "float32", [state.Length]));
        features.Add(new LeRobotFeature("action", "float32", [step.Action.Length]));
        foreach (string camera in first.Cameras)
        {
            using Image frame = first.Frames(camera).First();
            features.Add(new LeRobotFeature(LeRobotName(camera), "video", [frame.Height, frame.Width, Image.Channels]));
        }

        return new LeRobotDescription(framesPerSecond, null, features);
    }

    // The tables that we write have whole numbers of 32 and 64 bits, and broken ones of the same.
    private static LeRobotFeature Writable(LeRobotFeature feature) => feature.DType switch
    {
        "int8" or "int16" or "uint8" or "uint16" => feature with { DType = "int32" },
        "uint32" or "uint64" => feature with { DType = "int64" },
        "float16" => feature with { DType = "float32" },
        _ => feature,
    };

    /// <summary>The rate of a source, or the one given where it says none or one that LeRobot's format cannot hold.</summary>
    /// <exception cref="InvalidDataException">There is none, or it is no whole number.</exception>
    public static int FramesPerSecond(IRobotDataset source, int? given)
    {
        double? rate = source.FramesPerSecond is { } own && own == Math.Round(own) ? own : given;
        return rate is >= 1 and <= int.MaxValue ? (int)rate.Value : throw new InvalidDataException(
            $"{source.Name} {(source.FramesPerSecond is { } said ? $"has {said} steps in a second" : "does not say how many steps it has in a second")}; "
            + "give a whole number with --fps.");
    }

    /// <summary>The episodes with cameras named as LeRobot names them.</summary>
    public static IEnumerable<RobotEpisode> Episodes(IRobotDataset source, Action<string> onDamage)
    {
        foreach (RobotEpisode episode in source.Episodes(onDamage))
        {
            if (episode.Steps.Count > 0) yield return Named(source, episode);
            else onDamage($"{episode.Id} has no step");
        }
    }

    /// <summary>An episode with its cameras named as LeRobot names them.</summary>
    public static RobotEpisode Named(IRobotDataset source, RobotEpisode episode) =>
        source is LeRobotDataset ? episode : new Renamed(episode);

    /// <summary>What a camera of a source is called in a copy in LeRobot's format.</summary>
    public static string CameraName(IRobotDataset source, string camera) => source is LeRobotDataset ? camera : LeRobotName(camera);

    // LeRobot allows no slash in a feature's name, and looks for cameras under observation.images.
    private static string LeRobotName(string camera) =>
        "observation.images." + camera.Replace("observation/", "", StringComparison.Ordinal).Replace('/', '_');

    private sealed class Renamed(RobotEpisode episode) : RobotEpisode
    {
        public override string Id => episode.Id;

        public override IReadOnlyList<RobotStep> Steps => episode.Steps;

        public override IReadOnlyList<string> Cameras => [.. episode.Cameras.Select(LeRobotName)];

        public override IEnumerable<Image> Frames(string camera) =>
            episode.Frames(episode.Cameras.First(name => LeRobotName(name) == camera));
    }
}
