using System.CommandLine;
using System.Security.Cryptography;
using Magma.Perception;

namespace Magma.Cli;

/// <summary>The tracker that a command was told to use; disposed of when the command ends.</summary>
internal sealed record TrackerChoice(IPointTracker Tracker) : IDisposable
{
    /// <summary>Threads that a picture may take without the labels depending on their number.</summary>
    public int MostThreads => Tracker is DenseInverseSearchTracker ? 1 : int.MaxValue;

    public void Dispose() => (Tracker as IDisposable)?.Dispose();
}

/// <summary>The options that say which tracker follows points.</summary>
internal sealed class TrackerOptions
{
    private const string LucasKanade = "lucas-kanade";
    private const string Dense = "dis";
    private const string CoTracker = "cotracker";

    private readonly Option<string> _tracker = new("--tracker")
    {
        Description = "What follows points: lucas-kanade needs no weights; nor does dis, dense flow for bare surfaces; cotracker is CoTracker3, whose published weights are for "
            + $"non-commercial use only ({CoTrackerWeights.Licence}).",
        DefaultValueFactory = _ => LucasKanade,
    };

    private readonly Option<FileInfo?> _weights = new("--weights") { Description = "CoTracker3's weights, offline or online." };

    public TrackerOptions() => _tracker.AcceptOnlyFromAmong(LucasKanade, Dense, CoTracker);

    public void AddTo(Command command)
    {
        command.Options.Add(_tracker);
        command.Options.Add(_weights);
    }

    /// <summary>Makes the tracker, and says what its weights bind the user to.</summary>
    public TrackerChoice Open(ParseResult arguments)
    {
        FileInfo? weights = arguments.GetValue(_weights);
        string name = arguments.GetRequiredValue(_tracker);
        if (name != CoTracker)
        {
            return weights is null
                ? new TrackerChoice(name == Dense ? new DenseInverseSearchTracker() : new LucasKanadeTracker())
                : throw new InvalidDataException($"--weights {weights} has no use with --tracker {name}: did you mean --tracker {CoTracker}?");
        }

        if (weights is null)
        {
            throw new InvalidDataException(
                $"--tracker {CoTracker} needs --weights: scaled_offline or scaled_online of the CoTracker3 release, which this project does not "
                + "bring along.");
        }

        CoTrackerNetwork network = CoTrackerWeights.Load(weights.FullName);
        Console.Error.WriteLine(CoTrackerWeights.Notice);
        using FileStream file = weights.OpenRead();
        return new TrackerChoice(new CoTrackerPointTracker(network, Convert.ToHexStringLower(SHA256.HashData(file))));
    }
}
