using Magma.Data;

namespace Magma.Annotation;

/// <summary>One piece of work of a run, fixed by the plan before anything is labelled.</summary>
/// <param name="Index">Its place in the plan.</param>
/// <param name="Key">
/// The key of its sample, or what the keys of its samples begin with: <c>{Key}</c>, or <c>{Key}-0000</c>, <c>{Key}-0001</c>, …
/// </param>
/// <param name="Input">The input's name: its path below the folder that all inputs share, with <c>/</c>.</param>
/// <param name="Path">Where the input lies on this machine.</param>
/// <param name="Part">Which part of the input, where the plan cut it into several; null for all of it.</param>
public sealed record WorkItem(int Index, string Key, string Input, string Path, string? Part);

/// <summary>
/// Turns inputs into samples. Every worker of a run has one of its own, so it needs no locks. What it makes must depend on the item and the
/// settings alone: not on time, machine, worker or what it labelled before.
/// </summary>
public interface ILabeller : IDisposable
{
    /// <summary>Labels one item, sample by sample; none at all is a result too.</summary>
    /// <param name="item">What to label.</param>
    /// <param name="stages">Takes the time that the stages of the work need.</param>
    /// <param name="cancel">Set when the run is to stop; what the item gave until then is thrown away.</param>
    /// <exception cref="InvalidDataException">
    /// The input is bad. The samples until then are kept, the message is recorded, the run goes on.
    /// </exception>
    /// <exception cref="IOException">The input cannot be read. As above.</exception>
    IEnumerable<Sample> Label(WorkItem item, StageTimes stages, CancellationToken cancel);

    /// <summary>
    /// What the manifest counts of the item that was labelled last besides its samples, by name: above all what was left out, and why.
    /// </summary>
    IReadOnlyDictionary<string, long> Counts => new Dictionary<string, long>();

    /// <summary>The frames of the sample just given, for the gallery to play; null where samples are not from videos.</summary>
    /// <param name="sample">The last sample that <see cref="Label"/> gave.</param>
    Filmstrip? FilmstripOf(Sample sample) => null;
}
