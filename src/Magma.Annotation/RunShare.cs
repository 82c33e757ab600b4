using System.Globalization;

namespace Magma.Annotation;

/// <summary>
/// Which part of a run this process does: the shards whose number, divided by <paramref name="World"/>, leaves <paramref name="Rank"/>.
/// </summary>
/// <param name="Rank">This process, from 0 to World - 1.</param>
/// <param name="World">How many processes share the run.</param>
public sealed record RunShare(int Rank, int World)
{
    private static readonly (string Rank, string World)[] Variables =
    [
        ("RANK", "WORLD_SIZE"),
        ("SLURM_PROCID", "SLURM_NTASKS"),
        ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"),
    ];

    /// <summary>The whole run.</summary>
    public static RunShare Whole { get; } = new(0, 1);

    /// <summary>Whether a shard belongs to this process.</summary>
    public bool Has(int shard) => shard % World == Rank;

    /// <summary>
    /// Takes rank and world from the command line, else from what torchrun, Slurm or Open MPI set (<c>RANK</c>/<c>WORLD_SIZE</c>,
    /// <c>SLURM_PROCID</c>/<c>SLURM_NTASKS</c>, <c>OMPI_COMM_WORLD_RANK</c>/<c>_SIZE</c>); a Kubernetes indexed job sets
    /// <c>JOB_COMPLETION_INDEX</c>, to which the world must be given.
    /// </summary>
    /// <param name="rank">As given on the command line; null if not.</param>
    /// <param name="world">As given on the command line; null if not.</param>
    /// <param name="environment">Looks up an environment variable.</param>
    /// <exception cref="InvalidDataException">One of the two is missing or out of range.</exception>
    public static RunShare From(int? rank, int? world, Func<string, string?> environment)
    {
        if (rank is { } givenRank)
        {
            return Checked(givenRank, world ?? throw new InvalidDataException("--rank needs --world: how many processes share the run."));
        }

        if (world is { } givenWorld)
        {
            string? index = new[] { "JOB_COMPLETION_INDEX" }.Concat(Variables.Select(pair => pair.Rank)).Select(environment)
                .FirstOrDefault(value => !string.IsNullOrEmpty(value));
            if (index is null && givenWorld != 1)
                throw new InvalidDataException("--world needs --rank, or JOB_COMPLETION_INDEX in the environment.");
            return Checked(index is null ? 0 : Number(index, "the rank in the environment"), givenWorld);
        }

        foreach ((string rankName, string worldName) in Variables)
        {
            if (environment(rankName) is { Length: > 0 } rankText && environment(worldName) is { Length: > 0 } worldText)
            {
                return Checked(Number(rankText, rankName), Number(worldText, worldName));
            }
        }

        return Whole;
    }

    private static RunShare Checked(int rank, int world) => world >= 1 && rank >= 0 && rank < world
        ? new RunShare(rank, world)
        : throw new InvalidDataException($"Rank {rank} of {world} processes is impossible: ranks go from 0 to {world - 1}.");

    private static int Number(string text, string name) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new InvalidDataException($"{name} is '{text}'; a number was expected.");
}
