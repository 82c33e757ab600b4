using Magma.Datasets.Episodes;
using Magma.Vision;

namespace Magma.Datasets.Rlds;

/// <summary>Which features of an RLDS data set are the action, the state and the instruction; names without <c>steps/</c>.</summary>
/// <param name="Action">Numbers; the parts of several features are put one after the other.</param>
/// <param name="State">Numbers; empty when there is no state.</param>
/// <param name="Instruction">A text; empty when there is none.</param>
public sealed record RldsMapping(IReadOnlyList<string> Action, IReadOnlyList<string> State, string Instruction)
{
    /// <summary>The names that most Open X-Embodiment data sets use, as far as this one has them.</summary>
    /// <exception cref="InvalidDataException">The data set has no feature <c>steps/action</c> of numbers.</exception>
    public static RldsMapping Guess(RldsDataset dataset)
    {
        bool Has(string name, RldsKind kind) => dataset.Features.Any(feature => feature.Name == "steps/" + name && feature.Kind == kind);
        string First(RldsKind kind, params string[] names) => names.FirstOrDefault(name => Has(name, kind)) ?? "";
        if (!Has("action", RldsKind.Numbers))
        {
            IEnumerable<string> numbers = dataset.Features.Where(feature => feature.Kind == RldsKind.Numbers).Select(feature => feature.Name);
            throw new InvalidDataException($"{dataset.Folder} has no action 'steps/action'; name one of {string.Join(", ", numbers)}.");
        }

        string state = First(RldsKind.Numbers, "observation/state", "observation/proprio", "observation/robot_state");
        string instruction = First(
            RldsKind.Text, "language_instruction", "observation/natural_language_instruction", "natural_language_instruction");
        return new RldsMapping(["action"], state.Length > 0 ? [state] : [], instruction);
    }
}

/// <summary>An RLDS data set seen as robot episodes.</summary>
/// <param name="dataset">The data set.</param>
/// <param name="split">The split to read.</param>
/// <param name="mapping">Which features are what.</param>
public sealed class RldsRobotDataset(RldsDataset dataset, string split, RldsMapping mapping) : IRobotDataset
{
    public string Name => dataset.Name;

    /// <summary>Null: RLDS does not record a rate.</summary>
    public double? FramesPerSecond => null;

    public string Fingerprint => Fingerprints.Of(dataset.Folder, dataset.Split(split).Files);

    public long EpisodeCount => dataset.Split(split).EpisodeCount;

    public IEnumerable<RobotEpisode> EpisodesFrom(long first)
    {
        long index = first;
        foreach (RldsEpisode episode in dataset.EpisodesFrom(split, first)) yield return new Episode(episode, $"{split}-{index++:d6}", mapping);
    }

    public IEnumerable<RobotEpisode> Episodes(Action<string>? onDamage = null)
    {
        int index = 0;
        foreach (RldsEpisode episode in dataset.Episodes(split, onDamage)) yield return new Episode(episode, $"{split}-{index++:d6}", mapping);
    }

    private sealed class Episode(RldsEpisode episode, string id, RldsMapping mapping) : RobotEpisode
    {
        public override string Id => id;

        public override IReadOnlyList<RobotStep> Steps { get; } =
        [
            .. Enumerable.Range(0, episode.StepCount).Select(step => new RobotStep(
                Vector(episode, mapping.Action, step),
                mapping.State.Count == 0 ? null : Vector(episode, mapping.State, step),
                mapping.Instruction.Length == 0 ? "" : episode.Text("steps/" + mapping.Instruction, step))),
        ];

        public override IReadOnlyList<string> Cameras { get; } =
        [
            .. episode.Features.Where(feature => feature.Kind == RldsKind.Image && feature.Name.StartsWith("steps/", StringComparison.Ordinal))
                .Select(feature => feature.Name["steps/".Length..]),
        ];

        public override IEnumerable<Image> Frames(string camera)
        {
            for (int step = 0; step < episode.StepCount; step++) yield return Image.Decode(episode.Image("steps/" + camera, step).Span);
        }

        private static float[] Vector(RldsEpisode episode, IReadOnlyList<string> names, int step) =>
            [.. names.SelectMany(name => episode.Numbers("steps/" + name, step)).Select(number => (float)number)];
    }
}
