using Magma.Vision;

namespace Magma.Datasets.Episodes;

/// <summary>One step of an episode.</summary>
/// <param name="Action">
/// What the robot was told, in the data set's units and order (often dx, dy, dz, droll, dpitch, dyaw, gripper).
/// </param>
/// <param name="State">What the robot felt, in the data set's units and order; null when it was not recorded.</param>
/// <param name="Instruction">The task in words; empty when there was none.</param>
public sealed record RobotStep(float[] Action, float[]? State, string Instruction)
{
    /// <summary>Further numbers of the step by name (reward, done …); truth values are 0 and 1.</summary>
    public IReadOnlyDictionary<string, double[]> Others { get; init; } = new Dictionary<string, double[]>();

    /// <summary>Annotations of this moment.</summary>
    public IReadOnlyList<LanguageEvent> Events { get; init; } = [];
}

/// <summary>
/// A text that belongs to one moment of an episode: a row of LeRobot's column <c>language_events</c> (lerobot 0.6, datasets/language.py).
/// </summary>
/// <param name="Role">Who speaks: <c>user</c> or <c>assistant</c>.</param>
/// <param name="Content">What.</param>
/// <param name="Style"><c>trace</c>, <c>vqa</c> or <c>interjection</c>.</param>
/// <param name="Camera">The camera that the text speaks of; must be given for <c>trace</c> and <c>vqa</c>, and for no other.</param>
public sealed record LanguageEvent(string Role, string? Content, string Style, string? Camera);

/// <summary>One episode of a robot data set. Steps are in memory; pictures are decoded as they are asked for.</summary>
public abstract class RobotEpisode
{
    /// <summary>Its name, unique in the data set.</summary>
    public abstract string Id { get; }

    public abstract IReadOnlyList<RobotStep> Steps { get; }

    /// <summary>The names of its cameras.</summary>
    public abstract IReadOnlyList<string> Cameras { get; }

    /// <summary>The frames of a camera, one for each step, in order. Who enumerates disposes each frame.</summary>
    /// <exception cref="InvalidDataException">There is no such camera, or its frames cannot be decoded.</exception>
    public abstract IEnumerable<Image> Frames(string camera);
}

/// <summary>A robot data set, whatever the format of its files.</summary>
public interface IRobotDataset
{
    string Name { get; }

    /// <summary>Steps per second; null when the data set does not say.</summary>
    double? FramesPerSecond { get; }

    /// <summary>Identifies the content: names, sizes and times of change of the files it was read from.</summary>
    string Fingerprint { get; }

    /// <summary>How many episodes there are, as far as the data set's description says.</summary>
    long EpisodeCount { get; }

    /// <summary>The episodes from one on, each read when it is asked for; what cannot be read throws.</summary>
    /// <param name="first">Its place in the data set, from 0.</param>
    /// <exception cref="InvalidDataException">A file is missing or damaged.</exception>
    IEnumerable<RobotEpisode> EpisodesFrom(long first);

    /// <summary>The episodes in order, each read when it is asked for.</summary>
    /// <param name="onDamage">Called with a message for what cannot be read; the rest is given nevertheless. Null throws instead.</param>
    IEnumerable<RobotEpisode> Episodes(Action<string>? onDamage = null);
}
