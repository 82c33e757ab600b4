using Magma.Data;

namespace Magma.Perception;

/// <summary>
/// Lloyd's clustering with the rules of the package that the reference calls (<c>kmeans_pytorch</c>): squared Euclidean distance, the first
/// centre wins ties, an empty cluster takes a random row as its centre, and it ends when the square of the summed moves of all centres is
/// below 1e-4. Deterministic for given start rows and draws.
/// </summary>
public static class KMeans
{
    private const double Tolerance = 1e-4;

    /// <summary>Clusters rows.</summary>
    /// <param name="rows">(count, width) row by row; every number finite.</param>
    /// <param name="width">Numbers per row, at least 1.</param>
    /// <param name="start">The rows that the centres start from, one per cluster.</param>
    /// <param name="draws">Asked for one row per empty cluster and round.</param>
    /// <param name="mostRounds">Rounds after which it is given up.</param>
    /// <returns>Null when it did not come to rest.</returns>
    public static Clusters? Run(ReadOnlySpan<float> rows, int width, ReadOnlySpan<int> start, ITraceDraws draws, int mostRounds)
    {
        ArgumentNullException.ThrowIfNull(draws);
        int count = rows.Length / width;
        var centres = new float[start.Length * width];
        for (int cluster = 0; cluster < start.Length; cluster++)
        {
            rows.Slice(start[cluster] * width, width).CopyTo(centres.AsSpan(cluster * width));
        }

        var ids = new int[count];
        for (int round = 0; round < mostRounds; round++)
        {
            Assign(rows, width, centres, ids);
            double moved = MoveCentres(rows, width, centres, ids, draws);
            if (moved * moved < Tolerance) return new Clusters(ids, centres);
        }

        return null;
    }

    private static void Assign(ReadOnlySpan<float> rows, int width, ReadOnlySpan<float> centres, Span<int> ids)
    {
        for (int row = 0; row < ids.Length; row++)
        {
            ReadOnlySpan<float> point = rows.Slice(row * width, width);
            double nearest = double.PositiveInfinity;
            for (int cluster = 0; cluster < centres.Length / width; cluster++)
            {
                double distance = SquaredDistance(point, centres.Slice(cluster * width, width));
                if (distance >= nearest) continue;
                nearest = distance;
                ids[row] = cluster;
            }
        }
    }

    private static double MoveCentres(ReadOnlySpan<float> rows, int width, Span<float> centres, ReadOnlySpan<int> ids, ITraceDraws draws)
    {
        var sums = new double[centres.Length];
        var sizes = new int[centres.Length / width];
        for (int row = 0; row < ids.Length; row++)
        {
            sizes[ids[row]]++;
            Span<double> sum = sums.AsSpan(ids[row] * width, width);
            for (int i = 0; i < width; i++) sum[i] += rows[row * width + i];
        }

        double moved = 0;
        for (int cluster = 0; cluster < sizes.Length; cluster++)
        {
            Span<float> centre = centres.Slice(cluster * width, width);
            int refill = sizes[cluster] == 0 ? draws.Integers(0, ids.Length, 1)[0] : -1;
            double squared = 0;
            for (int i = 0; i < width; i++)
            {
                float next = refill >= 0 ? rows[refill * width + i] : (float)(sums[cluster * width + i] / sizes[cluster]);
                squared += (double)(next - centre[i]) * (next - centre[i]);
                centre[i] = next;
            }

            moved += Math.Sqrt(squared);
        }

        return moved;
    }

    private static double SquaredDistance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += (double)(a[i] - b[i]) * (a[i] - b[i]);
        return sum;
    }
}

/// <summary>The result of clustering.</summary>
/// <param name="Ids">The cluster of every row.</param>
/// <param name="Centres">(clusters, width) row by row.</param>
public sealed record Clusters(int[] Ids, float[] Centres);
