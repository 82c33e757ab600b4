using System.Text;
using Magma.Datasets.Episodes;
using Magma.Vision;

namespace Magma.Datasets.Rlds;

/// <summary>Which features of an RLDS data set are the action, the state and the instruction; names without <c>steps/</c>.</summary>
/// <param name="Action">Numbers; the parts of several features are put one after the other.</param>
/// <param name="State">Numbers; empty when there is no state.</param>
/// <param name="Instruction">A text; empty when there is none.</param>
public sealed record RldsMapping(IReadOnlyList<string> Action, IReadOnlyList<string> State, string Instruction)
{
    /// <summary>
    /// Makes the actions, in place of <see cref="Action"/>, and as far as it takes states apart the states too, without the whole
    /// <c>state</c> beside its parts. Null leaves the numbers as they are stored.
    /// </summary>
    public OpenXTransform? Transform { get; init; }

    /// <summary>
    /// The names that most Open X-Embodiment data sets use, as far as this one has them, and the transform of a data set that is known.
    /// </summary>
    /// <exception cref="InvalidDataException">The data set is not known and has no feature <c>steps/action</c> of numbers, nor parts of one.</exception>
    public static RldsMapping Guess(RldsDataset dataset)
    {
        bool Has(string name, RldsKind kind) => dataset.Features.Any(feature => feature.Name == "steps/" + name && feature.Kind == kind);
        string First(RldsKind kind, params string[] names) => names.FirstOrDefault(name => Has(name, kind)) ?? "";
        OpenXTransform? transform = OpenXTransform.For(dataset.Name);
        string[] numbers = [.. dataset.Features.Where(feature => feature.Kind == RldsKind.Numbers).Select(feature => feature.Name)];
        const string parts = "steps/action/";
        string[] action = Has("action", RldsKind.Numbers) ? ["action"]
            : [.. numbers.Where(name => name.StartsWith(parts, StringComparison.Ordinal)).Select(name => name["steps/".Length..])];
        if (transform is null && action.Length == 0)
        {
            throw new InvalidDataException(
                $"{dataset.Folder} has no action: numbers named 'steps/action', or below that name, were expected; there are "
                + $"{string.Join(", ", numbers)}.");
        }

        string state = First(RldsKind.Numbers, "observation/state", "observation/proprio", "observation/robot_state");
        string instruction = First(
            RldsKind.Text, "language_instruction", "observation/natural_language_instruction", "natural_language_instruction");
        // Language Table stores its texts as numbers, a byte each.
        if (instruction.Length == 0) instruction = First(RldsKind.Numbers, "observation/instruction");
        return new RldsMapping(action, state.Length > 0 ? [state] : [], instruction) { Transform = transform };
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

    public string Fingerprint => Fingerprints.Of(
        dataset.Folder, [.. Directory.EnumerateFiles(dataset.Folder, "*.json"), .. dataset.Split(split).Files]);

    public long EpisodeCount => dataset.Split(split).EpisodeCount;

    public IEnumerable<RobotEpisode> EpisodesFrom(long first)
    {
        long index = first;
        foreach (RldsEpisode episode in dataset.EpisodesFrom(split, first))
            yield return new Episode(episode, $"{split}-{index++:d6}", mapping);
    }

    public IEnumerable<RobotEpisode> Episodes(Action<string>? onDamage = null)
    {
        int index = 0;
        foreach (RldsEpisode episode in dataset.Episodes(split, onDamage))
        {
            Episode? read = null;
            try
            {
                read = new Episode(episode, $"{split}-{index++:d6}", mapping);
            }
            catch (InvalidDataException problem) when (onDamage is not null)
            {
                onDamage(problem.Message);
            }

            if (read is not null) yield return read;
        }
    }

    private sealed class Episode : RobotEpisode
    {
        private readonly RldsEpisode episode;
        private readonly int first;

        public Episode(RldsEpisode episode, string id, RldsMapping mapping)
        {
            this.episode = episode;
            Id = id;
            Cameras =
            [
                .. episode.Features.Where(feature => feature.Name.StartsWith("steps/", StringComparison.Ordinal) && episode.IsPicture(feature.Name))
                    .Select(feature => feature.Name["steps/".Length..]),
            ];
            OpenXTrajectory? transformed = mapping.Transform?.Apply(Column);
            first = transformed?.FirstStep ?? 0;
            IReadOnlyList<float[][]> parts = transformed is null ? [] : StateOf(transformed);
            Steps =
            [
                .. Enumerable.Range(0, transformed?.Action.Length ?? episode.StepCount).Select(step => new RobotStep(
                    transformed?.Action[step] ?? Vector(mapping.Action, step),
                    parts.Count > 0 ? [.. parts.SelectMany(part => part[step])] : mapping.State.Count > 0 ? Vector(mapping.State, first + step) : null,
                    InstructionOf(mapping.Instruction, first + step))),
            ];
        }

        public override string Id { get; }

        public override IReadOnlyList<RobotStep> Steps { get; }

        public override IReadOnlyList<string> Cameras { get; }

        public override IEnumerable<Image> Frames(string camera)
        {
            for (int step = first; step < first + Steps.Count; step++)
                yield return Image.Decode(episode.Image("steps/" + camera, step).Span);
        }

        // The whole state stands beside its parts: one of both is enough.
        private static List<float[][]> StateOf(OpenXTrajectory trajectory) =>
        [
            .. trajectory.Observation.Where(part => part.Key != "state" || trajectory.Observation.Count == 1).Select(part => part.Value),
        ];

        private float[][] Column(string name) => [.. Enumerable.Range(0, episode.StepCount).Select(step => Vector([name], step))];

        private float[] Vector(IReadOnlyList<string> names, int step) =>
            [.. names.SelectMany(name => episode.Numbers("steps/" + name, step)).Select(number => (float)number)];

        private string InstructionOf(string name, int step)
        {
            if (name.Length == 0) return "";
            if (!episode.IsNumeric("steps/" + name)) return episode.Text("steps/" + name, step);
            byte[] bytes =
                [.. episode.Numbers("steps/" + name, step).TakeWhile(number => number is > 0 and < 256).Select(number => (byte)number)];
            return Encoding.UTF8.GetString(bytes);
        }
    }
}
