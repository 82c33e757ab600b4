namespace Magma.Datasets.Episodes;

/// <summary>Divides workers among data sets that are read together (as OpenVLA's loader does).</summary>
public static class WorkerShares
{
    /// <summary>
    /// Every set with a weight gets at least one worker, the rest go by weight; what is left over goes to the largest fractions, of equal
    /// ones to the later set.
    /// </summary>
    /// <param name="workers">At least one for every set with a weight.</param>
    /// <param name="weights">Each 0 or more, one of them above 0.</param>
    /// <exception cref="ArgumentException">A weight is negative or no number, or there are too few workers.</exception>
    public static int[] Allocate(int workers, IReadOnlyList<double> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        if (!weights.All(weight => weight >= 0 && double.IsFinite(weight)) || !weights.Any(weight => weight > 0))
        {
            throw new ArgumentException(
                $"The weights {string.Join(", ", weights)} are no shares: each must be 0 or more, one above 0.", nameof(weights));
        }

        int sets = weights.Count(weight => weight > 0);
        if (workers < sets) throw new ArgumentException($"{sets} data sets need at least as many workers, not {workers}.", nameof(workers));
        double[] shares = Shares(weights);
        int[] allocated = new int[shares.Length];
        while (true)
        {
            int[] small = [.. Enumerable.Range(0, shares.Length).Where(set => shares[set] > 0 && shares[set] * workers < 1)];
            if (small.Length == 0) break;
            foreach (int set in small)
            {
                allocated[set] = 1;
                shares[set] = 0;
            }

            workers -= small.Length;
            shares = Shares(shares);
        }

        int left = workers;
        for (int set = 0; set < shares.Length; set++)
        {
            int whole = (int)(shares[set] * workers);
            allocated[set] += whole;
            left -= whole;
        }

        IEnumerable<int> byFraction = Enumerable.Range(0, shares.Length).Where(set => shares[set] > 0)
            .OrderByDescending(set => (shares[set] * workers) - Math.Floor(shares[set] * workers)).ThenByDescending(set => set);
        foreach (int set in byFraction.Take(left)) allocated[set]++;
        return allocated;
    }

    private static double[] Shares(IReadOnlyList<double> weights)
    {
        double sum = weights.Sum();
        return [.. weights.Select(weight => sum > 0 ? weight / sum : 0)];
    }
}
