using Magma.Data;

namespace Magma.Perception;

/// <summary>One sign of the split, clustered: of every cluster one member is kept as a mark.</summary>
/// <param name="Asked">The number of clusters that was drawn or computed.</param>
/// <param name="Start">The tracks that the centres start from; empty when there was nothing to cluster.</param>
/// <param name="Clusters">The clusters; null when there was nothing to cluster (one track).</param>
/// <param name="Kept">The kept tracks in ascending order.</param>
public sealed record TraceCluster(int Asked, int[] Start, Clusters? Clusters, int[] Kept)
{
    /// <summary>Clusters tracks by their absolute positions over all steps, and keeps one random member of each cluster.</summary>
    /// <param name="tracks">The tracks of one sign, at least one, in pixels; every coordinate finite.</param>
    /// <param name="asked">Clusters wanted; at most one per track is made.</param>
    /// <param name="draws">In order: the start rows, rows for empty clusters, and per cluster a permutation of its members.</param>
    /// <param name="mostRounds">Rounds after which clustering is given up.</param>
    /// <returns>Null when clustering did not come to rest.</returns>
    public static TraceCluster? Of(Tracks tracks, int asked, ITraceDraws draws, int mostRounds)
    {
        ArgumentNullException.ThrowIfNull(tracks);
        ArgumentNullException.ThrowIfNull(draws);
        // A single track is kept as it is, without a draw.
        if (tracks.Count == 1) return new TraceCluster(asked, [], null, [0]);
        int[] start = draws.Choose(tracks.Count, Math.Min(asked, tracks.Count));
        if (KMeans.Run(Flatten(tracks), 2 * tracks.Steps, start, draws, mostRounds) is not { } clusters) return null;
        var kept = new List<int>();
        for (int cluster = 0; cluster < start.Length; cluster++)
        {
            int[] members = [.. Enumerable.Range(0, tracks.Count).Where(track => clusters.Ids[track] == cluster)];
            int[] order = draws.Permutation(members.Length);
            if (members.Length > 0) kept.Add(members[order[0]]);
        }

        kept.Sort();
        return new TraceCluster(asked, start, clusters, [.. kept]);
    }

    private static float[] Flatten(Tracks tracks)
    {
        int width = 2 * tracks.Steps;
        var rows = new float[tracks.Count * width];
        for (int track = 0; track < tracks.Count; track++)
        {
            for (int step = 0; step < tracks.Steps; step++)
            {
                (rows[track * width + 2 * step], rows[track * width + 2 * step + 1]) = tracks[step, track];
            }
        }

        return rows;
    }
}
