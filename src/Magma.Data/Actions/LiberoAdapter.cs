namespace Magma.Data;

/// <summary>The model in LIBERO: how long episodes last, and what an answer means to the simulated arm.</summary>
public static class LiberoAdapter
{
    /// <summary>Steps at the beginning in which things come to rest, before the model is asked.</summary>
    public const int SettlingSteps = 10;

    private static readonly double[] Settling = [0, 0, 0, 0, 0, 0, -1];

    /// <summary>The command of the settling steps: no motion, gripper open.</summary>
    public static ReadOnlySpan<double> SettlingAction => Settling;

    /// <summary>The most steps of an episode of a suite.</summary>
    public static int MaxSteps(string suite) => suite switch
    {
        "libero_spatial" => 220,
        "libero_object" => 280,
        "libero_goal" => 300,
        "libero_10" => 520,
        _ => 400,
    };

    /// <summary>The name of a suite's training data in <c>dataset_statistics.json</c>.</summary>
    public static string StatisticsKey(string suite) => suite + "_no_noops";

    /// <summary>The command for a decoded answer.</summary>
    /// <param name="action">Seven numbers, -1 to 1, as <see cref="ActionCodec"/> decodes them.</param>
    /// <param name="statistics">Of the data that the model was trained with.</param>
    public static double[] Command(ReadOnlySpan<double> action, ActionStatistics statistics)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        double[] command = statistics.Unnormalize(action);
        command[^1] = Gripper(command[^1]);
        return command;
    }

    /// <summary>The gripper's command for an opening of 0..1: -1 opens, 1 closes; exactly half gives 0, NaN stays.</summary>
    public static double Gripper(double opening)
    {
        double centred = (2 * opening) - 1;
        return double.IsNaN(centred) ? centred : -Math.Sign(centred);
    }
}
