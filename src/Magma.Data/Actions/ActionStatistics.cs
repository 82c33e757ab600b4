using System.Text.Json;
using System.Text.Json.Serialization;

namespace Magma.Data;

/// <summary>
/// Statistics of every dimension over a whole data set, by which actions are normalised and un-normalised, as
/// <c>dataset_statistics.json</c> has them.
/// </summary>
public sealed record ActionStatistics
{
    private const float Epsilon = 1e-8f;

    [JsonPropertyName("mean")] public required double[] Mean { get; init; }

    [JsonPropertyName("std")] public required double[] Std { get; init; }

    [JsonPropertyName("max")] public required double[] Max { get; init; }

    [JsonPropertyName("min")] public required double[] Min { get; init; }

    /// <summary>1 % quantile.</summary>
    [JsonPropertyName("q01")] public required double[] Q01 { get; init; }

    /// <summary>99 % quantile.</summary>
    [JsonPropertyName("q99")] public required double[] Q99 { get; init; }

    /// <summary>Which dimensions are normalised; null for all. The gripper usually is not.</summary>
    [JsonPropertyName("mask")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool[]? Mask { get; init; }

    /// <summary>Bridge V2 (<c>bridge_orig</c>), a WidowX arm.</summary>
    public static ActionStatistics BridgeOrig { get; } = new()
    {
        Mean = [0.0002334194869035855, 0.00013004911306779832, -0.00012762474943883717, -0.0001556558854645118, -0.0004039328487124294, 0.00023557482927571982, 0.5764579176902771],
        Std = [0.009765930473804474, 0.013689135201275349, 0.012667362578213215, 0.028534092009067535, 0.030637972056865692, 0.07691419124603271, 0.4973701536655426],
        Max =
            [0.41691166162490845, 0.25864794850349426, 0.21218234300613403, 3.122201919555664, 1.8618112802505493, 6.280478477478027, 1.0],
        Min = [-0.4007510244846344, -0.13874775171279907, -0.22553899884223938, -3.2010786533355713, -1.8618112802505493, -6.279075622558594, 0.0],
        Q01 = [-0.02872725307941437, -0.04170349963009357, -0.026093858778476715, -0.08092105075716972, -0.09288699507713317, -0.20718276381492615, 0.0],
        Q99 = [0.028309678435325586, 0.040855254605412394, 0.040161586627364146, 0.08192047759890528, 0.07792850524187081, 0.20382574498653397, 1.0],
        Mask = [true, true, true, true, true, true, false],
    };

    /// <summary>Fractal (<c>google_robot</c>), Google's arm.</summary>
    public static ActionStatistics GoogleRobot { get; } = new()
    {
        Mean = [0.006987582892179489, 0.006265917327255011, -0.01262515690177679, 0.04333311319351196, -0.005756212864071131, 0.0009130256366916001, 0.5354204773902893],
        Std = [0.0692116990685463, 0.05970962345600128, 0.07353084534406662, 0.15610496699810028, 0.13164450228214264, 0.14593800902366638, 0.497110515832901],
        Max = [2.9984593391418457, 22.09052848815918, 2.7507524490356445, 1.570636510848999, 1.5321086645126343, 1.5691522359848022, 1.0],
        Min =
            [-2.0204520225524902, -5.497899532318115, -2.031663417816162, -1.569917917251587, -1.569892168045044, -1.570419430732727, 0.0],
        Q01 = [-0.22453527510166169, -0.14820013284683228, -0.231589707583189, -0.3517994859814644, -0.4193011274933815, -0.43643461108207704, 0.0],
        Q99 = [0.17824687153100965, 0.14938379630446405, 0.21842354819178575, 0.5892666035890578, 0.35272657424211445, 0.44796681255102094, 1.0],
        Mask = [true, true, true, true, true, true, false],
    };

    /// <summary>
    /// The fixed ranges by which the reference's HTTP server states <c>delta_values</c>: ±0.05 m, ±3.14 rad, gripper 0..1. They belong to
    /// no data set: an arm that follows them does not move as it was trained to.
    /// </summary>
    public static ActionStatistics ServerDeltas { get; } = new()
    {
        Mean = [0, 0, 0, 0, 0, 0, 0.5],
        Std = [0, 0, 0, 0, 0, 0, 0],
        Max = [0.05, 0.05, 0.05, 3.14, 3.14, 3.14, 1],
        Min = [-0.05, -0.05, -0.05, -3.14, -3.14, -3.14, 0],
        Q01 = [-0.05, -0.05, -0.05, -3.14, -3.14, -3.14, 0],
        Q99 = [0.05, 0.05, 0.05, 3.14, 3.14, 3.14, 1],
    };

    /// <summary>Reads one table.</summary>
    /// <exception cref="InvalidDataException">A row is missing, rows differ in length, or a number is not finite.</exception>
    public static ActionStatistics Parse(JsonElement element, string name)
    {
        ActionStatistics? statistics;
        try
        {
            statistics = element.Deserialize<ActionStatistics>();
        }
        catch (JsonException problem)
        {
            throw new InvalidDataException($"{name}: {problem.Message}", problem);
        }

        (statistics ?? throw new InvalidDataException($"{name} is null.")).Validate(name);
        return statistics;
    }

    /// <summary>Statistics of a set of actions: deviation with divisor N, quantiles by linear interpolation.</summary>
    /// <param name="actions">At least one action, all of the same length.</param>
    /// <param name="mask">Which dimensions are normalised; null for all.</param>
    /// <exception cref="ArgumentException">There are no actions, or their lengths differ.</exception>
    public static ActionStatistics Of(IReadOnlyList<float[]> actions, bool[]? mask = null)
    {
        ArgumentNullException.ThrowIfNull(actions);
        if (actions.Count == 0) throw new ArgumentException("Statistics need at least one action.", nameof(actions));
        int dimensions = actions[0].Length;
        if (actions.Any(action => action.Length != dimensions))
            throw new ArgumentException("All actions must have the same length.", nameof(actions));
        double[][] columns =
            [.. Enumerable.Range(0, dimensions).Select(dimension => actions.Select(action => (double)action[dimension]).Order().ToArray())];
        double[] means = [.. columns.Select(column => column.Average())];
        return new ActionStatistics
        {
            Mean = means,
            Std = [.. columns.Select((column, dimension) => Math.Sqrt(column.Average(value => (value - means[dimension]) * (value - means[dimension]))))],
            Max = [.. columns.Select(column => column[^1])],
            Min = [.. columns.Select(column => column[0])],
            Q01 = [.. columns.Select(column => Quantile(column, 0.01))],
            Q99 = [.. columns.Select(column => Quantile(column, 0.99))],
            Mask = mask,
        };
    }

    /// <summary>Brings an action to about -1..1; a dimension whose least and greatest value are equal becomes 0.</summary>
    public float[] Normalize(ReadOnlySpan<float> action, ActionNormalization kind = ActionNormalization.BoundsQ99)
    {
        Demand(action.Length);
        var result = new float[action.Length];
        for (int dimension = 0; dimension < result.Length; dimension++)
        {
            bool normalized = Mask?[dimension] ?? true;
            result[dimension] = !normalized ? action[dimension] : kind switch
            {
                ActionNormalization.Normal => (action[dimension] - (float)Mean[dimension]) / ((float)Std[dimension] + Epsilon),
                ActionNormalization.Bounds => ToBounds(action[dimension], (float)Min[dimension], (float)Max[dimension]),
                _ => ToBounds(action[dimension], (float)Q01[dimension], (float)Q99[dimension]),
            };
            if (kind != ActionNormalization.Normal && Min[dimension] == Max[dimension]) result[dimension] = 0;
        }

        return result;
    }

    /// <summary>Undoes <see cref="ActionNormalization.BoundsQ99"/>: -1..1 to q01..q99; masked dimensions stay as they are.</summary>
    public double[] Unnormalize(ReadOnlySpan<double> action)
    {
        Demand(action.Length);
        var result = new double[action.Length];
        for (int dimension = 0; dimension < result.Length; dimension++)
        {
            result[dimension] = Mask?[dimension] ?? true
                ? (0.5 * (action[dimension] + 1) * (Q99[dimension] - Q01[dimension])) + Q01[dimension]
                : action[dimension];
        }

        return result;
    }

    private static float ToBounds(float value, float low, float high) =>
        Math.Clamp((2 * (value - low) / (high - low + Epsilon)) - 1, -1f, 1f);

    private static double Quantile(double[] sorted, double share)
    {
        double position = share * (sorted.Length - 1);
        int below = (int)position;
        double rest = position - below;
        return below + 1 < sorted.Length ? sorted[below] + ((sorted[below + 1] - sorted[below]) * rest) : sorted[below];
    }

    private void Demand(int length)
    {
        if (length != Q01.Length) throw new ArgumentException($"The statistics are of {Q01.Length} dimensions, the action has {length}.");
    }

    private void Validate(string name)
    {
        double[][] rows = [Mean, Std, Max, Min, Q01, Q99];
        if (rows.Any(row => row is null || row.Length != Mean.Length) || (Mask is not null && Mask.Length != Mean.Length))
        {
            throw new InvalidDataException($"{name}: the rows mean, std, max, min, q01, q99 and mask must have the same length.");
        }

        if (rows.Any(row => row.Any(value => !double.IsFinite(value))))
            throw new InvalidDataException($"{name} holds a number that is not finite.");
    }
}
